// Slots of every home on this device, and the opening of them. The right secret is the one that opens a slot: there is
// no verifier and no second hash. Bare MEK bytes live only inside the functions here (docs/formats.md, "Slots").
import type { Aead } from '../../crypto/aead.ts';
import { belowDefault } from '../../crypto/argon2id.ts';
import { type Bytes, fromHex, toHex } from '../../crypto/bytes.ts';
import { importHmacKey } from '../../crypto/digest.ts';
import type { CryptoFailure } from '../../crypto/failure.ts';
import { type HomeKeys, importHomeKeys } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { encodeSlot, openSlot, parseSlot, sealSlot, type Slot, type SlotKind, type SlotSecret } from '../../crypto/slot.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CommandId } from '../contract/ids.ts';
import type { Database, ReadTransaction } from '../store/database.ts';
import type { SlotRow, SystemRows } from '../store/system-schema.ts';
import { dummySlot } from './dummy-slot.ts';
import { createEntering, type Entering } from './entering.ts';
import type { Cost, Secret } from './secret.ts';

export interface KeystoreDeps {
  readonly db: Database<SystemRows>;
  readonly aead: Aead;
  readonly random: Random;
  /** Argon2id cost of new slots; the format's default where absent. */
  readonly cost?: Cost;
}

/** Slots that are sealed and not yet written: the caller puts the rows into its own transaction. */
export interface NewSlot {
  readonly row: SlotRow;
  readonly deviceKey?: CryptoKey;
}

/** Keys of the rows of a home's slots, in their order. */
export type SlotMarks = readonly string[];

export interface Keystore extends Entering {
  /** Opens `home` by `secret`. An unknown home (undefined) takes the same work and fails the same way. */
  open(home: string | undefined, secret: Secret): Promise<Result<HomeKeys, CryptoFailure>>;
  /** A new home's keys and its slots. */
  create(homeId: Bytes, secrets: readonly Secret[], command: CommandId): Promise<Result<{ keys: HomeKeys; slots: readonly NewSlot[] }, CryptoFailure>>;
  /** Wraps the MEK that `by` opens under `next`, in place of every slot of that kind, in one strict transaction. */
  rewrap(home: string, by: Secret, next: Secret, command: CommandId): Promise<Result<void, CryptoFailure>>;
  /** Which slots a home has here: another one for every way in that is made anew. */
  marks(home: string): Promise<SlotMarks>;
  /** Puts these in place of every slot that a home has here, in one strict transaction: no other opens it from then on. False, and nothing done, where it has others than when `seen` was read. */
  exchange(home: string, seen: SlotMarks, slots: readonly NewSlot[]): Promise<boolean>;
  remove(home: string, kind: SlotKind): Promise<void>;
  has(home: string, kind: SlotKind): Promise<boolean>;
  /** True where the slot of this kind was made by `command`: a change that was sent again is not done twice. */
  madeBy(home: string, kind: SlotKind, command: CommandId): Promise<boolean>;
  /** Rows of slots that came with a home. */
  rowsOf(home: string, slots: readonly Slot[], command: CommandId): readonly NewSlot[];
  /** Opens `home` by `secret` and hands the MEK's bytes to `take`, which seals them to another device; they are zeroed afterwards. */
  handMek<T>(home: string | undefined, secret: Secret, take: (mek: Bytes) => Promise<T>): Promise<Result<T, CryptoFailure>>;
  /** The slots that a portable bundle carries: recovery and password. */
  portable(home: string): Promise<readonly Bytes[]>;
}

const PORTABLE: readonly string[] = ['recovery', 'password'] satisfies SlotKind[];
const slotsOf = (tx: Pick<ReadTransaction<SystemRows>, 'list'>, home: string) => tx.list('slots', { prefix: `${home}/` });

function slotRow(home: string, slot: Slot, command: CommandId): SlotRow {
  return { key: `${home}/${toHex(slot.id)}`, home, kind: slot.kind, command, bytes: encodeSlot(slot) };
}

const exchange = (db: KeystoreDeps['db'], home: string, seen: SlotMarks, slots: readonly NewSlot[]): Promise<boolean> => db.write(['slots', 'deviceKeys'], async (tx) => {
  const rows = await slotsOf(tx, home);
  if (rows.map(({ key }) => key).join() !== seen.join()) return false;
  for (const row of rows) await tx.remove('slots', row.key);
  await tx.remove('deviceKeys', home);
  for (const { row, deviceKey } of slots) {
    await tx.put('slots', row);
    if (deviceKey) await tx.put('deviceKeys', { home, key: deviceKey });
  }
  return true;
}, { durability: 'strict' });

export function createKeystore({ db, aead, random, cost }: KeystoreDeps): Keystore {
  const newDeviceKey = () => importHmacKey(random(32));

  async function slotSecret({ kind, bytes }: Secret, deviceKey: CryptoKey | undefined): Promise<SlotSecret> {
    if (kind === 'recovery') return { kind, entropy: bytes };
    if (kind === 'passkey') return { kind, prf: bytes };
    if (kind === 'password') return { kind, secret: bytes };
    return { kind, secret: bytes, deviceKey: deviceKey ?? (await newDeviceKey()) };
  }

  async function candidates(home: string, kind: SlotKind) {
    return db.read(['slots', 'deviceKeys'], async (tx) => ({
      rows: (await slotsOf(tx, home)).filter((row) => row.kind === kind), deviceKey: (await tx.get('deviceKeys', home))?.key,
    }));
  }

  /** The MEK's bytes; the caller imports or wraps them, and zeroes them. */
  async function unwrapMek(home: string | undefined, secret: Secret): Promise<Result<{ mek: Bytes; slot: Slot }, CryptoFailure>> {
    const { rows, deviceKey } = home === undefined ? { rows: [], deviceKey: undefined } : await candidates(home, secret.kind);
    const withKey = await slotSecret(secret, deviceKey);
    const parsed = rows.length > 0 ? rows.map((row) => parseSlot(row.bytes)) : [ok(dummySlot(secret.kind, random, cost))];
    let failure: CryptoFailure = { kind: 'wrong_secret' };
    for (const slot of parsed) {
      const mek = slot.ok ? await openSlot(aead, slot.value, withKey) : slot;
      if (mek.ok && slot.ok) return ok({ mek: mek.value, slot: slot.value });
      if (!mek.ok && mek.error.kind !== 'wrong_secret') failure = mek.error;
    }
    return err(failure);
  }

  async function seal(homeHex: string, mek: Bytes, secret: Secret, command: CommandId): Promise<Result<NewSlot, CryptoFailure>> {
    const deviceKey = secret.kind === 'pin' ? await newDeviceKey() : undefined;
    const slot = await sealSlot({ aead, random, mek, secret: await slotSecret(secret, deviceKey), ...(cost && { cost }), ...(secret.kind === 'passkey' && secret.made && { passkey: secret.made }) });
    return slot.ok ? ok({ row: slotRow(homeHex, slot.value, command), ...(deviceKey && { deviceKey }) }) : slot;
  }

  const replace = (home: string, { row, deviceKey }: NewSlot) => db.write(['slots', 'deviceKeys'], async (tx) => {
    for (const old of await slotsOf(tx, home)) if (old.kind === row.kind) await tx.remove('slots', old.key);
    await tx.put('slots', row);
    if (deviceKey) await tx.put('deviceKeys', { home, key: deviceKey });
  }, { durability: 'strict' });

  /** A slot below today's cost is made anew while its secret is at hand. */
  async function strengthen(home: string, mek: Bytes, slot: Slot, secret: Secret): Promise<void> {
    if (cost || !slot.kdf || !belowDefault(slot.kdf)) return;
    const stronger = await seal(home, mek, secret, toHex(slot.id) as CommandId);
    if (stronger.ok) await replace(home, stronger.value);
  }

  return {
    async open(home, secret) {
      const opened = await unwrapMek(home, secret);
      if (!opened.ok) return opened;
      const homeId = fromHex(home ?? '', 16);
      if (!homeId || home === undefined) return err({ kind: 'wrong_secret' });
      await strengthen(home, opened.value.mek, opened.value.slot, secret);
      return ok(await importHomeKeys(homeId, opened.value.mek));
    },
    async create(homeId, secrets, command) {
      const mek = random(32);
      const slots: NewSlot[] = [];
      for (const secret of secrets) {
        const slot = await seal(toHex(homeId), mek, secret, command);
        if (!slot.ok) {
          mek.fill(0);
          return slot;
        }
        slots.push(slot.value);
      }
      return ok({ keys: await importHomeKeys(homeId, mek), slots });
    },
    async rewrap(home, by, next, command) {
      const opened = await unwrapMek(home, by);
      if (!opened.ok) return opened;
      const slot = await seal(home, opened.value.mek, next, command);
      opened.value.mek.fill(0);
      if (!slot.ok) return slot;
      await replace(home, slot.value);
      return ok();
    },
    async handMek(home, secret, take) {
      const opened = await unwrapMek(home, secret);
      if (!opened.ok) return opened;
      try {
        return ok(await take(opened.value.mek));
      } finally {
        opened.value.mek.fill(0);
      }
    },
    marks: (home) => db.read(['slots'], async (tx) => (await slotsOf(tx, home)).map(({ key }) => key)),
    exchange: (home, seen, slots) => exchange(db, home, seen, slots),
    remove: (home, kind) => db.write(['slots', 'deviceKeys'], async (tx) => {
      for (const row of await slotsOf(tx, home)) if (row.kind === kind) await tx.remove('slots', row.key);
      if (kind === 'pin') await tx.remove('deviceKeys', home);
    }, { durability: 'strict' }),
    has: async (home, kind) => (await candidates(home, kind)).rows.length > 0,
    madeBy: async (home, kind, command) => (await candidates(home, kind)).rows.some((row) => row.command === command),
    ...createEntering({ aead, random, ...(cost && { cost }) }, (secret) => slotSecret(secret, undefined)),
    rowsOf: (home, slots, command) => slots.map((slot) => ({ row: slotRow(home, slot, command) })),
    portable: async (home) => (await db.read(['slots'], (tx) => slotsOf(tx, home)))
      .filter((row) => PORTABLE.includes(row.kind)).map((row) => row.bytes),
  };
}
