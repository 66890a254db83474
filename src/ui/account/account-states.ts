// The account's state as a stream: as it is now, then each change in order; asked for anew with every new authority, and where changes were missed.
import { concatMap, defer, filter, merge, type Observable, scan, distinctUntilChanged, map, startWith, switchMap } from 'rxjs';
import type { AccountStatus } from '../../workers/contract/account.ts';
import type { Client } from '../../workers/door/page/client.ts';

interface Told { readonly number: number; readonly status: AccountStatus }

export function accountStates({ call, connection, facts }: Client): Observable<AccountStatus> {
  const missed = facts.pipe(filter(({ type }) => type === 'facts.missed'));
  // A connection says that it is ready with every event; only a new one is asked anew.
  return connection.pipe(distinctUntilChanged(), filter((state) => state === 'ready'), switchMap(() => missed.pipe(startWith(null))), switchMap(() => {
    const changes = facts.pipe(concatMap((fact): Told[] => (fact.type === 'account.event' && fact.event.status ? [{ number: fact.event.number, status: fact.event.status }] : [])));
    const now = defer(() => call.subscribeAccountSessionEvents({})).pipe(concatMap((answer): Told[] => (answer.ok ? [answer.value] : [])));
    // Two ports, no order between them: the later number wins.
    return merge(changes, now).pipe(scan((last, next) => (next.number >= last.number ? next : last)), distinctUntilChanged(), map(({ status }) => status));
  }));
}
