// A bundle of the home made into a file on disk (the origin's own file system), and verified from there in full.
import { ARGON2ID_DEFAULT } from '../../../src/crypto/argon2id.ts';
import type { Bytes } from '../../../src/crypto/bytes.ts';
import { utf8 } from '../../../src/crypto/bytes.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { encodeSlot, sealSlot } from '../../../src/crypto/slot.ts';
import { ok } from '../../../src/result.ts';
import type { BackupDeps } from '../../../src/workers/backup/backup-deps.ts';
import { createSnapshotCalls } from '../../../src/workers/backup/snapshot-calls.ts';
import { createVerifyCalls } from '../../../src/workers/backup/verify-calls.ts';
import type { BundleId } from '../../../src/workers/contract/ids.ts';
import type { StreamSource } from '../../../src/workers/contract/stream.ts';
import { command, type OpenedHome, openFreshHome, port } from './open-home.ts';

const ROOMY = { keep: 10, softBytes: 1e12, hardBytes: 1e12 };
const NAME = 'bench.nbk';

let opened: OpenedHome | undefined;
let slots: readonly Bytes[] = [];
let last: BundleId | undefined;
let source: StreamSource | undefined;

const never = () => Promise.reject(new Error('not measured'));

function calls({ home, deps }: OpenedHome) {
  const backup: BackupDeps = {
    cloud: () => Promise.resolve(undefined), aead: deps.aead, random: systemRandom, clock: () => Date.now(), current: () => ok(home.mounted), portableSlots: () => Promise.resolve(slots),
    checkSecret: never, userOf: never, stage: never, adopt: never, checkName: never, retention: { read: () => Promise.resolve(ok(ROOMY)), write: never },
    desk: { offer: (offered) => {
      source = offered;
      return { id: '' as never, url: '' };
    } },
    plans: { read: never, change: never }, look: never, knownToAll: never, note: () => undefined, announce: () => undefined, closing: new AbortController().signal,
  };
  return { ...createSnapshotCalls(backup), ...createVerifyCalls(backup) };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** TypeScript's library for pages does not have what workers alone can do. */
interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{ truncate(size: number): void; write(bytes: Bytes, options: { at: number }): number; flush(): void; close(): void }>;
}

async function fileOnDisk(): Promise<WorkerFileHandle> {
  return (await (await navigator.storage.getDirectory()).getFileHandle(NAME, { create: true })) as WorkerFileHandle;
}

async function writeOut(pieces: AsyncIterable<Bytes>): Promise<void> {
  const access = await (await fileOnDisk()).createSyncAccessHandle();
  let at = 0;
  try {
    access.truncate(0);
    for await (const piece of pieces) at += access.write(piece, { at });
    access.flush();
  } finally {
    access.close();
  }
}

export const bundleTasks = {
  /** A home of the files that this page's server has under `/data/`. */
  async prepareBundle(paths: readonly string[]): Promise<void> {
    opened = await openFreshHome();
    const root = await opened.home.surface.homeRoot({});
    if (!root.ok) throw new Error('no root');
    for (const path of paths) {
      const content = await (await fetch(`/data/${path}`)).blob();
      const items = [{ path, file: new File([content], path) }];
      const added = await opened.home.surface.addFiles({ ...command(), to: root.value, items, clash: 'keep_both', port: port() });
      if (!added.ok || added.value.added !== 1) throw new Error(`not added: ${path}`);
    }
    const slot = await sealSlot({ aead: opened.deps.aead, random: systemRandom, mek: systemRandom(32), secret: { kind: 'password', secret: utf8('a password') }, cost: ARGON2ID_DEFAULT });
    if (!slot.ok) throw new Error('no slot');
    slots = [encodeSlot(slot.value)];
  },

  /** Milliseconds until a bundle of everything lies on disk. */
  async createBundle(): Promise<number> {
    const at = opened;
    if (!at) throw new Error('no home');
    const backup = calls(at);
    if (last) await backup.deleteSnapshot({ ...command(), id: last });
    return timed(async () => {
      const card = await backup.createSnapshot({ ...command(), port: port() });
      if (!card.ok) throw new Error(`no snapshot: ${card.error.code}`);
      last = card.value.id;
      await backup.openSnapshotDownload({ id: last });
      if (!source) throw new Error('nothing was offered');
      await writeOut(source.open());
    });
  },

  /** Milliseconds to read it back from disk, every digest and every tag checked. */
  async verifyBundle(): Promise<number> {
    const at = opened;
    if (!at) throw new Error('no home');
    const file = await (await fileOnDisk()).getFile();
    return timed(async () => {
      const report = await calls(at).verifyBundle({ file, depth: 'full', port: port() });
      if (!report.ok || !report.value.ok) throw new Error(`not whole: ${JSON.stringify(report)}`);
    });
  },
};
