// The rows of one app's dataset within a transaction: values, and where they are carried to other devices, what is kept beside each,
// what waits to be sent and what waits for the app (docs/home-layout.md). It counts what the dataset takes, and decides nothing.
import { type Bytes, equal, fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { type CborMap, isBytes, textAt } from '../../crypto/canonical-cbor.ts';
import { hmacSha256, importHmacKey } from '../../crypto/digest.ts';
import { datasetKey } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import { APP_LIMITS, DATASET_POLICIES, type DatasetPolicy } from '../contract/app-protocol.ts';
import type { AppId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { ReadTransaction, WriteTransaction } from '../store/database.ts';
import type { DatasetRow, HomeRows } from '../store/home-schema.ts';
import { createTurn } from '../store/in-turn.ts';
import { keptFields, keptFrom } from './dataset-codec.ts';
import type { Kept, Met } from './dataset-meeting.ts';
import { NEVER, valueOf, wholeAt } from './dataset-version.ts';

export interface Stored {
  readonly key: string;
  readonly value: Bytes;
  /** The app put it by field. */
  readonly fields: boolean;
}

/** That a dataset is carried, and how far the account's changes of it were taken. */
export interface Carrying {
  readonly policy: DatasetPolicy;
  readonly cursor?: string | undefined;
  /** Something was left at the account: looked at again from the beginning. */
  readonly left?: boolean | undefined;
}

/** `epoch`: of the keys under which the account has it all, by number; the others by tag. */
export type Marker = 'waits' | 'clash' | 'epoch';

/** The dataset within one transaction. Tags are hex. */
export interface DatasetView {
  /** Undefined where it stays on this device. */
  readonly carrying: Carrying | undefined;
  stored(tag: string): Promise<Stored | 'damaged' | undefined>;
  /** Of a value that is carried; what is damaged beside it is as if it had never been at the account. */
  kept(tag: string): Promise<Kept | undefined>;
  /** Every value that opens, by its tag. */
  values(): Promise<ReadonlyMap<string, Stored>>;
  /** Tags of values, also of those that were deleted, while it is carried. */
  names(): Promise<readonly string[]>;
  marked(marker: Marker, most?: number): Promise<readonly string[]>;
}

export interface DatasetChange extends DatasetView {
  /** False where it would be more than a dataset may have; then nothing is written. */
  put(tag: string, value: Stored): Promise<boolean>;
  remove(tag: string): Promise<void>;
  /** Value, what is beside it and where it stands, as one; false as above. */
  keep(tag: string, met: Met): Promise<boolean>;
  mark(tag: string, marker: Marker, is: boolean): Promise<void>;
  setCarrying(carrying: Carrying | undefined): Promise<void>;
}

export interface DatasetRows {
  readonly appId: AppId;
  tagOf(name: string): Promise<string>;
  read<T>(body: (view: DatasetView) => Promise<T>): Promise<T>;
  /** One transaction, after those before it. Undefined where the app is gone, which leaves nothing behind whatever was under way. */
  change<T>(body: (change: DatasetChange) => Promise<T>): Promise<T | undefined>;
  usage(): Promise<{ readonly entries: number; readonly bytes: number }>;
}

const TAG_BYTES = 16;
const STORES = ['apps', 'datasets'] as const;
const NOTHING = new Uint8Array(0);

export const carriedPrefix = (appId: AppId): string => `${appId}:carried/`;

/** What the rows of values take, by key and together. */
interface Sizes { readonly of: Map<string, number>; bytes: number }

interface Sealing extends Pick<MountedHome, 'aead' | 'homeId'> {
  readonly random: Random;
  readonly key: Bytes;
  readonly appId: AppId;
}

function viewOver(tx: ReadTransaction<HomeRows>, { aead, homeId, key, appId }: Sealing, now: { readonly carrying: Carrying | undefined }): DatasetView {
  const [values, beside] = [`${appId}/`, `${carriedPrefix(appId)}at/`];

  /** The tag is bound into the seal, so a row in another's place does not open. */
  function opened(kind: 'dataset' | 'base', tag: string, { bytes }: DatasetRow): CborMap | undefined {
    const id = fromHex(tag, TAG_BYTES);
    const map = id && openFields(aead, key, { kind, homeId, id }, bytes);
    return map?.ok ? map.value : undefined;
  }

  function storedIn(tag: string, row: DatasetRow): Stored | 'damaged' {
    const map = opened('dataset', tag, row);
    const [name, value] = [map && textAt(map, 'key'), map?.get('value')];
    return name !== undefined && isBytes(value) ? { key: name, value, fields: map?.get('fields') === true } : 'damaged';
  }

  async function stored(tag: string): Promise<Stored | 'damaged' | undefined> {
    const row = await tx.get('datasets', values + tag);
    return row && storedIn(tag, row);
  }

  const tagsBelow = async (prefix: string, limit?: number) => (await tx.keys('datasets', { prefix, ...(limit !== undefined && { limit }) })).map((each) => each.slice(prefix.length));

  return {
    get carrying() { return now.carrying; },
    stored,
    async kept(tag) {
      const value = await stored(tag);
      const row = await tx.get('datasets', beside + tag);
      const read = value === 'damaged' ? undefined : value;
      const map = row && opened('base', tag, row);
      const kept = map && keptFrom(map, read?.value);
      if (kept) return kept;
      return read && { key: read.key, version: wholeAt(NEVER, read.value), changed: true, begun: now.carrying?.policy === 'app' ? 'here' : 'there' };
    },
    async values() {
      const rows = await tx.list('datasets', { prefix: values });
      return new Map(rows.flatMap((row) => {
        const tag = row.key.slice(values.length);
        const value = storedIn(tag, row);
        return value === 'damaged' ? [] : [[tag, value] as const];
      }));
    },
    names: async () => [...new Set([...await tagsBelow(beside), ...await tagsBelow(values)])],
    marked: (marker, most) => tagsBelow(`${carriedPrefix(appId)}${marker}/`, most),
  };
}

function changeOver(tx: WriteTransaction<HomeRows>, sealing: Sealing, { begun, sizes }: { readonly begun: Carrying | undefined; readonly sizes: Sizes }): DatasetChange {
  const { aead, random, homeId, key, appId } = sealing;
  const prefix = carriedPrefix(appId);
  const now: { carrying: Carrying | undefined } = { carrying: begun };
  const view = viewOver(tx, sealing, now);
  const idOf = (tag: string) => fromHex(tag, TAG_BYTES) ?? NOTHING;

  async function put(tag: string, { key: name, value, fields }: Stored): Promise<boolean> {
    const row = { key: `${appId}/${tag}`, bytes: sealFields({ aead, random }, key, { kind: 'dataset', homeId, id: idOf(tag) }, { key: name, value, ...(fields && { fields }) }) };
    const [before, bytes] = [sizes.of.get(row.key), sizes.bytes - (sizes.of.get(row.key) ?? 0) + row.bytes.length];
    if ((before === undefined && sizes.of.size >= APP_LIMITS.datasetEntries) || bytes > APP_LIMITS.datasetBytes) return false;
    await tx.put('datasets', row);
    sizes.of.set(row.key, row.bytes.length);
    sizes.bytes = bytes;
    return true;
  }

  async function remove(tag: string): Promise<void> {
    await tx.remove('datasets', `${appId}/${tag}`);
    sizes.bytes -= sizes.of.get(`${appId}/${tag}`) ?? 0;
    sizes.of.delete(`${appId}/${tag}`);
  }

  async function mark(tag: string, marker: Marker, is: boolean): Promise<void> {
    const row = `${prefix}${marker}/${tag}`;
    if (is) await tx.put('datasets', { key: row, bytes: NOTHING });
    else await tx.remove('datasets', row);
  }

  return {
    ...view, put, remove, mark,
    get carrying() { return now.carrying; },
    async keep(tag, { kept, waits }) {
      const [value, fields, before] = [valueOf(kept.version), kept.version.whole === 'fields', await view.stored(tag)];
      const same = value && before && before !== 'damaged' && before.fields === fields && equal(before.value, value);
      if (value && !same && !await put(tag, { key: kept.key, value, fields })) return false;
      if (!value) await remove(tag);
      const bytes = sealFields({ aead, random }, key, { kind: 'base', homeId, id: idOf(tag) }, keptFields(kept, now.carrying?.policy === 'app'));
      await tx.put('datasets', { key: `${prefix}at/${tag}`, bytes });
      await mark(tag, 'waits', waits);
      await mark(tag, 'clash', kept.other !== undefined);
      return true;
    },
    async setCarrying(next) {
      now.carrying = next;
      if (!next) return tx.remove('datasets', { prefix });
      const { policy, cursor, left } = next;
      const bytes = sealFields({ aead, random }, key, { kind: 'choice', homeId, id: NOTHING }, { policy, ...(cursor !== undefined && { cursor }), ...(left && { left }) });
      return tx.put('datasets', { key: `${prefix}state`, bytes });
    },
  };
}

/** `policy` is what the app declares now: what was begun under another is carried no more. */
export async function createDatasetRows({ db, keys, aead, homeId }: MountedHome, random: Random, { appId, source, policy }: { readonly appId: AppId; readonly source: string; readonly policy: () => DatasetPolicy | undefined }): Promise<DatasetRows> {
  const key = await datasetKey(keys, source);
  const tagKey = await importHmacKey(key);
  const sealing: Sealing = { aead, homeId, random, key, appId };
  const inTurn = createTurn();
  let known: Sizes | undefined;

  async function sizesNow(): Promise<Sizes> {
    if (known) return known;
    const rows = await db.read(['datasets'], (tx) => tx.list('datasets', { prefix: `${appId}/` }));
    known ??= { of: new Map(rows.map((row) => [row.key, row.bytes.length])), bytes: rows.reduce((sum, row) => sum + row.bytes.length, 0) };
    return known;
  }

  async function carryingIn(tx: ReadTransaction<HomeRows>): Promise<Carrying | undefined> {
    const row = await tx.get('datasets', `${carriedPrefix(appId)}state`);
    const opened = row && openFields(aead, key, { kind: 'choice', homeId, id: NOTHING }, row.bytes);
    const map = opened?.ok ? opened.value : undefined;
    const begun = DATASET_POLICIES.find((each) => each === map?.get('policy'));
    return map && begun !== undefined && begun === policy() ? { policy: begun, cursor: textAt(map, 'cursor'), left: map.get('left') === true } : undefined;
  }

  return {
    appId,
    tagOf: async (name) => toHex((await hmacSha256(tagKey, utf8(name))).slice(0, TAG_BYTES)),
    read: (body) => db.read(['datasets'], async (tx) => body(viewOver(tx, sealing, { carrying: await carryingIn(tx) }))),
    change: (body) => inTurn(async () => {
      const { of, bytes } = await sizesNow();
      const sizes: Sizes = { of: new Map(of), bytes };
      const value = await db.write([...STORES], async (tx) => {
        if (!await tx.get('apps', `${appId}/app`)) return undefined;
        const carrying = await carryingIn(tx);
        // Whatever was written while nobody looked after it, nothing that is beside a value holds any more.
        if (!carrying && await tx.get('datasets', `${carriedPrefix(appId)}state`)) await tx.remove('datasets', { prefix: carriedPrefix(appId) });
        return body(changeOver(tx, sealing, { begun: carrying, sizes }));
      }, { durability: 'strict' });
      known = sizes;
      return value;
    }),
    async usage() {
      const { of, bytes } = await sizesNow();
      return { entries: of.size, bytes };
    },
  };
}
