// Renewing the keys of the open home: a new MEK with ways in of its own, and a keyring that holds the one before. The home locks, and
// is sealed anew when it is opened next (docs/sync.md, "Renewing keys"). Also: taking over a key that another device made.
import { type Bytes, equal, toHex } from '../../crypto/bytes.ts';
import { type CryptoFailure, tampered } from '../../crypto/failure.ts';
import { domainKey, type HomeKeys, importHomeKeys } from '../../crypto/home-keys.ts';
import { follows, renewKeyring } from '../../crypto/keyring.ts';
import { newRecoveryEntropy, phraseOf } from '../../crypto/recovery-phrase.ts';
import type { Slot } from '../../crypto/slot.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { SecretBytes } from '../contract/home.ts';
import type { CommandId } from '../contract/ids.ts';
import type { NewSlot, SlotMarks } from '../keystore/keystore.ts';
import type { Secret } from '../keystore/secret.ts';
import type { SessionCore } from './core.ts';
import { secretOf, underLockout } from './secrets.ts';

/** A newer key of a home, in place once it is committed. */
export interface Renewed {
  /** Without those of earlier epochs. */
  readonly keys: HomeKeys;
  readonly keyring: Bytes;
  readonly slots: readonly NewSlot[];
  /** The ways in of before, as they were when the password was asked for. */
  readonly seen: SlotMarks;
}

/** A key that another device made, with its ways in for this one. */
export interface CameFromElsewhere {
  readonly keys: HomeKeys;
  readonly keyring: Bytes;
  readonly slots: readonly Slot[];
}

export interface Renewal {
  /** Words for a new phrase: they open nothing before `make` was given them. */
  newPhrase(): string;
  /** `secret` is the password, which stays. */
  make(how: { readonly secret: SecretBytes; readonly phrase: SecretBytes; readonly command: CommandId }): Promise<Result<Renewed, NexusError>>;
  /** Whether this is the password of the open home; under lockout. */
  check(secret: SecretBytes): Promise<Result<void, NexusError>>;
  /** Only where its keyring holds this home's key: a key that is about something else is `sync.other_keys`. */
  take(secret: SecretBytes, came: CameFromElsewhere, command: CommandId): Promise<Result<Renewed, NexusError>>;
  /** Nothing where no way in was changed since the password was asked for. */
  stillHolds(renewed: Renewed): Promise<Result<void, NexusError>>;
  /** Puts it in place of all ways in, if they are what they were, and locks. */
  commit(renewed: Renewed): Promise<Result<void, NexusError>>;
}

const NEWER = Symbol('the slots wrap a newer key');

/** Whether this MEK is the one that a home is open by. */
async function opensAs(keys: HomeKeys, mek: Bytes): Promise<boolean> {
  const [one, other] = [await domainKey(keys, 'keyring'), await domainKey(await importHomeKeys(keys.homeId, mek.slice()), 'keyring')];
  const same = equal(one, other);
  [one, other].forEach((key) => key.fill(0));
  return same;
}

export function createRenewal(core: SessionCore): Renewal {
  const { identity, keystore, random } = core.deps;

  /** Lends the MEK's bytes to `use`, with the ways in that there are, once the password opened its slot. A home that is still open by the key before, since a renewal was cut short, locks: only then is the one before that not lost. */
  const withMek = <T>(secret: SecretBytes, use: (mek: Bytes, by: Secret, seen: SlotMarks) => Promise<Result<T, CryptoFailure>>): Promise<Result<T, NexusError>> => core.alone(async () => {
    const [open, by] = [core.current(), secretOf('password', secret)];
    if (!open.ok) return open;
    if (!by.ok) return by;
    const { keys } = open.value.home.mounted;
    const seen = await keystore.marks(toHex(keys.homeId));
    const used = await underLockout<T | typeof NEWER>({ identity, keystore }, open.value.uid, by.value, async (home) => {
      const lent = await keystore.handMek(home, by.value, async (mek): Promise<Result<T | typeof NEWER, CryptoFailure>> => (await opensAs(keys, mek) ? use(mek, by.value, seen) : ok(NEWER)));
      return lent.ok ? lent.value : lent;
    });
    if (!used.ok) return used;
    if (used.value !== NEWER) return ok(used.value);
    await core.leave('renewed');
    return err(nexusError('session.locked'));
  });

  return {
    newPhrase: () => phraseOf(newRecoveryEntropy(random)),
    check: (secret) => withMek(secret, () => Promise.resolve(ok())),
    async make({ secret, phrase, command }) {
      const [open, words] = [core.current(), secretOf('phrase', phrase)];
      if (!open.ok) return open;
      if (!words.ok) return words;
      const { homeId, aead, keyring: before } = open.value.home.mounted;
      return withMek(secret, async (mek, by, seen) => {
        const made = await keystore.create(homeId, [by, words.value], command);
        if (!made.ok) return made;
        const keyring = await renewKeyring({ aead, random }, made.value.keys, { mek, keyring: await before.read() });
        return keyring ? ok({ ...made.value, keyring, seen }) : err(tampered('keyring'));
      });
    },
    async take(secret, { keys, keyring, slots }, command) {
      const open = core.current();
      if (!open.ok) return open;
      const { homeId, aead, keyring: before } = open.value.home.mounted;
      const holds = await withMek(secret, async (mek, _, seen) => ok({ seen, follows: await follows(aead, keys, keyring, { mek, keyring: await before.read() }) }));
      if (!holds.ok) return holds;
      const { seen } = holds.value;
      return holds.value.follows ? ok({ keys, keyring, seen, slots: keystore.rowsOf(toHex(homeId), slots, command) }) : err(nexusError('sync.other_keys'));
    },
    stillHolds: ({ keys, seen }) => core.alone(async () => ((await keystore.marks(toHex(keys.homeId))).join() === seen.join() ? ok() : err(nexusError('keystore.slots_changed')))),
    commit: ({ keyring, slots, seen }) => core.alone(async () => {
      const open = core.current();
      if (!open.ok) return open;
      const { uid, home: { mounted } } = open.value;
      await mounted.keyring.keepNext(keyring);
      let isPut: boolean | undefined;
      try {
        isPut = await keystore.exchange(toHex(mounted.homeId), seen, slots);
        if (!isPut) {
          await mounted.keyring.forgetNext();
          return err(nexusError('keystore.slots_changed'));
        }
        await identity.edit(uid, { recoveryConfirmed: true });
      } finally {
        // Whether it was put in place is not known where that failed.
        if (isPut !== false) await core.leave('renewed');
      }
      return ok();
    }),
  };
}
