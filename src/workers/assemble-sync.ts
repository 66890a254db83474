// What is about an account's home, put together: syncing it, bringing it to a new device, approving one. No decisions here.
import type { Aead } from '../crypto/aead.ts';
import { type Bytes, toHex } from '../crypto/bytes.ts';
import { systemRandom } from '../crypto/random.ts';
import { encodeSlot, parseSlot } from '../crypto/slot.ts';
import { err } from '../result.ts';
import type { BackupDeps } from './backup/backup-deps.ts';
import type { Account } from './account/account.ts';
import { mayMoveBulk } from './shell/connection.ts';
import { type CommandId, parseUid } from './contract/ids.ts';
import { tellIncident } from './door/worker/incident.ts';
import type { Facts } from './door/worker/facts.ts';
import type { CarriedDatasets } from './grants/carried-datasets.ts';
import type { HomesOnDevice } from './home/homes.ts';
import { newPassword } from './identity/credentials.ts';
import type { Identity } from './identity/identity.ts';
import { errorOf } from './keystore/failure-code.ts';
import type { Keystore } from './keystore/keystore.ts';
import type { SessionCore } from './session/core.ts';
import { handMekOf } from './session/hand-mek.ts';
import { DEFAULT_PREFS, writePrefs } from './session/prefs.ts';
import { createRenewal } from './session/renewal.ts';
import { secretOf } from './session/secrets.ts';
import { adoptHome, stageUnowned } from './session/users.ts';
import type { Waiting } from './syncing/approval-steps.ts';
import { createApproving } from './syncing/approving.ts';
import type { JoinDeps } from './syncing/bring-home.ts';
import { type CardKeeper, createCardKeeper } from './syncing/card-keeper.ts';
import { type CheckpointKeeper, createCheckpointKeeper } from './syncing/checkpoint-keeper.ts';
import { createDeviceCalls } from './syncing/device-calls.ts';
import { createDeviceKeeper, type DeviceKeeper } from './syncing/device-keeper.ts';
import { deviceNameOf } from './syncing/device-name.ts';
import { holdBy } from './syncing/hold.ts';
import { createJoining, type Joining } from './syncing/join.ts';
import { createRenewalCalls } from './syncing/renewal-calls.ts';
import { createRoomCalls } from './syncing/room-calls.ts';
import { createSyncing, type Syncing } from './syncing/syncing.ts';

export interface SyncWorld {
  readonly aead: Aead;
  readonly account: Account;
  readonly announce: Facts['announce'];
  readonly identity: Identity;
  readonly keystore: Keystore;
  readonly homes: HomesOnDevice;
  readonly clock: () => number;
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly closing: AbortSignal;
  readonly core: () => SessionCore;
  readonly datasets: () => CarriedDatasets;
}

const pause: Waiting['pause'] = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
});

const recoverySlotsOf = (bytes: readonly Bytes[]): readonly Bytes[] => bytes.filter((each) => {
  const slot = parseSlot(each);
  return slot.ok && slot.value.kind === 'recovery';
});

/** What is kept at an account beside nodes and extents. */
export interface Keepers {
  readonly cards: CardKeeper;
  readonly devices: DeviceKeeper;
  readonly checkpoints: CheckpointKeeper;
}

export const keepersOf = ({ aead, account, identity, keystore, clock }: SyncWorld): Keepers => ({
  cards: createCardKeeper({ aead, random: systemRandom, recoverySlots: async (home) => recoverySlotsOf(await keystore.portable(home)), owner: (home) => identity.byHome(home) }),
  devices: createDeviceKeeper({ aead, random: systemRandom, signIns: () => account.calls.accountSignIns({}), deviceName: deviceNameOf(navigator.userAgent) }),
  checkpoints: createCheckpointKeeper({ aead, random: systemRandom, clock, deviceName: deviceNameOf(navigator.userAgent) }),
});

export function syncingOf({ aead, account, announce, clock, after, core, datasets }: SyncWorld, { cards, devices, checkpoints }: Keepers, lock: (home: string) => string): Syncing {
  return createSyncing({
    cards, devices, checkpoints, storage: account.storage, aead, random: systemRandom, clock, after, announce, broken: (fault) => void tellIncident('sync', fault),
    hold: holdBy(navigator.locks, lock), mayMoveBulk,
    settings: () => core().settings, datasets,
  });
}

/** Ways into a home that is not here, or into its newer keys. */
const enteringBy = (keystore: Keystore): Pick<JoinDeps, 'takeMek' | 'enter'> => ({
  async takeMek(homeId, mek, password) {
    const next = newPassword(password);
    if (!next.ok) mek.fill(0);
    if (!next.ok) return next;
    const taken = await keystore.takeMek(homeId, mek, { kind: 'password', bytes: next.value });
    return taken.ok ? taken : err(errorOf(taken.error));
  },
  async enter(homeId, slots, { phrase, password }) {
    const [by, next] = [secretOf('phrase', phrase), newPassword(password)];
    if (!by.ok) return by;
    if (!next.ok) return next;
    const entered = await keystore.enter(homeId, slots, by.value, { kind: 'password', bytes: next.value });
    return entered.ok ? entered : err(errorOf(entered.error));
  },
});

/** What backup asks of the account that the open home is linked to. */
export const accountWays = (syncing: Syncing): Pick<BackupDeps, 'cloud' | 'look' | 'knownToAll'> => ({
  cloud: syncing.cloud,
  look: async () => (await syncing.linked())?.look() ?? err('signed_out'),
  knownToAll: async () => (await syncing.linked())?.knownToAll() ?? err('signed_out'),
});

export function joiningOf({ aead, account, announce, identity, keystore, homes, clock, closing, core }: SyncWorld, { checkpoints }: Keepers): Joining {
  return createJoining({
    account: { ...account, signOut: async () => void (await account.calls.logoutAccount({ command: toHex(systemRandom(16)) as CommandId, at: clock() })) }, aead, random: systemRandom, clock, closing, isOpen: () => core().current().ok, stage: (keys) => stageUnowned({ identity, homes }, keys),
    userOf: async (home) => parseUid((await identity.byHome(home))?.uid), checkName: (name) => identity.checkName(name),
    recoverySlots: (slots) => slots.filter(({ kind }) => kind === 'recovery').map(encodeSlot),
    pause, showDigits: (digits) => announce({ type: 'join.digits', digits }), checkpoints,
    ...enteringBy(keystore),
    writePrefs: (home, owner) => writePrefs(home, systemRandom, DEFAULT_PREFS, owner), adopt: (adopted) => adoptHome(core(), adopted),
  });
}

export function approvingOf({ core, keystore, clock }: SyncWorld, syncing: Syncing): ReturnType<typeof createApproving> {
  return createApproving({
    random: systemRandom, clock, pause, handMek: handMekOf(core()), recoverySlots: async (home) => recoverySlotsOf(await keystore.portable(toHex(home))),
    async current() {
      const linked = await syncing.linked();
      return linked && { homeId: linked.home.homeId, account: linked.account, send: linked.send, closing: linked.home.closing };
    },
  });
}

export function devicesOf({ account }: SyncWorld, { devices }: Keepers, syncing: Syncing): ReturnType<typeof createDeviceCalls> {
  return createDeviceCalls({ linked: () => syncing.linked(), devices, signIns: () => account.calls.accountSignIns({}) });
}

export function roomOf({ clock }: SyncWorld, { devices, checkpoints }: Keepers, syncing: Syncing): ReturnType<typeof createRoomCalls> {
  return createRoomCalls({ linked: () => syncing.linked(), devices, checkpoints, clock });
}

export function renewalOf({ aead, account, announce, core, keystore, clock }: SyncWorld, { cards, devices, checkpoints }: Keepers, syncing: Syncing): ReturnType<typeof createRenewalCalls> {
  return createRenewalCalls({
    aead, clock, pause, cards, devices, checkpoints, random: systemRandom, renewal: createRenewal(core()), linked: () => syncing.linked('any'), isLinked: syncing.isLinked,
    endSignIn: (args) => account.calls.endAccountSignIn({ ...args, command: toHex(systemRandom(16)) as CommandId, at: clock() }),
    recoverySlots: (slots) => recoverySlotsOf(slots.map(({ row }) => row.bytes)), showDigits: (digits) => announce({ type: 'join.digits', digits }), ...enteringBy(keystore),
  });
}
