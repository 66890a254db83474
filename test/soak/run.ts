// `npm run soak`: what takes too long for `npm test`, one after the other.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

interface Soak { readonly file: string; readonly args: readonly string[]; /** Beside PostgreSQL and S3. */ readonly scaled?: true }

const SOAKS: readonly Soak[] = [
  { file: 'mutations.ts', args: ['100000'] }, { file: 'kills.ts', args: ['200'] }, { file: 'account-schedules.ts', args: ['5000'] }, { file: 'sync-schedules.ts', args: ['2000', '500'] },
  { file: 'three-devices.ts', args: ['1000', '200', '12'] }, { file: 'courier-kills.ts', args: ['100'] },
  { file: 'server-kills.ts', args: ['300'] }, { file: 'server-kills.ts', args: ['300'], scaled: true },
];
const SERVICES = join(import.meta.dirname, '../../tools/with-services.mjs');

for (const { file, args, scaled } of SOAKS) {
  const run = [...process.execArgv, join(import.meta.dirname, file), ...args];
  const { status } = scaled
    ? spawnSync(process.execPath, [SERVICES, process.execPath, ...run], { stdio: 'inherit', env: { ...process.env, NEXUS_TEST_PAIR: 'scaled' } })
    : spawnSync(process.execPath, run, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
