// Three devices of one home, and what tests of changes made apart do with them.
import { assert } from 'chai';
import { err } from '../../src/result.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import { syncRound } from '../../src/sync/engine.ts';
import { pull } from '../../src/sync/pull.ts';
import { command, value } from '../workers/home/test-home.ts';
import { type Device, type Fleet, openFleet } from './devices.ts';
import { cloudOf, FakeServer } from './fake-cloud.ts';

export const HOUR = 3_600_000;
/** The file that most of them are about. */
export const NAME = 'a.txt';

const { signal } = new AbortController();

export const write = (device: Device, text: string) => device.home.add({ [NAME]: text }, { clash: 'replace' });

export const round = async (device: Device) => assert.isTrue((await device.round()).ok);

/** A round over another cloud than its own; whether it came to its end. */
export const roundOver = async (device: Device, cloud: Cloud): Promise<boolean> => (await syncRound({ mayMoveBulk: () => true, clock: () => 0, cloud, home: device.home.mounted.sync.reconciler, signal })).ok;

/** Not sent yet. */
export async function deleteForGood({ home }: Device, name = NAME): Promise<void> {
  const node = await home.find(name);
  value(await home.surface.trashNodes({ ...command(), nodes: [node] }));
  value(await home.surface.deleteNodes({ ...command(), nodes: [node] }));
}

/** Links the home to its account, whether it was linked or not. */
export async function linkAnew({ home: { mounted: { sync: { link } } } }: Device): Promise<void> {
  await link.begin('account');
  await link.finish();
}

/** Every content that any file has, and had. */
async function textsOf(device: Device): Promise<string[]> {
  const found: string[] = [];
  for (const node of (await device.nodes()).values()) if (node.kind === 'file') for (const content of [node.content, ...node.versions]) found.push(await device.text(content));
  return found;
}

export async function openThree() {
  const fleet: Fleet = await openFleet(3, new FakeServer());
  const [one, two, three] = fleet.devices as [Device, Device, Device];
  const cloud = () => cloudOf(() => fleet.server, { fate: () => 'well' });
  return {
    fleet, one, two, three, cloud,
    /** Takes what is new, and sends nothing. */
    look: async ({ home }: Device) => value(await pull({ cloud: cloud(), home: home.mounted.sync.reconciler, signal }) as never),
    /** Sends, and never hears what became of it. */
    async unheard(device: Device): Promise<void> {
      const sent = cloud();
      const isThrough = await roundOver(device, { ...sent, async write(...args: Parameters<Cloud['write']>) {
        await sent.write(...args);
        return err('unreachable' as const);
      } });
      assert.isFalse(isThrough);
    },
    async assertAllHave(...texts: readonly string[]): Promise<void> {
      await fleet.settle();
      for (const device of fleet.devices) assert.includeMembers(await textsOf(device), [...texts]);
    },
    async assertAllEmpty(): Promise<void> {
      await fleet.settle();
      for (const device of fleet.devices) assert.deepEqual(await device.names(), []);
    },
  };
}

export type Three = Awaited<ReturnType<typeof openThree>>;
