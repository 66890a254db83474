// Signing in where no home is open yet: begun with every new authority, since none keeps what another began, and then the account's states.
import { defer, distinctUntilChanged, EMPTY, filter, merge, type Observable, switchMap } from 'rxjs';
import type { AccountStatus } from '../../workers/contract/account.ts';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { accountStates } from '../account/account-states.ts';

/** `again` begins once more; `refused` hears why it could not be begun. */
export function joinAccount(client: Client, again: Observable<void>, refused: (error: NexusError) => void): Observable<AccountStatus> {
  const ready = client.connection.pipe(distinctUntilChanged(), filter((state) => state === 'ready'));
  return merge(ready, again).pipe(switchMap(() => defer(() => client.call.beginJoin({}))), switchMap((answer) => {
    if (answer.ok) return accountStates(client);
    refused(answer.error);
    return EMPTY;
  }));
}
