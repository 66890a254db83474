// `npm start`: brings what is missing, builds where the sources are newer than the build, and serves on this machine.
// Runs on Node 20 with no dependency.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDependencies, fail, node, root } from './ensure.mjs';
import { serverNode } from './server-node.mjs';

const { pages, others } = JSON.parse(readFileSync(join(root, 'tools/build/inputs.json'), 'utf8'));

/** The time of the last change in a file, or of anything in a folder: a removed file changes its folder. */
function lastChange(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => lastChange(join(path, name))));
}

function isBuilt() {
  const release = join(root, 'dist', 'release.json');
  return existsSync(release) && statSync(release).mtimeMs > Math.max(...[...pages, ...others].map((path) => lastChange(join(root, path))));
}

ensureDependencies();
if (!isBuilt()) {
  const built = spawnSync(node(), ['--disable-warning=ExperimentalWarning', 'tools/build/build.ts'], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) fail('the build failed.');
}
const { command, args, env } = serverNode();
const server = spawn(command, [...args, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code) => process.exit(code ?? 0));
