// Long work of backup: aborted by the person, or by the home that closes; told as an answer.
import { err, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { type LongWorkRun, startWork } from '../contract/long-work.ts';
import type { BackupDeps } from './backup-deps.ts';

/** Any other fault is thrown on. */
export async function longWork<T>(deps: BackupDeps, port: MessagePort, work: (run: LongWorkRun) => Promise<Result<T, NexusError>>): Promise<Result<T, NexusError>> {
  const home = deps.current();
  const closing = home.ok ? AbortSignal.any([deps.closing, home.value.closing]) : deps.closing;
  const run = startWork(port, closing, deps.clock);
  try {
    return await work(run);
  } catch (fault) {
    if (!run.signal.aborted) throw fault;
    return err(nexusError(closing.aborted ? 'session.locked' : 'aborted'));
  } finally {
    run.end();
  }
}
