// What storage promises of objects, whichever pair it stands on.
import { assert } from 'chai';
import { randomBytes } from 'node:crypto';
import { addAccount } from '../../../server/accounts/accounts.ts';
import { totalOf } from '../../../server/storage/account-state.ts';
import { blobName } from '../../../server/blobs/blobs.ts';
import { admit } from '../../../server/storage/admit.ts';
import { missingExtents } from '../../../server/storage/extents.ts';
import { findObject, inlineBytes, INLINE_BYTES } from '../../../server/storage/objects.ts';
import { extentOf, hex, node, storageHarness } from '../support/storage-harness.ts';
import { scaled } from '../support/pair.ts';

describe(`storage over ${scaled ? 'PostgreSQL and S3' : 'SQLite and a folder'}`, () => {
  const h = storageHarness();
  const { put, remove, get, changes, usage } = h;

  for (const size of [0, 1, INLINE_BYTES, INLINE_BYTES + 1, 300_000]) {
    it(`gives ${size} bytes back as they came, whole and in part`, async () => {
      const bytes = randomBytes(size);
      const name = node();
      assert.include(await put(name, bytes), { done: 'created', seq: 1 });
      assert.deepEqual(await get(name), bytes);
      if (size > 2) assert.deepEqual(await get(name, { start: 1, end: size - 2 }), bytes.subarray(1, size - 1));
    });
  }

  it('hands a large body over in pieces that stay what they are until they are written', async () => {
    const bytes = randomBytes(700_001);
    const name = node();
    await put(name, bytes);
    const { blob } = (await findObject(h.storage, h.account, name))!;
    for (const [start, end] of [[0, 700_000], [1, 699_999], [300_000, 300_000], [131_072, 262_143]] as const) {
      const written: Buffer[] = [];
      const write = async (piece: Uint8Array) => {
        for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => { setImmediate(resolve); });
        written.push(Buffer.from(piece));
      };
      assert.isTrue(await h.pair.blobs.copy(blob!, { start, end }, write));
      assert.isTrue(Buffer.concat(written).equals(bytes.subarray(start, end + 1)), `${start} to ${end}`);
    }
    assert.isFalse(await h.pair.blobs.copy(blobName(h.now, randomBytes(16)), { start: 0, end: 1 }, () => assert.fail('there is nothing')));
    const failure = await h.pair.blobs.copy(blob!, { start: 0, end: 700_000 }, () => Promise.reject(new Error('gone'))).catch((error: Error) => error.message);
    assert.equal(failure, 'gone');
  });

  it('changes an object only for who knows what it is, and takes the same bytes twice', async () => {
    const name = node();
    const first = await put(name, Buffer.from('one'));
    assert.deepEqual(first, { done: 'created', rev: '1', seq: 1 });
    assert.deepEqual(await put(name, Buffer.from('two')), { refused: 'object.conflict', rev: '1' });
    assert.deepEqual(await put(name, Buffer.from('one')), { done: 'unchanged', rev: '1', seq: 1 });
    assert.deepEqual(await put(name, Buffer.from('two'), '1'), { done: 'replaced', rev: '2', seq: 2 });
    assert.deepEqual(await put(name, Buffer.from('three'), '1'), { refused: 'object.conflict', rev: '2' });
    assert.deepEqual(await remove(name, '1'), { refused: 'object.conflict', rev: '2' });
    assert.deepEqual(await remove(name, '2'), { done: 'deleted', rev: '3', seq: 3 });
    assert.deepEqual(await remove(name, '3'), { refused: 'object.missing' });
    assert.deepEqual(await put(name, Buffer.from('two'), '3'), { refused: 'object.conflict' });
    assert.deepEqual(await put(name, Buffer.from('again')), { done: 'created', rev: '4', seq: 4 });
  });

  it('lets one of many writers win, whatever their number', async () => {
    const name = node();
    await put(name, Buffer.from('0'));
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => put(name, Buffer.from(`w${index}`), '1')));
    assert.lengthOf(outcomes.filter((each) => 'done' in each), 1);
    assert.lengthOf(outcomes.filter((each) => 'refused' in each && each.rev === '2'), 19);
  });

  it('tells every change once, in order, by pages, to whoever asks from where they were', async () => {
    const names = Array.from({ length: 7 }, () => node());
    for (const name of names) await put(name, Buffer.from('x'));
    const some = await changes(undefined, 3);
    assert.deepEqual(some.changes.map(({ id }) => id), names.slice(0, 3).map(({ id }) => id));
    await put(names[4]!, Buffer.from('y'), '5');
    await remove(names[5]!, '6');
    const rest = await changes(some.next);
    assert.deepEqual(rest.changes.map(({ seq, id, deleted }) => [seq, id, deleted]), [
      [4, names[3]!.id, false], [7, names[6]!.id, false], [8, names[4]!.id, false], [9, names[5]!.id, true]]);
    assert.deepEqual((await changes(rest.next)).changes, []);
    await put(extentOf(Buffer.from('e')), Buffer.from('e'));
    assert.deepEqual((await changes(rest.next)).changes, []);
  });

  it('never admits a byte over the quota, though 64 writers race for the last one', async () => {
    await put(node(), randomBytes(999_999));
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => put(node(), Buffer.from('1'))));
    assert.lengthOf(outcomes.filter((each) => 'done' in each), 1);
    assert.isTrue(outcomes.every((each) => 'done' in each || each.refused === 'quota.bytes'));
    assert.equal(totalOf(await usage()).bytes, 1_000_000);
  });

  it('counts objects too, and lets one over its quota delete', async () => {
    const ids = Array.from({ length: 100 }, () => node());
    await admit(h.storage, h.account, ids.map((name) => ({ op: 'put', ...name, condition: { create: true }, bytes: inlineBytes(Buffer.from('x')) })));
    assert.deepEqual(await put(node(), Buffer.from('x')), { refused: 'quota.objects' });
    assert.equal((await missingExtents(h.storage, h.account, [])).room, 0);
    await h.pair.rows.write((tx) => tx.updateTable('accounts').set({ quota_bytes: 10 }).where('id', '=', h.account).execute());
    assert.include(await remove(ids[0]!, '1'), { done: 'deleted' });
    assert.deepEqual(await put(node(), Buffer.from('xx')), { refused: 'quota.bytes' });
  });

  it('decides a batch one by one and writes it at once', async () => {
    const [a, b, c] = [node(), node(), node()];
    await put(a, Buffer.from('a'));
    const outcomes = await admit(h.storage, h.account, [
      { op: 'put', ...a, condition: { rev: '1' }, bytes: inlineBytes(Buffer.from('A')) },
      { op: 'put', ...b, condition: { create: true }, bytes: inlineBytes(Buffer.from('b')) },
      { op: 'put', ...c, condition: { rev: '9' }, bytes: inlineBytes(Buffer.from('c')) },
    ]);
    assert.deepEqual(outcomes, [{ done: 'replaced', rev: '2', seq: 2 }, { done: 'created', rev: '3', seq: 3 }, { refused: 'object.conflict' }]);
    assert.deepEqual((await changes()).changes.map(({ seq }) => seq), [2, 3]);
  });

  it('keeps accounts apart', async () => {
    const other = randomBytes(16).toString('hex');
    await addAccount(h.pair.rows, { id: other, name: `b${other}`, password: null, createdAt: h.now });
    const name = node();
    await put(name, Buffer.from('mine'));
    assert.isUndefined(await findObject(h.storage, other, name));
    assert.deepEqual(await put(name, Buffer.from('theirs'), '1', other), { refused: 'object.conflict' });
    assert.include(await put(name, Buffer.from('theirs'), undefined, other), { done: 'created', rev: '1' });
    assert.deepEqual(await get(name), Buffer.from('mine'));
    assert.deepEqual((await missingExtents(h.storage, other, [hex(Buffer.from('e'))])).missing, [hex(Buffer.from('e'))]);
  });
});
