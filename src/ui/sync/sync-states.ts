// The state of sync as a stream: as it is now, then each change; asked for anew with every new authority, and where changes were missed.
import { concatMap, defer, distinctUntilChanged, filter, map, merge, type Observable, share, startWith, switchMap, takeUntil } from 'rxjs';
import type { HeardFact } from '../../workers/contract/events.ts';
import type { SyncState, SyncStatus } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';

type Changed = Extract<HeardFact, { readonly type: 'sync.changed' }>;

/** How sync stands while only a part of the home is on this device; undefined once it is whole. */
export const partialStates = (client: Client): Observable<SyncState | undefined> => syncStates(client).pipe(map(({ partial, state }) => (partial ? state : undefined)), distinctUntilChanged());

/** Nothing comes while no home is open. */
export function syncStates({ call, connection, facts }: Client): Observable<SyncStatus> {
  const missed = facts.pipe(filter(({ type }) => type === 'facts.missed'));
  // A connection says that it is ready with every event; only a new one is asked anew.
  return connection.pipe(distinctUntilChanged(), filter((state) => state === 'ready'), switchMap(() => missed.pipe(startWith(null))), switchMap(() => {
    const changes = facts.pipe(filter((fact): fact is Changed => fact.type === 'sync.changed'), map(({ status }) => status), share());
    const now = defer(() => call.syncStatus({})).pipe(concatMap((answer) => (answer.ok ? [answer.value] : [])));
    // Two ports, no order between them: an answer that a change came before may be older than that.
    return merge(changes, now.pipe(takeUntil(changes)));
  }));
}
