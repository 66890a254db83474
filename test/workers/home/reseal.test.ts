// Sealing a home anew after a renewal of its keys, on a disk that has no room for that.
import { assert } from 'chai';
import { createAead } from '../../../src/crypto/aead.ts';
import { type HomeKeys, importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { renewKeyring } from '../../../src/crypto/keyring.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { mountOver } from '../../../src/workers/home/homes.ts';
import { openKeyring } from '../../../src/workers/home/keyring-row.ts';
import { createNodeCodec } from '../../../src/workers/home/node-codec.ts';
import { type Database, StorageError } from '../../../src/workers/store/database.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { createMemoryDatabase } from '../../support/memory-database.ts';
import { command, newHome, newHomeDisk, type TestHome, testHomeOver, value, workPort } from './test-home.ts';

type Full = 'no' | 'for records' | 'for anything' | 'broken';

/** More than one window. */
const FOLDERS = 600;

describe('sealing a home anew', () => {
  let full: Full;
  let closed: number;
  let db: Database<HomeRows>;
  let keys: HomeKeys;
  let before: TestHome;
  /** How many writes of records there is room for. */
  let room: number;

  beforeEach(async () => {
    [full, closed, room] = ['no', 0, 0];
    const disk = createMemoryDatabase<HomeRows>('home', HOME_SCHEMA, newHomeDisk());
    db = {
      ...disk,
      async write(stores, body, options) {
        if (full === 'for anything') throw new StorageError('quota');
        if (stores.includes('records') && full !== 'no' && (room -= 1) < 0) throw new StorageError(full === 'broken' ? 'failed' : 'quota');
        return disk.write(stores, body, options);
      },
      close: () => { closed += 1; },
    };
    const [homeId, mek] = [systemRandom(16), systemRandom(32)];
    before = await newHome({ db, keys: await importHomeKeys(homeId, mek.slice()) });
    await before.add({ 'a.txt': 'one', 'docs/b.txt': 'two', ...Object.fromEntries(Array.from({ length: FOLDERS }, (_, at) => [`docs/${at}/`, ''])) });
    keys = await importHomeKeys(homeId, systemRandom(32));
    const keyring = await renewKeyring({ aead: await createAead(), random: systemRandom }, keys, { mek });
    await before.mounted.keyring.keepNext(keyring!);
    await before.close();
    closed = 0;
  });

  async function open(): Promise<TestHome> {
    const whole = await openKeyring(db, await createAead(), keys);
    return testHomeOver({ ...before.deps, keys: whole! });
  }

  /** Rows that the newest key does not open. */
  async function ofEarlierKeys(): Promise<number> {
    const codec = await createNodeCodec(keys, await createAead(), systemRandom);
    return (await db.read(['nodes'], (tx) => tx.list('nodes'))).filter((row) => !codec.open(row)).length;
  }

  const text = async (home: TestHome, name: string) => new TextDecoder().decode(await home.read(await home.find(name)));
  const check = async (home: TestHome, repair = false) => value(await home.surface.checkHome({ repair, content: true, port: workPort() })).faults;

  it('without room opens it, reads everything, and finds nothing wrong', async () => {
    full = 'for records';
    const home = await open();
    assert.isAbove(await ofEarlierKeys(), 0);
    assert.deepEqual(await home.names(), ['docs', 'a.txt']);
    assert.equal(await text(home, 'a.txt'), 'one');
    assert.isFalse(await home.mounted.sealAnew());
    assert.isEmpty(await check(home, true));
    assert.equal(await text(home, 'a.txt'), 'one');
  });

  it('goes on while the home is open, once there is room, and keeps what was changed meanwhile', async () => {
    full = 'for records';
    const home = await open();
    full = 'no';
    await home.add({ 'a.txt': 'changed', 'new.txt': 'new' }, { clash: 'replace' });
    value(await home.surface.renameNode({ ...command(), node: await home.find('docs'), name: 'papers' }));
    assert.isAbove(await ofEarlierKeys(), 0);
    assert.isTrue(await home.mounted.sealAnew());
    assert.equal(await ofEarlierKeys(), 0);
    assert.deepEqual(await home.names(), ['papers', 'a.txt', 'new.txt']);
    assert.equal(await text(home, 'a.txt'), 'changed');
    assert.isEmpty(await check(home));
  });

  it('goes on where it was when the home is opened again', async () => {
    [full, room] = ['for records', 1];
    await (await open()).close();
    const left = await ofEarlierKeys();
    assert.isAbove(left, 0);
    assert.isBelow(left, FOLDERS);
    room = 1;
    const home = await open();
    assert.equal(await ofEarlierKeys(), 0);
    assert.isTrue(await home.mounted.sealAnew());
    assert.equal(await text(home, 'a.txt'), 'one');
  });

  it('reads no row of an earlier key once all was sealed anew', async () => {
    const [row] = await db.read(['nodes'], (tx) => tx.list('nodes', { limit: 1 }));
    await (await open()).close();
    const home = await open();
    await db.write(['nodes'], (tx) => tx.put('nodes', row!));
    assert.equal(await home.mounted.node(row!.id), 'damaged');
  });

  for (const [how, code] of [['for anything', 'quota'], ['broken', 'failed']] as const) {
    it(`closes the database where the home cannot be opened: ${how}`, async () => {
      full = how;
      const fault = await mountOver({ ...before.deps, keys }, false).then(() => undefined, (thrown: unknown) => thrown);
      assert.instanceOf(fault, StorageError);
      assert.equal((fault as StorageError).fault, code);
      assert.equal(closed, 1);
      full = 'no';
      const opened = value(await mountOver({ ...before.deps, keys }, false));
      assert.equal(await ofEarlierKeys(), 0);
      await opened.close();
    });
  }
});
