// The self-test as a list: each check by the name that its marker says, in the order in which they build on each other.
import { createBackup, restoreBackup, retainBackups, verifyBackup } from './backup-checks.ts';
import { homeLasts, lockDenies, unlockReads, writeAndRead } from './home-checks.ts';
import { createAndLogin, lockAndUnlock, switchUser } from './session-checks.ts';
import type { World } from './world.ts';

export interface Check {
  readonly name: string;
  /** A text says why it was not claimed, though nothing failed. */
  readonly run: (world: World) => Promise<string | undefined | void>;
}

export const CHECKS: readonly Check[] = [
  { name: 'oobe create+login', run: createAndLogin },
  { name: 'session lock+unlock', run: lockAndUnlock },
  { name: 'securefs io', run: writeAndRead },
  { name: 'securefs lock deny', run: lockDenies },
  { name: 'securefs unlock', run: unlockReads },
  { name: 'securefs home', run: homeLasts },
  { name: 'securefs migrate', run: () => Promise.resolve('there is one version so far') },
  { name: 'session switch', run: switchUser },
  { name: 'backup v1 create', run: createBackup },
  { name: 'backup v1 verify', run: verifyBackup },
  { name: 'backup v1 restore', run: restoreBackup },
  { name: 'backup v1 retention', run: retainBackups },
];

export type Outcome =
  | { readonly state: 'ok'; readonly ms: number }
  | { readonly state: 'skipped' | 'failed'; readonly ms: number; readonly why: string };

/** Runs one check; a failure is its outcome. */
export async function runCheck({ run }: Check, world: World, clock: () => number): Promise<Outcome> {
  const start = clock();
  try {
    const why = await run(world);
    const ms = clock() - start;
    return typeof why === 'string' ? { state: 'skipped', ms, why } : { state: 'ok', ms };
  } catch (thrown) {
    return { state: 'failed', ms: clock() - start, why: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** What the console says of it. */
export function markerOf({ name }: Check, outcome: Outcome): string {
  return outcome.state === 'ok' ? `SELFTEST: ${name} ok` : `SELFTEST: ${name} ${outcome.state} (${outcome.why})`;
}
