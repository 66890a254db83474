// Calls about the devices of an account: who is signed in as the server lists them, called what the person calls them.
import { err, ok, type Result } from '../../result.ts';
import { cloudError } from '../account/cloud-error.ts';
import type { SignInCard } from '../contract/account.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Served } from '../contract/surface.ts';
import type { SyncSurface } from '../contract/sync.ts';
import type { DeviceKeeper } from './device-keeper.ts';
import { deviceName } from './device-list.ts';
import type { LinkedHome } from './linked-home.ts';

export interface DeviceCallsDeps {
  readonly linked: () => Promise<LinkedHome | undefined>;
  readonly devices: DeviceKeeper;
  readonly signIns: () => Promise<Result<readonly SignInCard[], NexusError>>;
}

export function createDeviceCalls({ linked, devices, signIns }: DeviceCallsDeps): Pick<Served<SyncSurface>, 'accountDevices' | 'nameDevice'> {
  return {
    async accountDevices() {
      const [said, at] = [await signIns(), await linked()];
      if (!said.ok) return said;
      // Names are a help: the list of sign-ins is worth having without them.
      const listed = at ? await devices.list(at.home, at.cloud) : ok([]);
      const names = new Map(listed.ok ? listed.value.map(({ signIn, name }) => [signIn, name]) : []);
      return ok(said.value.map((signIn) => {
        const name = names.get(signIn.signInId);
        return { ...signIn, ...(name !== undefined && { name }) };
      }));
    },
    async nameDevice({ signInId, name }) {
      const [at, called] = [await linked(), deviceName(name)];
      if (!at) return err(nexusError('sync.not_linked'));
      if (called === undefined) return err(nexusError('user.name_invalid', { detail: 'device' }));
      const renamed = await devices.rename(at.home, at.cloud, { signIn: signInId, name: called });
      if (!renamed.ok) return err(cloudError(renamed.error));
      return renamed.value ? ok() : err(nexusError('account.sign_in_over'));
    },
  };
}
