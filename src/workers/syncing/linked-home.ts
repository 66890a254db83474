// The open home with the way to the account that it is, or may be, linked to.
import type { Result } from '../../result.ts';
import type { CloudFailure } from '../../sync/cloud.ts';
import type { CloudClient, Send } from '../../sync/cloud-client.ts';
import type { AccountId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';

export interface LinkedHome {
  readonly home: MountedHome;
  readonly account: AccountId;
  readonly send: Send;
  readonly cloud: CloudClient;
  /** A whole round of sync from now on; well where the home is not linked. */
  readonly look: () => Promise<Result<void, CloudFailure>>;
}
