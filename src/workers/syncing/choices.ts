// What a person chooses to have the same on their devices, and what is chosen no more: settings, and what each app keeps. To begin, the
// account that the home is linked to is asked.
import { err, ok, type Result } from '../../result.ts';
import { type CloudClient, createCloudClient } from '../../sync/cloud-client.ts';
import type { AccountStorage } from '../account/account-storage.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Args, Value } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { DatasetKeeper } from './dataset-keeper.ts';
import type { SettingsKeeper } from './settings-keeper.ts';

export interface Choices {
  share(home: MountedHome, args: Args<'shareSettings'>): Promise<Result<Value<'shareSettings'>, NexusError>>;
  carry(home: MountedHome, args: Args<'carryAppData'>): Promise<Result<Value<'carryAppData'>, NexusError>>;
  /** Of all that was chosen: the home is not to be synced any more. */
  end(home: MountedHome): Promise<void>;
}

export function createChoices(storage: AccountStorage, { settings, datasets }: { readonly settings: SettingsKeeper; readonly datasets: DatasetKeeper }): Choices {
  async function accountFor({ sync }: MountedHome, on: boolean): Promise<Result<CloudClient, NexusError>> {
    const linked = await sync.link.read();
    if (!linked) return err(nexusError('sync.not_linked'));
    if (on && linked.paused) return err(nexusError('sync.paused'));
    return on && storage.account() !== linked.account ? err(cloudError('signed_out')) : ok(createCloudClient(storage.sendTo(linked.account)));
  }

  return {
    async share(home, { on, take }) {
      const cloud = await accountFor(home, on);
      return cloud.ok ? settings.share(home, cloud.value, { on, ...(take && { take }) }) : cloud;
    },
    async carry(home, { appId, on, take }) {
      const cloud = await accountFor(home, on);
      return cloud.ok ? datasets.carry(home, cloud.value, { appId, on, ...(take && { take }) }) : cloud;
    },
    async end(home) {
      await settings.end(home);
      await datasets.end(home);
    },
  };
}
