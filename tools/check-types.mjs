// Type-checks every realm: one tsconfig each, so that what cannot exist in a realm does not compile there.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { node, root } from './ensure.mjs';

const realms = readdirSync(`${root}/tsconfig`).filter((name) => name.endsWith('.json'));
const failed = realms.filter((realm) =>
  spawnSync(node(), ['node_modules/typescript/bin/tsc', '-p', `tsconfig/${realm}`], { cwd: root, stdio: 'inherit' }).status !== 0);
if (failed.length > 0) console.log(`types do not hold in: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
