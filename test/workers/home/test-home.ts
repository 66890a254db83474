// A home for tests: the real one over a database that the test brings, a clock and randomness that it can hold still.
import { createAead } from '../../../src/crypto/aead.ts';
import { type HomeKeys, importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { type Random, systemRandom } from '../../../src/crypto/random.ts';
import type { CommandId, NodeId, StreamId } from '../../../src/workers/contract/ids.ts';
import type { StreamSource } from '../../../src/workers/contract/stream.ts';
import type { Answer } from '../../../src/workers/contract/surface.ts';
import type { HomeDeps } from '../../../src/workers/home/context.ts';
import { createHome, type Home, initHome } from '../../../src/workers/home/create-home.ts';
import type { Database } from '../../../src/workers/store/database.ts';
import type { ExtentForm } from '../../../src/workers/store/extent-form.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { createMemoryDatabase, type MemoryDisk, newMemoryDisk } from '../../support/memory-database.ts';

let commands = 0;
export const command = () => {
  commands += 1;
  return { command: commands.toString(16).padStart(32, '0') as CommandId, at: 0 };
};

export const value = <T>(answer: Answer<T>): T => {
  if (answer.ok) return answer.value;
  throw new Error(`unexpected: ${JSON.stringify(answer.error)}`);
};
export const codeOf = (answer: Answer<unknown>): string => (answer.ok ? 'ok' : answer.error.code);

export interface TestHome extends Home {
  readonly root: NodeId;
  readonly deps: HomeDeps;
  /** What was offered as a stream, newest last. */
  readonly offered: StreamSource[];
  readonly changes: (readonly string[])[];
  /** Types of all facts, as they came. */
  readonly facts: readonly string[];
  /** A home over the same database, as after an ended worker. */
  again(db?: Database<HomeRows>): Promise<TestHome>;
  add(files: Readonly<Record<string, Uint8Array<ArrayBuffer> | string>>, options?: AddOptions): Promise<ReturnType<typeof value<unknown>>>;
  read(node: NodeId): Promise<Uint8Array>;
  names(folder?: NodeId): Promise<string[]>;
  find(name: string, folder?: NodeId): Promise<NodeId>;
}

/** A home over one storage, opened anew for each test. */
export type OpenForTest = () => Promise<{ readonly home: TestHome; readonly reopen: (closed: TestHome) => Promise<TestHome>; readonly end: () => Promise<void> }>;

export interface AddOptions {
  readonly clash?: 'replace' | 'keep_both' | 'skip';
  readonly to?: NodeId;
  readonly signal?: AbortSignal;
  readonly as?: ReturnType<typeof command>;
}

export const bytes = (length: number, seed = 1): Uint8Array<ArrayBuffer> => {
  const made = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    made[i] = state >>> 24;
  }
  return made;
};

const asFile = (path: string, content: Uint8Array<ArrayBuffer> | string) => new File([content], path.split('/').at(-1) ?? '', { lastModified: 1_700_000_000_000 });

/** The far end of a call's port: aborts when the signal does. */
export function workPort(signal?: AbortSignal): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const abort = () => port1.postMessage({ abort: true });
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  (port2 as { unref?: () => void }).unref?.();
  return port2;
}

type Told = Pick<TestHome, 'offered' | 'changes' | 'facts'>;

const tellingTo = ({ offered, changes, facts }: { readonly offered: StreamSource[]; readonly changes: (readonly string[])[]; readonly facts: string[] }): Pick<HomeDeps, 'announce' | 'desk'> => ({
  announce(fact) {
    facts.push(fact.type);
    if (fact.type === 'home.changed') changes.push(fact.folders);
  },
  desk: { offer: (source) => {
    offered.push(source);
    return { id: '0'.repeat(64) as StreamId, url: '' };
  } },
});

async function over(deps: HomeDeps, told: Told): Promise<TestHome> {
  const home = await createHome(deps);
  const { surface } = home;
  const root = value(await surface.homeRoot({}));
  const names = async (folder = root) => value(await surface.listFolder({ folder })).entries.map(({ name }) => name);
  return {
    ...home, ...told, root, deps, names,
    again: (db = deps.db) => over({ ...deps, db }, told),
    async find(name, folder = root) {
      const found = value(await surface.listFolder({ folder })).entries.find((entry) => entry.name === name);
      if (!found) throw new Error(`no ${name}`);
      return found.id;
    },
    async add(files, { clash = 'keep_both', to = root, signal, as = command() } = {}) {
      const items = Object.entries(files).map(([path, content]) => (path.endsWith('/') ? { path } : { path, file: asFile(path, content) }));
      return surface.addFiles({ ...as, to, items, clash, port: workPort(signal) });
    },
    async read(node) {
      value(await surface.openDownload({ nodes: [node] }));
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for await (const piece of told.offered.at(-1)!.open()) parts.push(piece);
      return new Uint8Array(await new Blob(parts).arrayBuffer());
    },
  };
}

/** Over a database that holds a home already. */
export function testHomeOver(deps: Omit<HomeDeps, 'desk' | 'announce'>): Promise<TestHome> {
  const [offered, changes, facts]: [StreamSource[], (readonly string[])[], string[]] = [[], [], []];
  return over({ ...deps, ...tellingTo({ offered, changes, facts }) }, { offered, changes, facts });
}

export const newHomeDisk = (): MemoryDisk => newMemoryDisk(HOME_SCHEMA);

export async function newHome({ db, extentsAs = 'buffer', keys: given, now: clock, random = systemRandom }: { readonly db?: Database<HomeRows>; readonly extentsAs?: ExtentForm; readonly keys?: HomeKeys; readonly now?: () => number; readonly random?: Random } = {}): Promise<TestHome> {
  const offered: StreamSource[] = [];
  const changes: (readonly string[])[] = [];
  const facts: string[] = [];
  const keys = given ?? (await importHomeKeys(systemRandom(16), systemRandom(32)));
  let now = 1_700_000_000_000;
  const deps: HomeDeps = {
    keys, aead: await createAead(), db: db ?? createMemoryDatabase<HomeRows>('home', HOME_SCHEMA, newHomeDisk()), device: random(16),
    random, extentsAs, now: clock ?? (() => (now += 1)), ...tellingTo({ offered, changes, facts }),
  };
  await initHome(deps);
  return over(deps, { offered, changes, facts });
}
