// Keeps this device in the account's list of devices, and changes what one of them is called. The list is for people: nothing is
// decided by it, and a round goes on without it.
import type { Aead } from '../../crypto/aead.ts';
import { toHex } from '../../crypto/bytes.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CloudFailure, OtherChange } from '../../sync/cloud.ts';
import type { CloudClient } from '../../sync/cloud-client.ts';
import type { SignInCard } from '../contract/account.ts';
import type { NexusError } from '../contract/errors.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { DEVICES, type ListedDevice, openDevices, sealDevices } from './device-list.ts';
import { nameAmong } from './device-name.ts';

export interface DeviceKeeperDeps {
  readonly aead: Aead;
  readonly random: Random;
  /** Who is signed in, as the server tells. */
  readonly signIns: () => Promise<Result<readonly SignInCard[], NexusError>>;
  /** What this device is called where nobody said otherwise. */
  readonly deviceName: string;
}

type Objects = Pick<CloudClient, 'object' | 'putObject'>;

export interface DeviceKeeper {
  /** Once for each sign-in and account, and the names again where the list was changed since. */
  keepUp(home: MountedHome, cloud: Objects): Promise<void>;
  /** Who is signed in, or the account that the home is linked to, may be another. */
  again(): void;
  heard(changes: readonly OtherChange[]): void;
  list(home: MountedHome, cloud: Objects): Promise<Result<readonly ListedDevice[], CloudFailure>>;
  /** False where no listed device has that sign-in. */
  rename(home: MountedHome, cloud: Objects, to: Pick<ListedDevice, 'signIn' | 'name'>): Promise<Result<boolean, CloudFailure>>;
}

const TRIES = 3;

export function createDeviceKeeper({ aead, random, signIns, deviceName }: DeviceKeeperDeps): DeviceKeeper {
  let kept: MountedHome | undefined;
  /** The list was changed, and not read since. */
  let news = false;

  const tell = (home: MountedHome, devices: readonly ListedDevice[]) => { home.devicesCalled(new Map(devices.map(({ device, name }) => [device, name]))); };

  async function read(home: MountedHome, cloud: Objects) {
    const found = await cloud.object(DEVICES.collection, DEVICES.id);
    if (!found.ok) return found;
    const list = found.value && (await openDevices(aead, { keys: home.keys, whole: await home.keyring.isWhole() }, found.value.body));
    tell(home, list?.devices ?? []);
    return ok({ rev: found.value?.rev, devices: list?.devices ?? [], newest: list?.newest ?? found.value === undefined });
  }

  /** `step` gives the list as it is to be; undefined where it is well as it is. */
  async function change(home: MountedHome, cloud: Objects, step: (devices: readonly ListedDevice[]) => readonly ListedDevice[] | undefined): Promise<Result<boolean, CloudFailure>> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const found = await read(home, cloud);
      if (!found.ok) return found;
      const { rev, devices, newest } = found.value;
      const next = step(devices);
      if (!next && newest) return ok(false);
      const done = await cloud.putObject(DEVICES.collection, DEVICES.id, { rev, body: await sealDevices({ aead, random, keys: home.keys }, next ?? devices) });
      if (!done.ok) return done;
      if (!done.value) continue;
      tell(home, next ?? devices);
      return ok(next !== undefined);
    }
    return err('unreachable');
  }

  async function readAgain(home: MountedHome, cloud: Objects): Promise<void> {
    if (!news) return;
    news = false;
    const found = await read(home, cloud);
    if (!found.ok) news = true;
  }

  return {
    async keepUp(home, cloud) {
      if (kept === home) return readAgain(home, cloud);
      const said = await signIns();
      const mine = said.ok ? said.value.find(({ current }) => current)?.signInId : undefined;
      if (!said.ok || mine === undefined) return;
      const live = new Set(said.value.map(({ signInId }) => signInId));
      const device = toHex(home.device);
      const done = await change(home, cloud, (devices) => {
        const before = devices.find((each) => each.device === device);
        const others = devices.filter((each) => each.device !== device && live.has(each.signIn) && each.signIn !== mine);
        const next = [...others, { device, name: before?.name ?? nameAmong(deviceName, others.map(({ name }) => name)), signIn: mine }];
        return before?.signIn === mine && next.length === devices.length ? undefined : next;
      });
      if (done.ok) kept = home;
    },
    again() { kept = undefined; },
    heard(changes) {
      news ||= changes.some(({ collection, id }) => collection === DEVICES.collection && id === DEVICES.id);
    },
    async list(home, cloud) {
      const found = await read(home, cloud);
      return found.ok ? ok(found.value.devices) : found;
    },
    rename: (home, cloud, { signIn, name }) => change(home, cloud, (devices) => (
      devices.some((each) => each.signIn === signIn) ? devices.map((each) => (each.signIn === signIn ? { ...each, name } : each)) : undefined)),
  };
}
