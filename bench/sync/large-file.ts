// A large file: sent whole, sent again with one byte changed, and the same bytes by plain PUTs to a server that does nothing else.
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AT_ONCE } from '../../src/sync/each-of.ts';
import { backupOver, snapshot, type World } from '../../test/workers/backup/backup-world.ts';
import { command, type TestHome, value, workPort } from '../../test/workers/home/test-home.ts';
import { startOurServer, type OurServer } from '../server/our-server.ts';
import { cloudOf, devicesOfOneHome, round } from './devices.ts';
import { threadAt, wayTo } from './distance.ts';

const MIB = 1024 * 1024;
const PIECE_BYTES = 4 * MIB;
const NAME = 'large.bin';

export interface LargeFile {
  /** ms to send it whole. */
  ours(): Promise<number>;
  /** ms for the same bytes in pieces of 4 MiB to a bare server, as many at once as ours. */
  plain(): Promise<number>;
  /** The same to one that hashes each piece and keeps it on the disk. */
  plainKept(): Promise<number>;
  /** The most that this process held over idle while ours was sent, in MiB. */
  heap(): Promise<number>;
  /** Changes one byte and sends that; bytes that were sent, in MiB. */
  sendChange(): Promise<number>;
  /** Backs the home up into its account, and once more where nothing changed; bytes that went the second time, in MiB. */
  sendSecondBackup(): Promise<number>;
  stop(): Promise<void>;
}

/** Parts of 64 MiB: no single buffer is as long as a file may be. */
function randomFile(bytes: number): File {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes; at += 64 * MIB) parts.push(randomFillSync(new Uint8Array(Math.min(64 * MIB, bytes - at))));
  return new File(parts, NAME);
}

async function put(home: TestHome, file: File): Promise<void> {
  const { added, replaced } = value(await home.surface.addFiles({ ...command(), to: home.root, items: [{ path: NAME, file }], clash: 'replace', port: workPort() }));
  if (added + replaced !== 1) throw new Error('the large file was not added');
}

/** A fresh account each time, so that the server has none of it. */
async function sendWhole(server: OurServer, home: TestHome): Promise<{ readonly account: string; readonly took: number }> {
  const account = await server.newAccount();
  const way = await wayTo(server.origin, 'loopback');
  await home.mounted.sync.link.end();
  await home.mounted.sync.link.begin(account);
  const { cloud } = await cloudOf(server, account, way.origin);
  const began = performance.now();
  await round(home, cloud);
  return { account, took: performance.now() - began };
}

async function putPlain(file: File, keeping: boolean): Promise<number> {
  const folder = keeping ? mkdtempSync(join(tmpdir(), 'bench-bare-')) : undefined;
  const bare = await threadAt(new URL('./bare.worker.ts', import.meta.url), { folder });
  const began = performance.now();
  let at = 0;
  const lane = async (): Promise<void> => {
    for (let from = at; from < file.size; from = at) {
      at = from + PIECE_BYTES;
      const body = new Uint8Array(await file.slice(from, from + PIECE_BYTES).arrayBuffer());
      const { ok, body: answer } = await fetch(`${bare.origin}/${from}`, { method: 'PUT', body });
      await answer?.cancel();
      if (!ok) throw new Error('the bare server refused');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const took = performance.now() - began;
  await bare.close();
  if (folder !== undefined) rmSync(folder, { recursive: true });
  return took;
}

const held = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MIB;
};

/** Collects garbage until nothing more goes: buffers go a moment after what held them. */
async function idleHeld(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let before = Number.POSITIVE_INFINITY; ;) {
    collect();
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    const now = held();
    if (now > before - 1) return now;
    before = now;
  }
}

async function heapDuring(work: () => Promise<unknown>): Promise<number> {
  const idle = await idleHeld();
  let most = idle;
  const watch = setInterval(() => { most = Math.max(most, held()); }, 5);
  await work();
  clearInterval(watch);
  return most - idle;
}

/** The same with one byte in its midst inverted. */
async function changed(file: File): Promise<File> {
  const at = Math.floor(file.size / 2);
  const [byte] = new Uint8Array(await file.slice(at, at + 1).arrayBuffer());
  return new File([file.slice(0, at), new Uint8Array([byte! ^ 0xff]), file.slice(at + 1)], NAME);
}

async function backUp(backup: World): Promise<void> {
  const { id } = value(await snapshot(backup));
  value(await backup.calls.uploadBackup({ ...command(), port: workPort(), id }));
}

export async function prepareLargeFile(bytes: number): Promise<LargeFile> {
  const server = await startOurServer();
  const home = await devicesOfOneHome()();
  const file = randomFile(bytes);
  await put(home, file);
  return {
    ours: async () => (await sendWhole(server, home)).took,
    plain: () => putPlain(file, false),
    plainKept: () => putPlain(file, true),
    heap: () => heapDuring(() => sendWhole(server, home)),
    async sendChange() {
      const { account } = await sendWhole(server, home);
      await put(home, await changed(file));
      const { cloud, traffic } = await cloudOf(server, account, (await wayTo(server.origin, 'loopback')).origin);
      await round(home, cloud);
      return traffic.bytes / MIB;
    },
    async sendSecondBackup() {
      const { account } = await sendWhole(server, home);
      const { cloud, traffic } = await cloudOf(server, account, (await wayTo(server.origin, 'loopback')).origin);
      const backup = backupOver(home, [], cloud);
      await backUp(backup);
      const before = traffic.bytes;
      await backUp(backup);
      return (traffic.bytes - before) / MIB;
    },
    stop: server.stop,
  };
}
