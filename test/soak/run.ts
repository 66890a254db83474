// `npm run soak`: what takes too long for `npm test`, one after the other.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const SOAKS: readonly { readonly file: string; readonly args: readonly string[] }[] = [{ file: 'mutations.ts', args: ['100000'] }, { file: 'kills.ts', args: ['200'] }];

for (const { file, args } of SOAKS) {
  const { status } = spawnSync(process.execPath, [...process.execArgv, join(import.meta.dirname, file), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
