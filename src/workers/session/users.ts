// Making, changing and deleting a user: identity, keystore and home in the order that a crash cannot hurt:
// the home first, the system row last; a deletion the other way round.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeKeys } from '../../crypto/home-keys.ts';
import { newRecoveryEntropy, phraseOf } from '../../crypto/recovery-phrase.ts';
import type { Slot } from '../../crypto/slot.ts';
import { err, ok, type Result } from '../../result.ts';
import type { Seal } from '../contract/device.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { SecretBytes } from '../contract/home.ts';
import { type CommandId, parseUid, type Sid, type Uid } from '../contract/ids.ts';
import type { IdentitySurface, Served } from '../contract/surface.ts';
import { newPassword } from '../identity/credentials.ts';
import { errorOf } from '../keystore/failure-code.ts';
import type { NewSlot } from '../keystore/keystore.ts';
import type { SystemRows, UserRow } from '../store/system-schema.ts';
import type { WriteTransaction } from '../store/database.ts';
import { finishDeletion, type SessionCore } from './core.ts';
import { DEFAULT_PREFS, writePrefs } from './prefs.ts';
import { openHome, secretOf } from './secrets.ts';

type NewUserArgs = { readonly name: string; readonly seal: Seal; readonly secret: SecretBytes; readonly command: CommandId };
type Made = { uid: Uid; sid: Sid; phrase: string };

const putSlots = (slots: readonly NewSlot[]) => async (tx: WriteTransaction<SystemRows>): Promise<void> => {
  for (const { row } of slots) await tx.put('slots', row);
};

export function createUserCalls(core: SessionCore): Omit<Served<IdentitySurface>, 'deviceStatus'> {
  const { identity, keystore, homes, random, announcer } = core.deps;

  async function makeUser({ name, seal, command }: NewUserArgs, password: SecretBytes): Promise<Result<Made, NexusError>> {
    const homeId = random(16);
    const entropy = newRecoveryEntropy(random);
    const made = await keystore.create(homeId, [{ kind: 'password', bytes: password }, { kind: 'recovery', bytes: entropy }], command);
    if (!made.ok) return err(errorOf(made.error));
    const home = await homes.mount(made.value.keys, { fresh: true });
    if (!home.ok) return home;
    await writePrefs(home.value.mounted, random, DEFAULT_PREFS, { name: name.normalize('NFC').trim(), seal });
    const user = { name, seal, home: toHex(homeId), recoveryConfirmed: false, command };
    const uid = await identity.add(user, ['slots'], putSlots(made.value.slots));
    if (!uid.ok) {
      await home.value.close();
      await homes.destroy(toHex(homeId));
      return uid;
    }
    const sid = await core.enterMounted(uid.value, made.value.keys, home.value);
    return sid.ok ? ok({ uid: uid.value, sid: sid.value, phrase: phraseOf(entropy) }) : sid;
  }

  /** Sent again after a takeover: the user is there, and the phrase that nobody saw is made anew. */
  async function finishUser(row: UserRow, password: SecretBytes, command: CommandId): Promise<Result<Made, NexusError>> {
    const uid = parseUid(row.uid);
    if (!uid) return err(nexusError('user.unknown'));
    const entropy = newRecoveryEntropy(random);
    const by = { kind: 'password', bytes: password } as const;
    const wrapped = await keystore.rewrap(row.home, by, { kind: 'recovery', bytes: entropy }, command);
    if (!wrapped.ok) return err(errorOf(wrapped.error));
    const open = core.current();
    const keys = await openHome({ identity, keystore }, uid, by);
    if (!keys.ok) return keys;
    const sid = open.ok && open.value.uid === uid ? ok(open.value.sid) : await core.enter(uid, keys.value);
    return sid.ok ? ok({ uid, sid: sid.value, phrase: phraseOf(entropy) }) : sid;
  }

  return {
    createUser: (args) => core.alone(async () => {
      const password = newPassword(args.secret);
      if (!password.ok) return password;
      const before = await identity.byCommand(args.command);
      const open = core.current();
      if (before && open.ok && open.value.uid === before.uid) return finishUser(before, password.value, args.command);
      const name = await identity.checkName(args.name, parseUid(before?.uid));
      if (!name.ok) return name;
      if (!(await core.makeWay())) return err(nexusError('door.unavailable'));
      return before ? finishUser(before, password.value, args.command) : makeUser(args, password.value);
    }),

    confirmRecovery: () => core.alone(async () => {
      const open = core.current();
      if (!open.ok) return open;
      const edited = await identity.edit(open.value.uid, { recoveryConfirmed: true });
      await announcer.deviceChanged();
      return edited;
    }),

    editUser: ({ name, seal }) => core.alone(async () => {
      const open = core.current();
      if (!open.ok) return open;
      const edited = await identity.edit(open.value.uid, { ...(name !== undefined && { name }), ...(seal && { seal }) });
      if (!edited.ok) return edited;
      await core.settings.ownerChanged();
      await announcer.deviceChanged();
      return ok();
    }),

    deleteUser: ({ uid, secret: bytes }) => core.alone(async () => {
      const row = await identity.row(uid);
      if (!row) return ok();
      const secret = secretOf('password', bytes);
      if (!secret.ok) return secret;
      const keys = await openHome({ identity, keystore }, uid, secret.value);
      if (!keys.ok) return keys;
      await identity.leave(uid);
      const open = core.current();
      // The home that is open is let go first; the next worker, which starts at once, finishes the deletion.
      if (open.ok && open.value.uid === uid) await core.leave('switched', true);
      else await finishDeletion({ identity, homes }, row);
      await announcer.deviceChanged();
      return ok();
    }),
  };
}

interface Staging<S> extends Pick<SessionCore['deps'], 'identity'> {
  readonly homes: SessionCore['deps']['homes'] & { stage(keys: HomeKeys): Promise<Result<S, NexusError>> };
}

/** Stages a home that no user has by now: who asks may have waited long for a person or another device. A deletion of it that was cut short is finished first, or the next start would take what is staged for what was to be deleted. */
export async function stageUnowned<S>({ identity, homes }: Staging<S>, keys: HomeKeys): Promise<Result<S, NexusError>> {
  const home = toHex(keys.homeId);
  const there = await identity.byHome(home);
  if (there) return err(nexusError('backup.home_exists', { detail: there.uid }));
  for (const row of await identity.leaving()) if (row.home === home) await finishDeletion({ identity, homes }, row);
  return homes.stage(keys);
}

export interface Adopted {
  /** Hex of a home's id whose database is whole. */
  readonly home: string;
  /** The ways in that came with it. */
  readonly slots: readonly Slot[];
  readonly name: string;
  readonly seal: Seal;
  readonly command: CommandId;
}

/** Makes a restored home visible: its user and its slots, in one strict transaction. The user is locked. */
export async function adoptHome({ deps: { identity, keystore, announcer } }: SessionCore, { slots, command, ...user }: Adopted): Promise<Result<Uid, NexusError>> {
  const before = parseUid((await identity.byCommand(command))?.uid);
  if (before) return ok(before);
  const rows = keystore.rowsOf(user.home, slots, command);
  const uid = await identity.add({ ...user, recoveryConfirmed: true, command }, ['slots'], putSlots(rows));
  await announcer.deviceChanged();
  return uid;
}
