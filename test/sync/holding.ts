// Two devices of one home, of which each may hold less than all content; with what a test does and sees of that.
import { toHex } from '../../src/crypto/bytes.ts';
import { ok } from '../../src/result.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import type { NodeId } from '../../src/workers/contract/ids.ts';
import { createContentSpace } from '../../src/workers/syncing/content-space.ts';
import { bytes, command, value, workPort } from '../workers/home/test-home.ts';
import { type Device, openTwo, type Two } from './devices.ts';
import { cloudOf, type Way } from './fake-cloud.ts';

export type ContentSpace = ReturnType<typeof createContentSpace>;

/** Of a file: more than is kept in its node. */
export const LARGE = 70_000;

export interface Holding extends Two {
  /** Of what "Free up space" asks. */
  way: Way;
  /** Runs when the server has said what it lacks, before anything is dropped. */
  meanwhile: () => Promise<unknown>;
  /** How often a round was asked for. */
  looks: number;
  space(device: Device): ContentSpace;
  /** Ids of the extents that a device has. */
  here(device: Device): Promise<readonly string[]>;
  choose(device: Device, all: boolean): Promise<void>;
  keep(device: Device, node: NodeId, kept?: boolean): Promise<void>;
  free(device: Device): ReturnType<ContentSpace['freeUpSpace']>;
  absent(device: Device): Promise<number | undefined>;
  /** The marks of a folder's entries, in their order. */
  marks(device: Device, folder?: NodeId): Promise<readonly (string | undefined)[]>;
  extentsOf(device: Device, name: string, folder?: NodeId): Promise<readonly string[]>;
  /** Keeps what it fetches, as the app does. */
  keepsWhatItFetches(device: Device): void;
  /** Bob has large files that Ada wrote, each by a seed, and wants only what he opens or keeps. */
  bobChose(files: Readonly<Record<string, number>>): Promise<void>;
}

export async function openHolding(): Promise<Holding> {
  const two = await openTwo();
  const { fleet } = two;
  const holding: Holding = {
    ...two, way: { fate: () => 'well' }, meanwhile: () => Promise.resolve(), looks: 0,
    space(device) {
      const cloud = cloudOf(() => fleet.server, { fate: () => holding.way.fate() });
      const missing: Cloud['missing'] = async (ids) => {
        const answer = await cloud.missing(ids);
        await holding.meanwhile();
        return answer;
      };
      return createContentSpace({
        current: () => ok(device.home.mounted), cloud: () => Promise.resolve({ missing }), clock: () => fleet.now, closing: new AbortController().signal,
        syncNow: () => {
          holding.looks += 1;
          return Promise.resolve();
        },
      });
    },
    here: (device) => device.home.deps.db.read(['extents'], (tx) => tx.keys('extents')),
    choose: async (device, all) => value(await holding.space(device).setContentChoice({ ...command(), all })),
    keep: async (device, node, kept = true) => value(await holding.space(device).keepOnDevice({ ...command(), node, kept })),
    free: (device) => holding.space(device).freeUpSpace({ ...command(), port: workPort() }),
    absent: async (device) => value(await holding.space(device).contentChoice({ count: true })).absent,
    async marks(device, folder = device.home.root) {
      const { entries } = value(await device.home.surface.listFolder({ folder }));
      return entries.map((entry) => (entry.kind === 'file' ? entry.sync : entry.kept));
    },
    async extentsOf(device, name, folder) {
      const node = await device.home.mounted.node(await device.home.find(name, folder));
      return node && node !== 'damaged' && node.kind === 'file' ? (node.content.extents ?? []).map(([id]) => toHex(id)) : [];
    },
    keepsWhatItFetches({ home: { mounted } }) {
      mounted.remote.fetch = async (id) => {
        const found = fleet.server.extents.get(id);
        if (found) await mounted.sync.reconciler.keep(id, found);
        return found;
      };
    },
    async bobChose(files) {
      for (const [name, seed] of Object.entries(files)) await two.write(two.ada, name, bytes(LARGE, seed));
      await fleet.settle();
      await holding.choose(two.bob, false);
    },
  };
  return holding;
}
