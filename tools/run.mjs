// Runs a TypeScript file of this project on the Node that it brings; the rest of the line is the file's own.
import { spawnSync } from 'node:child_process';
import { ensureDependencies, node, root } from './ensure.mjs';

ensureDependencies();
const { status } = spawnSync(node(), ['--disable-warning=ExperimentalWarning', '--import', './test/support/node-globals.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
