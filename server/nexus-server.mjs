#!/usr/bin/env node
// `npx nexus-server`: hands over to the Node that this project brings, which runs TypeScript as it is. Runs on Node 20.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const node = join(here, '..', 'node_modules', '.bin', 'node');
if (!existsSync(node)) {
  console.error('nexus-server: Node 24 is missing; run `npm ci` first.');
  process.exit(1);
}
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(here, 'admin', 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
