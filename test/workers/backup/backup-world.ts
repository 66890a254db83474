// Backup over a home, or over a device without one, and what tests ask of it.
import { toHex, utf8 } from '../../../src/crypto/bytes.ts';
import { createAead } from '../../../src/crypto/aead.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { encodeSlot, sealSlot } from '../../../src/crypto/slot.ts';
import { importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { ok, type Result } from '../../../src/result.ts';
import type { CloudClient } from '../../../src/sync/cloud-client.ts';
import type { BackupDeps } from '../../../src/workers/backup/backup-deps.ts';
import { createCloudPlans } from '../../../src/workers/backup/cloud-plan.ts';
import { createBackup } from '../../../src/workers/backup/create-backup.ts';
import type { BackupSurface, Served } from '../../../src/workers/contract/surface.ts';
import type { NexusError } from '../../../src/workers/contract/errors.ts';
import type { BundleId, Uid } from '../../../src/workers/contract/ids.ts';
import type { StreamSource } from '../../../src/workers/contract/stream.ts';
import type { MountedHome } from '../../../src/workers/home/mounted-home.ts';
import { createMemoryDatabase, newMemoryDisk } from '../../support/memory-database.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { createHome } from '../../../src/workers/home/create-home.ts';
import { command, newHome, type TestHome, value, workPort } from '../home/test-home.ts';

const PASSWORD = 'correct horse battery';
const CHEAP = { m: 8 * 1024, t: 1, p: 1 } as const;
export const SEAL = { picture: 'fox', colour: 'teal' } as const;
export const ROOMY = { keep: 10, softBytes: 1e12, hardBytes: 1e12 };
export const MIB = 1024 * 1024;

export interface World {
  readonly deps: Omit<BackupDeps, 'aead'>;
  readonly calls: Served<BackupSurface>;
  readonly offered: StreamSource[];
  readonly facts: string[];
  /** What was done without being asked for. */
  readonly noted: string[];
  readonly adopted: { home: string; name: string; slots: number }[];
  retention: typeof ROOMY;
  /** What opens the home that is open. */
  secret: string;
  /** The database of the last staged home, while it is there. */
  staged: ReturnType<typeof createMemoryDatabase<HomeRows>> | undefined;
}

// Each snapshot has a moment of its own: two of the same content and moment are one.
let now = 1_700_000_000_000;

/** Backup over a home, or over a device without one. */
export function backupOver(home: TestHome | undefined, slots: readonly Uint8Array<ArrayBuffer>[] = [], cloud?: CloudClient, other: Partial<BackupDeps> = {}): World {
  const world: World = { deps: {} as BackupDeps, calls: {} as Served<BackupSurface>, offered: [], facts: [], noted: [], adopted: [], retention: ROOMY, secret: PASSWORD, staged: undefined };
  const locked: Result<MountedHome, NexusError> = { ok: false, error: { code: 'session.locked' } };
  const deps: Omit<BackupDeps, 'aead'> = {
    cloud: () => Promise.resolve(cloud), random: systemRandom, clock: () => (now += 1000), current: () => (home ? ok(home.mounted) : locked), portableSlots: () => Promise.resolve(slots),
    checkSecret: (_, secret) => Promise.resolve(new TextDecoder().decode(secret) === world.secret ? ok() : { ok: false, error: { code: 'auth.rejected' } }),
    userOf: (id) => Promise.resolve(home && toHex(home.mounted.homeId) === id ? ('u1' as Uid) : undefined),
    async stage(keys) {
      const db = createMemoryDatabase<HomeRows>('staged', HOME_SCHEMA, newMemoryDisk(HOME_SCHEMA));
      world.staged = db;
      const { mounted, close } = await createHome({ ...(home ?? (await newHome())).deps, keys, db });
      return ok({ mounted, publish: close, discard: () => Promise.resolve(void (world.staged = undefined)) });
    },
    adopt: ({ home: id, name, slots: list }) => {
      world.adopted.push({ home: id, name, slots: list.length });
      return Promise.resolve(ok('u2' as Uid));
    },
    checkName: (name) => Promise.resolve(name === '' ? { ok: false, error: { code: 'user.name_invalid' } } : ok(name)),
    retention: { read: () => Promise.resolve(ok(world.retention)), write: ({ retention }) => Promise.resolve(ok(void (world.retention = retention))) },
    desk: { offer: (source) => {
      world.offered.push(source);
      return { id: '' as never, url: '' };
    } },
    plans: createCloudPlans(systemRandom), look: () => Promise.resolve(ok()), knownToAll: () => Promise.resolve(ok(Infinity)), note: ({ what, about }) => void world.noted.push(`${what} ${about}`), announce: ({ type }) => void world.facts.push(type), closing: new AbortController().signal, ...other,
  };
  return Object.assign(world, { deps, calls: home ? createBackup({ ...deps, aead: home.mounted.aead }) : lazyBackup(deps) });
}

/** A device without a home has its own cipher. */
function lazyBackup(deps: Omit<BackupDeps, 'aead'>): Served<BackupSurface> {
  const made = createAead().then((aead) => createBackup({ ...deps, aead }));
  return new Proxy({}, { get: (_, method) => async (args: never) => ((await made) as unknown as Record<string | symbol, (args: never) => unknown>)[method]?.(args) }) as Served<BackupSurface>;
}

/** As `startSync` does; nothing of it is sent. */
export async function linkAll(...homes: readonly TestHome[]): Promise<void> {
  for (const { mounted } of homes) await mounted.sync.link.begin('account');
}

/** A home whose password slot opens its real MEK. */
export async function homeWithSlot(): Promise<{ home: TestHome; slots: Uint8Array<ArrayBuffer>[]; mek: Uint8Array<ArrayBuffer> }> {
  const [mek, aead, homeId] = [systemRandom(32), await createAead(), systemRandom(16)];
  const slot = await sealSlot({ aead, random: systemRandom, mek, secret: { kind: 'password', secret: utf8(PASSWORD) }, cost: CHEAP });
  if (!slot.ok) throw new Error('a slot is sealed');
  return { home: await newHome({ keys: await importHomeKeys(homeId, mek.slice()) }), slots: [encodeSlot(slot.value)], mek };
}

export async function bundleFile({ calls, offered }: World, id: BundleId): Promise<File> {
  value(await calls.openSnapshotDownload({ id }));
  const source = offered.at(-1)!;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  // As the stream desk does: a piece is handed over, buffer and all.
  for await (const piece of source.open()) parts.push(new Uint8Array((piece.byteLength === piece.buffer.byteLength ? piece : piece.slice()).buffer.transfer()));
  source.finished?.();
  return new File(parts, source.saveAs ?? '');
}

export const snapshot = (world: World) => world.calls.createSnapshot({ ...command(), port: workPort() });
export const open = (world: World, source: { file: File } | { snapshot: BundleId }, secret = PASSWORD) =>
  world.calls.openBundle({ source, kind: 'password', secret: utf8(secret) });
