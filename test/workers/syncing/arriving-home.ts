// An account with a folder of files and one beside it, and a device that has the home's keys alone.
import { assert } from 'chai';
import { createAead } from '../../../src/crypto/aead.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import type { Cloud } from '../../../src/sync/cloud.ts';
import { syncRound } from '../../../src/sync/engine.ts';
import { createHome } from '../../../src/workers/home/create-home.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { bringNames } from '../../../src/workers/syncing/bring-names.ts';
import { createMemoryDatabase } from '../../support/memory-database.ts';
import { type Device, openFleet } from '../../sync/devices.ts';
import { cloudOf, FakeServer } from '../../sync/fake-cloud.ts';
import { command, newHomeDisk, type TestHome, testHomeOver, value, workPort } from '../home/test-home.ts';

export const FILES = 60;
export const ACCOUNT = 'account';
export const nameOf = (at: number): string => `file ${String(at).padStart(2, '0')}.txt`;

/** `first` is what the server has before the home. */
export async function openArriving({ files = FILES, first = () => undefined }: { readonly files?: number; readonly first?: (server: FakeServer) => void } = {}) {
  const server = new FakeServer();
  first(server);
  const fleet = await openFleet(1, server);
  const [old] = fleet.devices as [Device];
  await old.home.add({ 'beside.txt': 'beside', ...Object.fromEntries(Array.from({ length: files }, (_, at) => [`many/${nameOf(at)}`, `words ${at}`])) });
  await fleet.settle();
  const disk = newHomeDisk();
  const { keys } = old.home.deps;
  const deps = { keys, aead: await createAead(), device: systemRandom(16), random: systemRandom, extentsAs: 'buffer', now: () => fleet.now } as const;
  const database = () => createMemoryDatabase<HomeRows>('home', HOME_SCHEMA, disk);
  const staged = await createHome({ ...deps, db: database(), desk: { offer: () => ({}) as never }, announce: () => undefined });
  await staged.mounted.sync.link.begin(ACCOUNT, { partial: true });
  const cloud = cloudOf(() => fleet.server, { fate: () => 'well' });
  let now = 0;
  let portions = 0;
  const waits = new Set<{ readonly until: number; readonly over: () => void }>();
  const pass = (ms: number): void => {
    now += ms;
    for (const wait of waits) if (wait.until <= now) wait.over();
  };
  return {
    fleet, old, cloud, staged, pass, portions: () => portions,
    /** A node of the account comes after all others of it. */
    comeLast(id: string): void {
      const { rev, body } = server.object('nodes', id)!;
      server.swap('nodes', id, { rev });
      server.swap('nodes', id, { rev: undefined, body });
    },
    /** Each portion takes so long. */
    bring: (msAPortion: number, signal = new AbortController().signal, over: Cloud = cloud) => bringNames(over, staged.mounted, {
      signal, clock: () => now, pause: (ms) => new Promise((over) => { waits.add({ until: now + ms, over }); }),
      taken() {
        portions += 1;
        pass(msAPortion);
      },
    }),
    /** The home as a session opens it. */
    async mount(): Promise<TestHome> {
      await staged.close();
      return testHomeOver({ ...deps, db: database() });
    },
    round: async ({ mounted }: TestHome) => assert.isTrue((await syncRound({ mayMoveBulk: () => true, clock: () => 0, cloud, home: mounted.sync.reconciler, signal: new AbortController().signal })).ok),
  };
}

export const check = async ({ surface }: TestHome) => value(await surface.checkHome({ ...command(), repair: true, content: false, port: workPort() }));
