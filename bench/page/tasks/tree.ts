// A home of many nodes: what unlocking, listing and renaming cost.
import { argon2id, ARGON2ID_DEFAULT } from '../../../src/crypto/argon2id.ts';
import { fromHex, utf8 } from '../../../src/crypto/bytes.ts';
import type { HomeNode } from '../../../src/crypto/node.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import type { NodeId } from '../../../src/workers/contract/ids.ts';
import type { Home } from '../../../src/workers/home/create-home.ts';
import { command, type OpenedHome, openAgain, openFreshHome } from './open-home.ts';

const BATCH = 2000;
const PER_FOLDER = 10_000;

let opened: OpenedHome | undefined;
let home: Home | undefined;
let folder = '' as NodeId;

async function fill({ home: fresh, deps }: OpenedHome, count: number): Promise<void> {
  const root = await fresh.surface.homeRoot({});
  if (!root.ok) throw new Error('no root');
  for (let from = 0; from < count; from += PER_FOLDER) {
    const made = await fresh.surface.createFolder({ ...command(), parent: root.value, name: `folder ${from}` });
    if (!made.ok) throw new Error('no folder');
    folder = made.value.id;
    const parent = fromHex(folder, 16) ?? systemRandom(16);
    for (let at = from; at < Math.min(count, from + PER_FOLDER); at += BATCH) {
      const nodes = Array.from({ length: Math.min(BATCH, count - at) }, (_, index): HomeNode => ({
        kind: 'file', id: systemRandom(16), parent, name: `document ${at + index}.txt`, mediaType: 'text/plain', clock: [1, 0], device: deps.device, versions: [],
        content: { fileId: systemRandom(16), size: 5_000_000, modified: 1, extents: [[systemRandom(32), 4_194_304], [systemRandom(32), 805_696]] },
      }));
      const rows = await Promise.all(nodes.map((node) => fresh.mounted.rowOf(node)));
      await deps.db.write(['nodes'], async (tx) => { for (const row of rows) await tx.put('nodes', row); });
    }
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

export const treeTasks = {
  async prepareTree(nodes: number): Promise<void> {
    opened = await openFreshHome();
    await fill(opened, nodes);
    await opened.home.close();
  },

  /** Milliseconds for what an unlock does: the KDF, the mount, the first listing. */
  async unlock(): Promise<number> {
    if (!opened) throw new Error('no home');
    const at = opened;
    await home?.close();
    return timed(async () => {
      await argon2id(utf8('a password'), { ...ARGON2ID_DEFAULT, salt: systemRandom(16) });
      home = await openAgain(at);
      const root = await home.surface.homeRoot({});
      if (root.ok) await home.surface.listFolder({ folder: root.value });
    });
  },

  kdf: (): Promise<number> => timed(() => argon2id(utf8('a password'), { ...ARGON2ID_DEFAULT, salt: systemRandom(16) })),

  /** Milliseconds to list the last folder, the first time after an unlock. */
  async list(): Promise<number> {
    if (!opened) throw new Error('no home');
    await home?.close();
    const fresh = await openAgain(opened);
    home = fresh;
    return timed(() => fresh.surface.listFolder({ folder }));
  },

  async rename(): Promise<number> {
    const at = home;
    if (!at) throw new Error('no home');
    const listed = await at.surface.listFolder({ folder });
    const [entry] = listed.ok ? listed.value.entries : [];
    if (!entry) throw new Error('nothing to rename');
    return timed(() => at.surface.renameNode({ ...command(), node: entry.id, name: `renamed ${crypto.randomUUID()}` }));
  },
};
