// `nexus-server` as an administrator types it, over the pair of the suite; and faults that it finds and mends.
import { assert } from 'chai';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { accountByName } from '../../server/accounts/accounts.ts';
import { isPassword } from '../../server/accounts/passwords.ts';
import { restoreFrom } from '../../server/admin/backup.ts';
import { checkStorage } from '../../server/admin/check.ts';
import { type Blobs, blobName } from '../../server/blobs/blobs.ts';
import { pairwiseSubjects } from '../../server/oidc/subjects.ts';
import { listEntitlements, takeEvent } from '../../server/storage/entitlements.ts';
import { putObject } from '../../server/storage/objects.ts';
import { commonWith, endLife, feedGeneration } from '../../server/storage/lives.ts';
import { readNote, writeNote } from '../../server/storage/server-notes.ts';
import type { Storage } from '../../server/storage/storage.ts';
import { node } from './support/storage-harness.ts';
import { openPair, ownPlace, type Place } from './support/pair.ts';

const MAIN = join(import.meta.dirname, '../../server/admin/main.ts');

describe('nexus-server', () => {
  let place: Place;
  let pair: Awaited<ReturnType<typeof openPair>>;
  let storage: Storage;
  let folder: string;

  before(async () => {
    place = await ownPlace();
    pair = await openPair(place);
    storage = { ...pair, clock: Date.now, random: (length) => randomBytes(length) };
    folder = mkdtempSync(join(tmpdir(), 'nexus-backup-'));
  });
  after(async () => {
    await pair.close();
    await place.remove();
    rmSync(folder, { recursive: true });
  });

  const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> => new Promise((resolve) => {
    execFile(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], { env: { ...process.env, ...place.env } }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
  const idOf = async (name: string) => (await accountByName(pair.rows, name))!.id;
  const keep = (account: string, bytes: Buffer, name = node()) => putObject(storage, account, name, { condition: { create: true }, body: Readable.from([Buffer.from(bytes)]), size: bytes.byteLength });

  it('adds, lists, bounds, disables and enables accounts', async () => {
    const added = await run('user', 'add', 'Ada');
    assert.equal(added.code, 0);
    const password = /^password: (\S+)$/m.exec(added.out)![1]!;
    assert.isTrue(await isPassword(password, (await accountByName(pair.rows, 'ada'))!.password));
    assert.deepInclude(await run('user', 'add', 'ada'), { code: 1, err: 'There is an account "ada" already.\n' });
    assert.equal((await run('user', 'quota', 'ada', '2G', '500')).code, 0);
    assert.match((await run('user', 'list')).out, /^ada\t0 of 2147483648 bytes\t0 of 500 objects\n$/);
    await run('user', 'disable', 'ada');
    assert.isTrue((await accountByName(pair.rows, 'ada'))!.disabled);
    assert.equal((JSON.parse((await run('user', 'list', '--json')).out) as { disabled: boolean }[])[0]!.disabled, true);
    await run('user', 'enable', 'ada');
    assert.isFalse((await accountByName(pair.rows, 'ada'))!.disabled);
    const changed = await run('user', 'password', 'ada');
    assert.isFalse(await isPassword(password, (await accountByName(pair.rows, 'ada'))!.password));
    assert.include(changed.out, 'every session is over');
  });

  it('says how it is used, and refuses what it does not understand', async () => {
    for (const args of [[], ['user'], ['user', 'fly'], ['check', '--what'], ['user', 'quota', 'ada', 'much'], ['user', 'add', '!'], ['backup']]) assert.equal((await run(...args)).code, 2, args.join(' '));
    assert.equal((await run('user', 'disable', 'nobody')).code, 1);
    assert.include((await run('--help')).err, 'nexus-server check');
  });

  it('finds lost, changed and unnamed bytes and wrong counts, mends them, and finds nothing after', async () => {
    await run('user', 'add', 'bob');
    await writeNote(pair.rows, 'generation', 'bbbbbbbbbbbbbbbb');
    const bob = await idOf('bob');
    const [whole, lost, changed] = [node(), node(), node()];
    for (const name of [whole, lost, changed]) await keep(bob, randomBytes(70_000), name);
    await keep(bob, Buffer.from('small'));
    assert.deepInclude(await run('check', '--deep'), { code: 0, out: 'every row has its bytes, every byte its row\n' });
    const blobOf = async (name: typeof whole) => (await pair.rows.read((db) => db.selectFrom('objects').select('blob').where('id', '=', name.id).executeTakeFirstOrThrow())).blob!;
    await pair.blobs.drop([await blobOf(lost), await blobOf(changed)]);
    await pair.blobs.put(await blobOf(changed), Readable.from([randomBytes(70_000)]), 70_000);
    const orphan = blobName(Date.now() - 5 * 60 * 60_000, randomBytes(16));
    await pair.blobs.put(orphan, Readable.from([Buffer.from('orphan')]), 6);
    await pair.rows.write((tx) => tx.updateTable('accounts').set({ usage: '{"nodes":[1,1]}' }).where('name', '=', 'ada').execute());
    const shallow = await run('check');
    assert.equal(shallow.code, 1);
    assert.include(shallow.out, `nodes/${lost.id} has lost its bytes`);
    assert.notInclude(shallow.out, changed.id);
    assert.include((await run('check', '--deep')).out, `nodes/${changed.id} has other bytes`);
    const mended = await run('check', '--deep', '--repair');
    assert.equal(mended.code, 0, mended.err);
    assert.include(mended.out, `${orphan} is named by no row; mended`);
    assert.include(mended.out, 'is not counted right; mended');
    assert.include(mended.out, 'its feeds begin anew');
    assert.isUndefined(await readNote(pair.rows, 'generation'));
    assert.deepInclude(await run('check', '--deep', '--json'), { code: 0, out: '' });
    assert.isUndefined(await pair.blobs.get(orphan));
  });

  it('has told the devices of all that it forgot, though it is ended in the midst', async () => {
    await run('user', 'add', 'dora');
    const dora = await idOf('dora');
    const lost = [node(), node()];
    for (const name of lost) await keep(dora, randomBytes(70_000), name);
    const former = await feedGeneration(pair.rows, storage.random);
    const { blob } = await pair.rows.read((db) => db.selectFrom('objects').select('blob').where('id', '=', lost[0]!.id).executeTakeFirstOrThrow());
    await pair.blobs.drop([blob!]);
    for await (const { kind } of checkStorage(storage, { repair: true, deep: false })) if (kind === 'lost') break;
    assert.deepEqual([await readNote(pair.rows, 'generation'), await readNote(pair.rows, 'ended-generation')], [undefined, former]);
  });

  it('takes nothing for lost that is written while it looks', async () => {
    await run('user', 'add', 'cleo');
    const cleo = await idOf('cleo');
    const busy: Blobs = { ...pair.blobs, async *list(hour) {
      yield* pair.blobs.list(hour);
      if (hour !== undefined) await keep(cleo, randomBytes(70_000));
    } };
    const faults = [];
    for await (const fault of checkStorage({ ...storage, blobs: busy }, { repair: true, deep: true })) faults.push(fault);
    assert.deepEqual(faults, []);
    assert.include((await run('check')).out, 'every row has its bytes');
  });

  it('backs a running server up, again only what is new, and restores it into an empty one with a new life of its feeds', async () => {
    await run('user', 'add', 'eve');
    const eve = await idOf('eve');
    const body = randomBytes(80_000);
    const name = node();
    await keep(eve, body, name);
    const former = await feedGeneration(pair.rows, storage.random);
    const subject = (await pairwiseSubjects(storage))(eve, 'https://notes.example');
    const bought = { id: 'msg_1', account: eve, granted: true, happened: Date.now(), app: 'https://notes.example', product: 'pro', until: Date.now() + 60 * 60_000 };
    await takeEvent(storage, bought);
    const first = await run('backup', folder);
    assert.equal(first.code, 0, first.err);
    await keep(eve, randomBytes(80_000));
    assert.match((await run('backup', folder)).out, / 1 new files/);
    const elsewhere = await ownPlace();
    const other = await openPair(elsewhere);
    const restored = { ...other, clock: Date.now, random: (length: number) => randomBytes(length) };
    assert.isAbove((await restoreFrom(restored, folder)).rows, 3);
    const { blob } = await other.rows.read((db) => db.selectFrom('objects').select('blob').where('id', '=', name.id).executeTakeFirstOrThrow());
    assert.deepEqual(Buffer.concat(await (await other.blobs.get(blob!))!.toArray() as Buffer[]), body);
    assert.isUndefined(await readNote(other.rows, 'generation'));
    const current = await feedGeneration(other.rows, restored.random);
    const common = (generation: string, seq = 1) => commonWith(other.rows, { account: eve, generation, seq, current });
    assert.deepEqual([await common(former), await common('cccccccccccccccc')], [2, undefined], 'of the life that was backed up it is known how far it had come');
    await putObject(restored, eve, node(), { condition: { create: true }, body: Readable.from([randomBytes(10)]), size: 10 });
    assert.equal(await common(former), 2);
    assert.equal(await common(current), 3);
    assert.isUndefined(await common(current, 4), 'it never came so far: its files were put back');
    await writeNote(other.rows, 'ended-generation', 'dddddddddddddddd');
    await other.rows.write(endLife);
    await other.rows.write(endLife);
    assert.notEqual(await feedGeneration(other.rows, restored.random), current);
    assert.equal(await common(current), 3, 'and so of each later one');
    assert.equal((await pairwiseSubjects(restored))(eve, 'https://notes.example'), subject, 'apps know their people again');
    await takeEvent(restored, { ...bought, granted: false });
    assert.deepEqual(await listEntitlements(restored, eve), [{ app: bought.app, product: 'pro', until: bought.until }], 'an event that was taken counts once, here too');
    const again = await restoreFrom(restored, folder).then(() => undefined, (error: unknown) => error);
    assert.instanceOf(again, Error);
    await other.close();
    await elsewhere.remove();
  });
});
