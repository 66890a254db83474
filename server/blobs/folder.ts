// Owns blobs as files, a folder an hour. A blob is acknowledged when its file and its folder's entry are flushed.
import { createReadStream } from 'node:fs';
import { access, type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Blobs, type BlobName, type ByteRange, isBlobName, isHour, type WritePiece } from './blobs.ts';
import { createSyncGroup, type SyncGroup } from '../sync-group.ts';

/** Folders whose entries are flushed in groups; an hour's is not needed for much longer than an hour. */
const OPEN_HOURS = 2;
const PIECE_BYTES = 128 * 1024;
/** What a connection brings comes in small pieces; a call to the disk for each would cost more than writing it. */
const WRITE_BYTES = 512 * 1024;
/** However small they are: each costs much more than its bytes while it is held. */
const WRITE_PIECES = 256;

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Its bytes are gone. V8 looks through its whole heap for every 64 MiB that buffers hold beside it, and a connection brings each piece in one of its own. */
function giveBack({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

async function writePieces(file: FileHandle, pieces: readonly Buffer[], bytes: number): Promise<void> {
  const { bytesWritten } = await file.writev(pieces);
  if (bytesWritten !== bytes) throw new Error('the disk took less than it was given');
  pieces.forEach(giveBack);
}

async function writeAll(file: FileHandle, body: Readable, size: number): Promise<void> {
  let [written, held, pieces] = [0, 0, [] as Buffer[]];
  for await (const piece of body as AsyncIterable<Buffer>) {
    written += piece.byteLength;
    if (written > size) break;
    pieces.push(piece);
    held += piece.byteLength;
    if (held < WRITE_BYTES && pieces.length < WRITE_PIECES && written < size) continue;
    await writePieces(file, pieces, held);
    [held, pieces] = [0, []];
  }
  if (written !== size) throw new Error('the body has another length than was told');
  await file.datasync();
}

/** Writes it whole, while the folder's entry is flushed: that is there from the moment the file is opened. */
async function writeFlushed(path: string, folder: SyncGroup, body: Readable, size: number): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const entry = folder.settled();
    // Whoever awaits it below is told; nobody need be in time.
    entry.catch(() => undefined);
    await writeAll(file, body, size);
    await entry;
  } finally {
    await file.close();
  }
}

/** Reads the next piece while the last is written, into two buffers that are used again: nothing is left for a collector. */
async function copyPieces(file: FileHandle, { start, end }: ByteRange, write: WritePiece): Promise<void> {
  const buffers = [Buffer.allocUnsafeSlow(PIECE_BYTES), Buffer.allocUnsafeSlow(PIECE_BYTES)] as const;
  let writing = Promise.resolve();
  for (let at = start, turn: 0 | 1 = 0; at <= end; turn = turn === 0 ? 1 : 0) {
    const { bytesRead } = await file.read(buffers[turn], 0, Math.min(PIECE_BYTES, end - at + 1), at);
    await writing;
    if (bytesRead === 0) throw new Error('a file is shorter than its row says');
    writing = write(buffers[turn].subarray(0, bytesRead));
    // Whoever awaits it next is told; nobody need be in time.
    writing.catch(() => undefined);
    at += bytesRead;
  }
  await writing;
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Hour folders that are made and flushed once, and flush their entries together. */
function hourFolders(root: string) {
  const hours = new Map<string, Promise<SyncGroup>>();
  const make = async (hour: string): Promise<SyncGroup> => {
    await mkdir(join(root, hour), { recursive: true, mode: 0o700 });
    await flushFolder(root);
    return createSyncGroup(() => flushFolder(join(root, hour)));
  };
  return async (hour: string): Promise<SyncGroup> => {
    let made = hours.get(hour);
    if (!made) {
      made = make(hour);
      hours.set(hour, made);
      made.catch(() => hours.delete(hour));
      if (hours.size > OPEN_HOURS) hours.delete(hours.keys().next().value ?? '');
    }
    return made;
  };
}

/** The folder at `root`, which is made where it is missing. */
export async function openFolder(root: string): Promise<Blobs> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const entered = hourFolders(root);
  const pathOf = (name: BlobName): string => {
    if (!isBlobName(name)) throw new Error('not the name of a blob');
    return join(root, name);
  };

  async function* listHour(hour: string): AsyncIterable<{ name: BlobName; size: number }> {
    for (const entry of await readdir(join(root, hour)).catch(() => [])) {
      const name = `${hour}/${entry}`;
      const found = isBlobName(name) ? await stat(join(root, name)).catch(() => undefined) : undefined;
      if (found) yield { name, size: found.size };
    }
  }

  return {
    async put(name, body, size) {
      const path = pathOf(name);
      const folder = await entered(name.slice(0, name.indexOf('/')));
      try {
        await writeFlushed(path, folder, body, size);
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    },
    async get(name, range) {
      const path = pathOf(name);
      try {
        await access(path);
      } catch {
        return undefined;
      }
      return createReadStream(path, { ...range, highWaterMark: 64 * 1024 });
    },
    async copy(name, range, write) {
      let file: FileHandle;
      try {
        file = await open(pathOf(name), 'r');
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
      try {
        await copyPieces(file, range, write);
        return true;
      } finally {
        await file.close();
      }
    },
    async drop(names) {
      for (const name of names) await rm(pathOf(name), { force: true });
    },
    async *list(hour) {
      const hours = hour === undefined ? (await readdir(root)).filter(isHour) : [hour];
      for (const each of hours) yield* listHour(each);
    },
    probe: () => access(root),
    close: () => undefined,
  };
}
