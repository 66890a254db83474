import { assert } from 'chai';
import type { AddReport } from '../../../src/workers/contract/home.ts';
import type { Answer } from '../../../src/workers/contract/surface.ts';
import { type Database, StorageError, type StorageFault } from '../../../src/workers/store/database.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { createMemoryDatabase } from '../../support/memory-database.ts';
import { bytes, command, newHome, newHomeDisk, type TestHome, value, workPort } from './test-home.ts';

const MIB = 1024 * 1024;

/** Thrown where a worker would have been ended: nothing after it happens. */
class Ended extends Error {}

/** A database whose `at`-th write, and every later one, does not happen. */
function endingAt(db: Database<HomeRows>, at: number, fault: () => Error, once = false): { db: Database<HomeRows>; writes: () => number } {
  let writes = 0;
  const wrapped: Database<HomeRows> = {
    ...db,
    write(...args) {
      writes += 1;
      if (once ? writes === at : writes >= at) return Promise.reject(fault());
      return db.write(...args);
    },
  };
  return { db: wrapped, writes: () => writes };
}

/** What each thing leaves behind, whole: the files by name and what is in them. */
async function contents(home: TestHome, folder = home.root, above = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of value(await home.surface.listFolder({ folder })).entries) {
    const path = above + entry.name;
    if (entry.kind === 'folder') Object.assign(found, { [`${path}/`]: '' }, await contents(home, entry.id, `${path}/`));
    else {
      const read = await home.read(entry.id);
      found[path] = `${read.length}:${read.slice(0, 8).join()}`;
    }
  }
  return found;
}

type Act = (home: TestHome) => Promise<unknown>;

const ACTS: Readonly<Record<string, Act>> = {
  'adding small files': (home) => home.add({ 'new/a.txt': 'a', 'new/b.txt': 'b' }),
  'adding a large file': (home) => home.add({ 'large.bin': bytes(9 * MIB) }),
  'replacing a large file': (home) => home.add({ 'papers/big.bin': bytes(5 * MIB, 9) }, { clash: 'replace' }),
  'renaming': async (home) => home.surface.renameNode({ ...command(), node: await home.find('papers'), name: 'renamed' }),
  'moving': async (home) => home.surface.moveNodes({ ...command(), nodes: [await home.find('note.txt')], to: await home.find('papers'), clash: 'keep_both' }),
  'moving to the trash': async (home) => home.surface.trashNodes({ ...command(), nodes: [await home.find('papers')] }),
  'deleting for good': async (home) => {
    const papers = await home.find('papers');
    await home.surface.trashNodes({ ...command(), nodes: [papers] });
    return home.surface.deleteNodes({ ...command(), nodes: [papers] });
  },
};

async function furnished(): Promise<{ home: TestHome; db: Database<HomeRows> }> {
  const db = createMemoryDatabase<HomeRows>('home', HOME_SCHEMA, newHomeDisk());
  const home = await newHome({ db });
  await home.add({ 'papers/big.bin': bytes(5 * MIB), 'note.txt': 'note' });
  return { home, db };
}

async function isSound(home: TestHome): Promise<void> {
  const checked = value(await home.surface.checkHome({ repair: false, content: true, port: workPort() }));
  assert.deepEqual(checked.faults, []);
}

describe('a worker that is ended at any write', () => {
  for (const [name, act] of Object.entries(ACTS)) {
    it(`while ${name} leaves what was before or what comes after, and no rubbish`, async () => {
      const after = await furnished();
      await act(after.home);
      const wholly = await contents(after.home);
      for (let at = 1; ; at += 1) {
        const { home, db } = await furnished();
        const before = await contents(home);
        const ending = endingAt(db, at, () => new Ended());
        const doomed = await home.again(ending.db).catch(() => undefined);
        const ended = !doomed || (await act(doomed).then(() => ending.writes() >= at, () => true));
        const next = await home.again(db);
        await isSound(next);
        const found = await contents(next);
        for (const [path, content] of Object.entries(found)) {
          assert.include([before[path], wholly[path]], content, `${path} after an end at write ${at}`);
        }
        if (name.startsWith('adding')) assert.containsAllKeys(found, before);
        if (!ended) {
          assert.deepEqual(found, wholly);
          break;
        }
        if (at > 60) throw new Error('it never came to an end');
      }
    });
  }
});

describe('storage that fails at any write of an add', () => {
  for (const fault of ['quota', 'failed'] satisfies StorageFault[]) {
    it(`${fault}: earlier files are whole, and what was staged is given back`, async () => {
      for (let at = 2; at < 12; at += 1) {
        const { home, db } = await furnished();
        const failing = await home.again(endingAt(db, at, () => new StorageError(fault), true).db);
        const answer = await failing.add({ 'one.bin': bytes(5 * MIB), 'two.bin': bytes(5 * MIB) }).then((report) => report as Answer<AddReport>, (error: unknown) => error);
        if (!(answer instanceof StorageError)) continue;
        assert.equal(answer.fault, fault);
        assert.deepEqual(await db.read(['staging'], (tx) => tx.keys('staging')), []);
        await isSound(await home.again(db));
      }
    });
  }
});
