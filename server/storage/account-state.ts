// Owns what a change needs to know of its account and what it leaves: one row, read under its lock and written once.
import { EXTENTS, type Kind, MUTABLE } from '../../src/sync/wire/collections.ts';
import type { Rows, Tx } from '../rows/rows.ts';

/** What usage is counted by; `revisions` can still be brought back, `tombstones` tell the feed of a deletion. */
export type UsageKind = Kind | 'revisions' | 'tombstones';
const LIVE: readonly Kind[] = [...MUTABLE, EXTENTS];
const FORMER = ['revisions', 'tombstones'] as const;

/** Bytes and number of objects, by kind. */
export type Usage = Readonly<Record<UsageKind, readonly [bytes: number, objects: number]>>;

export interface AccountState {
  readonly quota: { readonly bytes: number; readonly objects: number };
  readonly seq: number;
  /** The last number that a node, dataset or bundle took. */
  readonly namingSeq: number;
  /** Feeds from before this number may lack tombstones. */
  readonly floorSeq: number;
  readonly usage: Usage;
}

export const NO_USAGE = Object.fromEntries([...LIVE, ...FORMER].map((kind) => [kind, [0, 0]])) as unknown as Usage;

export function readUsage(text: string): Usage {
  return { ...NO_USAGE, ...JSON.parse(text) as Partial<Usage> };
}

/** All bytes, live objects; `former` is how many revisions and tombstones there are. */
export function totalOf(usage: Usage): { readonly bytes: number; readonly objects: number; readonly former: number } {
  return {
    bytes: Object.values(usage).reduce((sum, [bytes]) => sum + bytes, 0),
    objects: LIVE.reduce((sum, kind) => sum + usage[kind][1], 0),
    former: FORMER.reduce((sum, kind) => sum + usage[kind][1], 0),
  };
}

/** Room beside the quota, so that one that is full is never stuck: without the first no device could come or be removed, without the second nothing could be deleted (docs/decisions/0021-room-beside-the-quota.md). */
const BESIDE: readonly { readonly kinds: readonly UsageKind[]; readonly bytes: number; readonly objects: number }[] = [
  { kinds: ['envelopes', 'devices'], bytes: 1024 * 1024, objects: 512 },
  { kinds: ['revisions'], bytes: 16 * 1024 * 1024, objects: 0 },
];

/** What counts against the quota. */
export function chargedOf(usage: Usage): ReturnType<typeof totalOf> {
  return BESIDE.reduce(({ bytes, objects, former }, beside) => {
    const held = (at: 0 | 1): number => beside.kinds.reduce((sum, kind) => sum + usage[kind][at], 0);
    return { bytes: bytes - Math.min(held(0), beside.bytes), objects: objects - Math.min(held(1), beside.objects), former };
  }, totalOf(usage));
}

/** Bytes that the quota leaves for another object; none where there may be no further object. */
export function roomOf({ usage, quota }: AccountState): number {
  const { bytes, objects } = chargedOf(usage);
  return objects >= quota.objects ? 0 : Math.max(0, quota.bytes - bytes);
}

/** `usage` with so many bytes and objects more, or fewer, of one kind. */
export function counted(usage: Usage, kind: UsageKind, bytes: number, objects: number): Usage {
  const [b, n] = usage[kind];
  return { ...usage, [kind]: [b + bytes, n + objects] };
}

const COLUMNS = ['quota_bytes', 'quota_objects', 'seq', 'naming_seq', 'floor_seq', 'usage'] as const;

function stateOf(row: { quota_bytes: number; quota_objects: number; seq: number; naming_seq: number; floor_seq: number; usage: string }): AccountState {
  return {
    quota: { bytes: row.quota_bytes, objects: row.quota_objects },
    seq: row.seq, namingSeq: row.naming_seq, floorSeq: row.floor_seq, usage: readUsage(row.usage),
  };
}

/** The account as it is; nothing waits for it. */
export async function readAccount(rows: Rows, account: string): Promise<AccountState> {
  return rows.read(async (db) => stateOf(await db.selectFrom('accounts').select(COLUMNS).where('id', '=', account).executeTakeFirstOrThrow()));
}

/** The account with its lock: until the transaction ends no other one changes anything of it. */
export async function lockAccount(rows: Rows, tx: Tx, account: string): Promise<AccountState> {
  const query = tx.selectFrom('accounts').select(COLUMNS).where('id', '=', account);
  return stateOf(await (rows.locksRows ? query.forUpdate() : query).executeTakeFirstOrThrow());
}

/** Writes what a change left. */
export async function writeAccount(tx: Tx, account: string, state: AccountState): Promise<void> {
  await tx.updateTable('accounts').where('id', '=', account).set({
    seq: state.seq, naming_seq: state.namingSeq, floor_seq: state.floorSeq, usage: JSON.stringify(state.usage),
  }).execute();
}
