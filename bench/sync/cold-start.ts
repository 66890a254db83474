// A second device of a large home: how long until every name is in it.
import { fromHex } from '../../src/crypto/bytes.ts';
import type { HomeNode } from '../../src/crypto/node.ts';
import { systemRandom } from '../../src/crypto/random.ts';
import { command, type TestHome, value } from '../../test/workers/home/test-home.ts';
import { startOurServer } from '../server/our-server.ts';
import { cloudOf, devicesOfOneHome, round } from './devices.ts';
import { type Distance, wayTo } from './distance.ts';

const BATCH = 2000;
const PER_FOLDER = 10_000;

export interface LargeHome {
  /** ms until a new device has every name. */
  join(distance: Distance): Promise<number>;
  stop(): Promise<void>;
}

/** Files of which no content is anywhere: names are what is brought. */
const filesIn = (home: TestHome, parent: NonNullable<ReturnType<typeof fromHex>>, { from, count }: { readonly from: number; readonly count: number }): readonly HomeNode[] =>
  Array.from({ length: count }, (_, at): HomeNode => ({
    kind: 'file', id: systemRandom(16), parent, name: `document ${from + at}.txt`, mediaType: 'text/plain', clock: [1, 0], device: home.deps.device, versions: [],
    content: { fileId: systemRandom(16), size: 5_000_000, modified: 1, extents: [[systemRandom(32), 4_194_304], [systemRandom(32), 805_696]] },
  }));

async function fill(home: TestHome, nodes: number): Promise<void> {
  for (let from = 0; from < nodes; from += PER_FOLDER) {
    const folder = value(await home.surface.createFolder({ ...command(), parent: home.root, name: `folder ${from}` }));
    for (let at = from; at < Math.min(nodes, from + PER_FOLDER); at += BATCH) {
      const put = filesIn(home, fromHex(folder.id, 16)!, { from: at, count: Math.min(BATCH, nodes - at) });
      await home.mounted.alone(() => home.mounted.commit({ put }));
    }
  }
}

async function namesIn(home: TestHome): Promise<number> {
  let names = 0;
  for (const { id } of value(await home.surface.listFolder({ folder: home.root })).entries) names += value(await home.surface.listFolder({ folder: id })).entries.length;
  return names;
}

export async function prepareLargeHome(nodes: number): Promise<LargeHome> {
  const server = await startOurServer();
  const account = await server.newAccount();
  const newDevice = devicesOfOneHome();
  const straight = await wayTo(server.origin, 'loopback');
  const first = await newDevice();
  await fill(first, nodes);
  // Nobody has the content; the server does not look into a node.
  const { cloud } = await cloudOf(server, account, straight.origin);
  await round(first, { ...cloud, missing: async () => ({ ok: true, value: [] }) }, false);
  return {
    stop: server.stop,
    async join(distance) {
      const device = await newDevice();
      const way = await wayTo(server.origin, distance);
      const at = await cloudOf(server, account, way.origin);
      const began = performance.now();
      await round(device, at.cloud, false);
      const took = performance.now() - began;
      await way.close();
      if (await namesIn(device) !== nodes) throw new Error('not every name came');
      return took;
    },
  };
}
