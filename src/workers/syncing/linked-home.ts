// The open home with the way to the account that it is, or may be, linked to.
import { err, type Result } from '../../result.ts';
import type { CloudFailure } from '../../sync/cloud.ts';
import { withAnotherTry } from '../../sync/another-try.ts';
import { type CloudClient, createCloudClient, type Send } from '../../sync/cloud-client.ts';
import type { EngineDeps } from '../../sync/engine-deps.ts';
import { pull } from '../../sync/pull.ts';
import type { AccountStorage } from '../account/account-storage.ts';
import type { AccountId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { CheckpointKeeper } from './checkpoint-keeper.ts';

export interface LinkedHome {
  readonly home: MountedHome;
  readonly account: AccountId;
  readonly send: Send;
  readonly cloud: CloudClient;
  /** Takes all that is new there; nothing is sent. Of a linked home alone. */
  readonly look: () => Promise<Result<void, CloudFailure>>;
  /** Up to which change of a node all other devices took everything: 0 where one does not say so, Infinity where there is none. */
  readonly knownToAll: () => Promise<Result<number, CloudFailure>>;
}

export interface LinkedHomeDeps {
  readonly storage: AccountStorage;
  readonly checkpoints: CheckpointKeeper;
  /** Tells whoever keeps something beside nodes. */
  readonly noticed: (home: MountedHome, cloud: CloudClient) => NonNullable<EngineDeps['noticed']>;
}

/** Undefined where nobody is signed in, or not to the account that the home is linked to; of a home that is linked to none, only where `any` will do. */
export async function linkedHome(home: MountedHome, { storage, checkpoints, noticed }: LinkedHomeDeps, or?: 'any'): Promise<LinkedHome | undefined> {
  const [linked, account] = [await home.sync.link.read(), storage.account()];
  if (account === undefined || (linked ? linked.account !== account : or !== 'any')) return undefined;
  const send = storage.sendTo(account);
  const cloud = createCloudClient(withAnotherTry(send));
  return {
    home, account, send, cloud,
    knownToAll: () => checkpoints.knownToAll(home, cloud),
    look: async () => ((await home.sealAnew()) ? pull({ cloud, home: home.sync.reconciler, signal: home.closing, noticed: noticed(home, cloud) }) : err('no_room')),
  };
}
