// What goes and what stays: revisions, extents, tombstones, bytes that nobody names; whichever pair it stands on.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { REVISION_MS, TOMBSTONE_MS } from '../../../src/sync/wire/limits.ts';
import { blobName } from '../../../server/blobs/blobs.ts';
import { totalOf } from '../../../server/storage/account-state.ts';
import { collectExtents, missingExtents } from '../../../server/storage/extents.ts';
import { readChanges } from '../../../server/storage/feed.ts';
import { BURIED_MS, tidy } from '../../../server/storage/janitor.ts';
import { listRevisions, restoreRevision } from '../../../server/storage/revisions.ts';
import { writeNote } from '../../../server/storage/server-notes.ts';
import { findObject, putObject, type ObjectName } from '../../../server/storage/objects.ts';
import { extentOf, GENERATION, hex, HOUR, node, storageHarness } from '../support/storage-harness.ts';
import { scaled } from '../support/pair.ts';

describe(`upkeep over ${scaled ? 'PostgreSQL and S3' : 'SQLite and a folder'}`, () => {
  const h = storageHarness();
  const { put, remove, get, changes, usage, blobCount } = h;

  it('refuses a cursor of another life, one of what it does not know, and one from before a forgotten deletion', async () => {
    const name = node();
    await put(name, Buffer.from('x'));
    const { next } = await changes();
    await remove(name, '1');
    h.now += TOMBSTONE_MS + 1;
    assert.isAtLeast((await tidy(h.storage)).tombstones, 1);
    const ask = (since: string) => readChanges(h.pair.rows, GENERATION, { account: h.account, since, limit: 10 });
    assert.deepEqual(await ask(next), { ok: false, error: 'changes.cursor_gone' });
    assert.deepEqual(await ask(next.replace(/^./, 'f')), { ok: false, error: 'changes.cursor_gone' });
    assert.deepEqual(await ask(next.replace(/\d+$/, (seq) => String(Number(seq) + 2))), { ok: false, error: 'changes.cursor_gone' }, 'of what was not yet: it was set back since');
    assert.deepEqual(await ask('junk'), { ok: false, error: 'request.malformed' });
    assert.deepEqual((await changes()).changes, []);
    assert.deepEqual(totalOf(await usage()), { bytes: 0, objects: 0, former: 0 });
  });

  it('keeps what was replaced or deleted for thirty days, and brings it back', async () => {
    const name = node();
    const big = randomBytes(100_000);
    await put(name, big);
    await put(name, Buffer.from('worse'), '1');
    await remove(name, '2');
    const revisions = await listRevisions(h.storage, h.account, name);
    assert.deepEqual(revisions.map(({ rev, size }) => [rev, size]), [['2', 5], ['1', 100_000]]);
    const restored = await restoreRevision(h.storage, h.account, name, { rev: 1, condition: { create: true } });
    assert.deepEqual(restored, { ok: true, value: { done: 'created', rev: '4', seq: 4 } });
    assert.deepEqual(await get(name), big);
    assert.deepEqual(await restoreRevision(h.storage, h.account, name, { rev: 7, condition: { rev: '4' } }), { ok: false, error: 'object.missing' });
    h.now += REVISION_MS + 1;
    await tidy(h.storage);
    assert.deepEqual(await listRevisions(h.storage, h.account, name), []);
    assert.deepEqual(await get(name), big);
    h.now += BURIED_MS + 1;
    await tidy(h.storage);
    assert.deepEqual(await get(name), big, 'the restored object has bytes of its own');
  });

  it('refuses an extent whose bytes are not its id, and keeps nothing of it', async () => {
    const before = await blobCount();
    for (const size of [10, 100_000]) {
      const bytes = randomBytes(size);
      const result = await putObject(h.storage, h.account, { ...extentOf(bytes), id: hex(Buffer.from('other')) }, { condition: { create: true }, body: Readable.from([bytes]), size });
      assert.deepEqual(result, { ok: false, error: 'extent.mismatch' });
    }
    assert.equal(await blobCount(), before);
    assert.equal(totalOf(await usage()).bytes, 0);
  });

  it('leaves nothing of a body that broke off', async () => {
    const before = await blobCount();
    const broken = Readable.from((function* () { yield randomBytes(90_000); throw new Error('gone'); })());
    const name = node();
    const failure = await putObject(h.storage, h.account, name, { condition: { create: true }, body: broken, size: 100_000 }).then(() => undefined, (error: unknown) => error);
    assert.instanceOf(failure, Error);
    assert.equal(await blobCount(), before);
    assert.isUndefined(await findObject(h.storage, h.account, name));
  });

  it('tells which extents are missing, and saves the others from collection for a day', async () => {
    const [old, asked] = [randomBytes(70_000), randomBytes(10)];
    await put(extentOf(old), old);
    await put(extentOf(asked), asked);
    const ids = [hex(old), hex(asked)];
    h.now += 26 * HOUR;
    assert.deepEqual((await missingExtents(h.storage, h.account, [hex(asked), hex(Buffer.from('none'))])).missing, [hex(Buffer.from('none'))]);
    await put(node(), Buffer.from('names'));
    assert.deepEqual(await collectExtents(h.storage, h.account, { ids, seen: 0 }), { ok: false, error: 'extent.named_since' });
    assert.deepEqual(await collectExtents(h.storage, h.account, { ids, seen: 1 }), { ok: true, value: [hex(old)] });
    assert.isUndefined(await get(extentOf(old)));
    assert.deepEqual(await get(extentOf(asked)), asked);
    assert.deepEqual((await usage()).extents, [10, 1]);
    assert.include(await put(extentOf(old), old), { done: 'created' });
  });

  it('never collects what an uploader was just told is there', async () => {
    const bytes = randomBytes(10);
    await put(extentOf(bytes), bytes);
    h.now += 26 * HOUR;
    const [{ missing }, first, second] = await Promise.all([
      missingExtents(h.storage, h.account, [hex(bytes)]),
      collectExtents(h.storage, h.account, { ids: [hex(bytes)], seen: 0 }),
      collectExtents(h.storage, h.account, { ids: [hex(bytes)], seen: 0 }),
    ]);
    const there = await get(extentOf(bytes));
    assert.equal(missing.length === 0, there !== undefined, 'told there and is there, or told missing');
    const dropped = [first, second].flatMap((each) => each.ok ? each.value : []);
    assert.lengthOf(dropped, there ? 0 : 1);
  });

  it('drops replaced bytes only when nobody can be reading them, and orphans of uploads that came to nothing', async () => {
    const name: ObjectName = { kind: 'bundles', collection: 'bundles', id: randomBytes(16).toString('hex') };
    await writeNote(h.pair.rows, 'swept-hour', String(h.now / HOUR - 3));
    const [one, two] = [randomBytes(70_000), randomBytes(70_000)];
    await put(name, one);
    const former = (await findObject(h.storage, h.account, name))!.blob!;
    await put(name, two, '1');
    const orphan = blobName(h.now, randomBytes(16));
    await h.pair.blobs.put(orphan, Readable.from([Buffer.from('orphan')]), 6);
    const there = async () => Promise.all([former, orphan].map(async (blob) => {
      const body = await h.pair.blobs.get(blob);
      body?.destroy();
      return body !== undefined;
    }));
    await tidy(h.storage);
    assert.deepEqual(await there(), [true, true]);
    h.now += BURIED_MS + 1;
    await tidy(h.storage);
    assert.deepEqual(await there(), [false, true]);
    h.now += 2 * HOUR;
    await tidy(h.storage);
    assert.deepEqual(await there(), [false, false]);
    assert.deepEqual(await get(name), two);
  });

  it('reads one moment of the whole while others write', async () => {
    const name = node();
    await put(name, Buffer.from('1'));
    await h.pair.rows.snapshot(async (db) => {
      const seen = () => db.selectFrom('objects').select('seq').where('account', '=', h.account).execute();
      assert.lengthOf(await seen(), 1);
      await put(node(), Buffer.from('2'));
      assert.lengthOf(await seen(), 1);
    });
  });
});
