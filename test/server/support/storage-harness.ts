// Storage over the pair of the suite, a clock that the test moves, and a fresh account for each test.
import { assert } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { addAccount } from '../../../server/accounts/accounts.ts';
import { readAccount, type Usage } from '../../../server/storage/account-state.ts';
import { admit } from '../../../server/storage/admit.ts';
import type { Outcome } from '../../../server/storage/decide.ts';
import { type Change, readChanges } from '../../../server/storage/feed.ts';
import { findObject, openObject, putObject, type ObjectName } from '../../../server/storage/objects.ts';
import type { Storage } from '../../../server/storage/storage.ts';
import { EXTENTS } from '../../../src/sync/wire/collections.ts';
import { openPair, ownPlace, type Place } from './pair.ts';

export const HOUR = 60 * 60_000;
export const GENERATION = '0123456789abcdef';
export const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const node = (id = randomBytes(16).toString('hex')): ObjectName => ({ kind: 'nodes', collection: 'nodes', id });
export const extentOf = (bytes: Uint8Array): ObjectName => ({ kind: EXTENTS, collection: EXTENTS, id: hex(bytes) });

export interface StorageHarness {
  now: number;
  account: string;
  readonly pair: Awaited<ReturnType<typeof openPair>>;
  readonly storage: Storage;
  put(name: ObjectName, bytes: Uint8Array, rev?: string, who?: string): Promise<Outcome>;
  remove(name: ObjectName, rev: string): Promise<Outcome>;
  get(name: ObjectName, range?: { start: number; end: number }): Promise<Buffer | undefined>;
  changes(since?: string, limit?: number): Promise<{ changes: readonly Change[]; next: string }>;
  usage(): Promise<Usage>;
  /** Blobs begun in the test's first hour. */
  blobCount(): Promise<number>;
}

/** Registers the suite's hooks; what it gives is whole once they ran. */
export function storageHarness(): StorageHarness {
  let place: Place;
  let pair: Awaited<ReturnType<typeof openPair>>;
  const h: StorageHarness = {
    now: 0,
    account: '',
    get pair() { return pair; },
    get storage() { return { ...pair, clock: () => h.now, random: (length: number) => randomBytes(length) }; },
    async put(name, bytes, rev, who = h.account) {
      const result = await putObject(h.storage, who, name, { condition: rev === undefined ? { create: true } : { rev }, body: Readable.from([Buffer.from(bytes)]), size: bytes.byteLength });
      return result.ok ? result.value : assert.fail(result.error);
    },
    remove: async (name, rev) => (await admit(h.storage, h.account, [{ op: 'delete', ...name, condition: { rev } }]))[0]!,
    async get(name, range) {
      const head = await findObject(h.storage, h.account, name);
      if (!head) return undefined;
      const body = await openObject(h.storage, head, range);
      return body instanceof Uint8Array ? Buffer.from(body) : buffer(body);
    },
    async changes(since, limit = 1000) {
      const page = await readChanges(pair.rows, GENERATION, { account: h.account, since, limit });
      return page.ok ? page.value : assert.fail(page.error);
    },
    usage: async () => (await readAccount(pair.rows, h.account)).usage,
    async blobCount() {
      let count = 0;
      for await (const each of pair.blobs.list('2026010100')) count += each.size > 0 ? 1 : 0;
      return count;
    },
  };
  before(async () => {
    place = await ownPlace();
    pair = await openPair(place);
  });
  after(async () => {
    await pair.close();
    await place.remove();
  });
  beforeEach(async () => {
    h.now = Date.UTC(2026, 0, 1);
    h.account = randomBytes(16).toString('hex');
    await addAccount(pair.rows, { id: h.account, name: `a${h.account}`, password: null, createdAt: h.now, quota: { bytes: 1_000_000, objects: 100 } });
  });
  return h;
}
