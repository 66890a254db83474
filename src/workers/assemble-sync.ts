// What is about an account's home, put together: syncing it, bringing it to a new device, approving one. No decisions here.
import type { Aead } from '../crypto/aead.ts';
import { type Bytes, toHex } from '../crypto/bytes.ts';
import { systemRandom } from '../crypto/random.ts';
import { encodeSlot, parseSlot } from '../crypto/slot.ts';
import { err } from '../result.ts';
import type { Account } from './account/account.ts';
import { type CommandId, parseUid } from './contract/ids.ts';
import { tellIncident } from './door/worker/incident.ts';
import type { Facts } from './door/worker/facts.ts';
import type { HomesOnDevice } from './home/homes.ts';
import { newPassword } from './identity/credentials.ts';
import type { Identity } from './identity/identity.ts';
import { errorOf } from './keystore/failure-code.ts';
import type { Keystore } from './keystore/keystore.ts';
import type { SessionCore } from './session/core.ts';
import { handMekOf } from './session/hand-mek.ts';
import { DEFAULT_PREFS, writePrefs } from './session/prefs.ts';
import { secretOf } from './session/secrets.ts';
import { adoptHome } from './session/users.ts';
import type { Waiting } from './syncing/approval-steps.ts';
import { createApproving } from './syncing/approving.ts';
import { holdBy } from './syncing/hold.ts';
import { createJoining, type Joining } from './syncing/join.ts';
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
}

const pause: Waiting['pause'] = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
});

/** The connection, where the browser tells. */
const connection = (): { readonly saveData?: boolean; readonly type?: string } => (navigator as { connection?: { readonly saveData?: boolean; readonly type?: string } }).connection ?? {};

const recoverySlotsOf = (bytes: readonly Bytes[]): readonly Bytes[] => bytes.filter((each) => {
  const slot = parseSlot(each);
  return slot.ok && slot.value.kind === 'recovery';
});

export function syncingOf({ aead, account, announce, identity, keystore, clock, after, core }: SyncWorld, lock: (home: string) => string): Syncing {
  return createSyncing({
    storage: account.storage, aead, random: systemRandom, clock, after, announce, broken: (fault) => void tellIncident('sync', fault),
    hold: holdBy(navigator.locks, lock), mayMoveBulk: () => connection().saveData !== true && connection().type !== 'cellular',
    recoverySlots: async (home) => recoverySlotsOf(await keystore.portable(home)), owner: (home) => identity.byHome(home), settings: () => core().settings,
  });
}

export function joiningOf({ aead, account, announce, identity, keystore, homes, clock, closing, core }: SyncWorld): Joining {
  return createJoining({
    account: { ...account, signOut: async () => void (await account.calls.logoutAccount({ command: toHex(systemRandom(16)) as CommandId, at: clock() })) }, aead, random: systemRandom, clock, closing, isOpen: () => core().current().ok, stage: homes.stage,
    userOf: async (home) => parseUid((await identity.byHome(home))?.uid), checkName: (name) => identity.checkName(name),
    recoverySlots: (slots) => slots.filter(({ kind }) => kind === 'recovery').map(encodeSlot),
    pause, showDigits: (digits) => announce({ type: 'join.digits', digits }),
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
    writePrefs: (home, owner) => writePrefs(home, systemRandom, DEFAULT_PREFS, owner), adopt: (adopted) => adoptHome(core(), adopted),
  });
}

export const approvingOf = ({ core, keystore, clock }: SyncWorld, syncing: Syncing): ReturnType<typeof createApproving> => createApproving({
  current: syncing.approving, random: systemRandom, clock, pause, handMek: handMekOf(core()), recoverySlots: async (home) => recoverySlotsOf(await keystore.portable(toHex(home))),
});
