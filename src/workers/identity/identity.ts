// Local users, their order and names, and who may try a secret. Knows nothing of the network and holds no key
// (docs/users-and-sessions.md).
import { parseSlot } from '../../crypto/slot.ts';
import { err, ok, type Result } from '../../result.ts';
import type { PasskeyHint, Seal, UserCard } from '../contract/device.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { type CommandId, parseUid, type Uid } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Database, ReadTransaction, WriteTransaction } from '../store/database.ts';
import type { AttemptRow, SlotRow, SystemRows, UserRow } from '../store/system-schema.ts';
import { folded, userName } from './credentials.ts';
import { countFailure, countSuccess, noAttempts, pinDisabled, waitMs } from './lockout.ts';

export interface NewUser {
  readonly name: string;
  readonly seal: Seal;
  /** Hex of the home's id. */
  readonly home: string;
  readonly recoveryConfirmed: boolean;
  readonly command: CommandId;
}

export interface Identity {
  users(): Promise<readonly UserCard[]>;
  row(uid: Uid): Promise<UserRow | undefined>;
  byCommand(command: CommandId): Promise<UserRow | undefined>;
  byHome(home: string): Promise<UserRow | undefined>;
  /** Whether this name may be taken, by nobody else than `except`. */
  checkName(name: string, except?: Uid): Promise<Result<string, NexusError>>;
  /** Makes the user row inside `also`'s transaction, together with whatever it writes. */
  add(user: NewUser, stores: readonly (keyof SystemRows & string)[], also: (tx: WriteTransaction<SystemRows>) => Promise<void>): Promise<Result<Uid, NexusError>>;
  edit(uid: Uid, change: { readonly name?: string; readonly seal?: Seal; readonly recoveryConfirmed?: boolean }): Promise<Result<void, NexusError>>;
  /** May this user try now? An unknown one always may: it fails like a known one. */
  mayTry(uid: Uid, kind: 'password' | 'pin'): Promise<Result<void, NexusError>>;
  failed(uid: Uid, kind: 'password' | 'pin'): Promise<void>;
  succeeded(uid: Uid): Promise<void>;
  /** First step of a deletion: from here on the user is gone, and the rest is finished at the next start if need be. */
  leave(uid: Uid): Promise<void>;
  leaving(): Promise<readonly UserRow[]>;
  /** Last step. */
  forget(row: UserRow): Promise<void>;
}

interface IdentityDeps {
  readonly db: Database<SystemRows>;
  readonly clock: () => number;
}

const allUsers = async (tx: ReadTransaction<SystemRows>): Promise<UserRow[]> =>
  (await tx.list('users')).filter((row) => !row.leaving).sort((a, b) => a.number - b.number);

const uidOf = (row: UserRow): Uid => {
  const uid = parseUid(row.uid);
  if (!uid) throw new Error('user row without a uid');
  return uid;
};

/** What pages need to ask the passkey of a home: it stands in its slot, and is no secret. */
function passkeyOf(slots: readonly SlotRow[]): PasskeyHint | undefined {
  const row = slots.find((slot) => slot.kind === 'passkey');
  const slot = row && parseSlot(row.bytes);
  return slot?.ok && slot.value.cred && slot.value.salt ? { cred: slot.value.cred, salt: slot.value.salt } : undefined;
}

export function createIdentity({ db, clock }: IdentityDeps): Identity {
  const find = (fits: (row: UserRow) => boolean) => db.read(['users'], async (tx) => (await allUsers(tx)).find(fits));

  const nameFree = (rows: readonly UserRow[], name: string, except?: Uid) =>
    !rows.some((row) => row.uid !== except && folded(row.name) === folded(name));

  async function checkName(text: string, except?: Uid): Promise<Result<string, NexusError>> {
    const name = userName(text);
    if (!name.ok) return name;
    const rows = await db.read(['users'], allUsers);
    return nameFree(rows, name.value, except) ? name : err(nexusError('user.name_taken'));
  }

  const changeAttempts = (uid: Uid, change: (row: AttemptRow) => AttemptRow) => db.write(['users', 'attempts'], async (tx) => {
    if (!(await tx.get('users', uid))) return;
    await tx.put('attempts', change((await tx.get('attempts', uid)) ?? noAttempts(uid)));
  }, { durability: 'strict' });

  return {
    users: () => db.read(['users', 'attempts', 'slots'], async (tx) => {
      const rows = await allUsers(tx);
      return Promise.all(rows.map(async (row): Promise<UserCard> => {
        const attempts = (await tx.get('attempts', row.uid)) ?? noAttempts(row.uid);
        const slots = await tx.list('slots', { prefix: `${row.home}/` });
        const passkey = passkeyOf(slots);
        return {
          uid: uidOf(row), name: row.name, seal: row.seal, hasPin: slots.some((slot) => slot.kind === 'pin'), ...(passkey && { passkey }),
          pinDisabled: pinDisabled(attempts), recoveryUnconfirmed: !row.recoveryConfirmed, lockedOutForMs: waitMs(attempts, clock()),
        };
      }));
    }),
    row: (uid) => find((row) => row.uid === uid),
    byCommand: (command) => find((row) => row.command === command),
    byHome: (home) => find((row) => row.home === home),
    checkName,

    async add({ name: text, seal, home, recoveryConfirmed, command }, stores, also) {
      const checked = userName(text);
      if (!checked.ok) return checked;
      return db.write([...new Set(['users', 'meta', ...stores] as const)], async (tx): Promise<Result<Uid, NexusError>> => {
        const rows = await allUsers(tx);
        if (rows.length >= LIMITS.users) return err(nexusError('user.too_many'));
        if (!nameFree(rows, checked.value)) return err(nexusError('user.name_taken'));
        const number = ((await tx.get('meta', 'users'))?.lastUser ?? 0) + 1;
        const uid = parseUid(`u${number}`);
        if (!uid) return err(nexusError('user.too_many'));
        await tx.put('meta', { key: 'users', lastUser: number });
        await tx.put('users', { uid, number, name: checked.value, seal, home, created: clock(), recoveryConfirmed, command });
        await also(tx);
        return ok(uid);
      }, { durability: 'strict' });
    },

    async edit(uid, change) {
      const name = change.name === undefined ? undefined : await checkName(change.name, uid);
      if (name && !name.ok) return name;
      return db.write(['users'], async (tx): Promise<Result<void, NexusError>> => {
        const row = await tx.get('users', uid);
        if (!row || row.leaving) return err(nexusError('user.unknown'));
        await tx.put('users', { ...row, ...change, ...(name && { name: name.value }) });
        return ok();
      }, { durability: 'strict' });
    },

    async mayTry(uid, kind) {
      const row = await db.read(['attempts'], (tx) => tx.get('attempts', uid));
      if (!row) return ok();
      const wait = waitMs(row, clock());
      if (wait > 0) return err(nexusError('auth.locked_out', { retryAfterMs: wait }));
      return kind === 'pin' && pinDisabled(row) ? err(nexusError('auth.pin_disabled')) : ok();
    },
    failed: (uid, kind) => changeAttempts(uid, (row) => countFailure(row, clock(), kind)),
    succeeded: (uid) => changeAttempts(uid, (row) => countSuccess(row, clock())),

    leave: (uid) => db.write(['users'], async (tx) => {
      const row = await tx.get('users', uid);
      if (row) await tx.put('users', { ...row, leaving: true });
    }, { durability: 'strict' }),
    leaving: () => db.read(['users'], async (tx) => (await tx.list('users')).filter((row) => row.leaving)),
    forget: ({ uid, home }) => db.write(['users', 'attempts', 'slots', 'deviceKeys', 'sessions', 'auditKeys', 'auditInbox'], async (tx) => {
      await tx.remove('auditInbox', { prefix: `${home}/` });
      await tx.remove('auditKeys', home);
      await tx.remove('slots', { prefix: `${home}/` });
      await tx.remove('deviceKeys', home);
      for (const session of await tx.list('sessions')) if (session.uid === uid) await tx.remove('sessions', session.sid);
      await tx.remove('attempts', uid);
      await tx.remove('users', uid);
    }, { durability: 'strict' }),
  };
}
