// Type-checks every realm: one tsconfig each, so that what cannot exist in a realm does not compile there.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { node, root } from './ensure.mjs';
import { inLanes } from './lanes.mjs';

const realms = readdirSync(`${root}/tsconfig`).filter((name) => name.endsWith('.json')).map((name) => ({ name }));
const failed = [];

/** What the compiler says of a realm is printed at once, so that two do not speak into each other. */
const check = ({ name }) => new Promise((resolve) => {
  const compiler = spawn(node(), ['node_modules/typescript/bin/tsc', '-p', `tsconfig/${name}`], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  compiler.stdout.on('data', (data) => { said += data; });
  compiler.on('close', (code) => {
    process.stdout.write(said);
    if (code !== 0) failed.push(name);
    resolve();
  });
});

await inLanes(realms, check);
if (failed.length > 0) console.log(`types do not hold in: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
