// A second device of a large home: how long until every name is in it.
import { type Bytes, fromHex } from '../../src/crypto/bytes.ts';
import type { HomeNode } from '../../src/crypto/node.ts';
import { systemRandom } from '../../src/crypto/random.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import { BATCH_OPERATIONS } from '../../src/sync/wire/limits.ts';
import { command, type TestHome, value } from '../../test/workers/home/test-home.ts';
import { startOurServer } from '../server/our-server.ts';
import { cloudOf, devicesOfOneHome, round } from './devices.ts';
import { type Distance, wayTo } from './distance.ts';

const PER_FOLDER = 10_000;

export interface LargeHome {
  /** ms until a new device has every name. */
  join(distance: Distance): Promise<number>;
  stop(): Promise<void>;
}

/** Files of which no content is anywhere: names are what is brought. */
const filesIn = (home: TestHome, parent: Bytes, { from, count }: { readonly from: number; readonly count: number }): readonly HomeNode[] =>
  Array.from({ length: count }, (_, at): HomeNode => ({
    kind: 'file', id: systemRandom(16), parent, name: `document ${from + at}.txt`, mediaType: 'text/plain', clock: [1, 0], device: home.deps.device, versions: [],
    content: { fileId: systemRandom(16), size: 5_000_000, modified: 1, extents: [[systemRandom(32), 4_194_304], [systemRandom(32), 805_696]] },
  }));

/** Puts a home's files at the server by themselves, sealed as the home seals them: a device that made them would have to keep them. */
async function putFiles(home: TestHome, cloud: Cloud, nodes: readonly HomeNode[]): Promise<void> {
  const rows = await Promise.all(nodes.map((node) => home.mounted.rowOf(node)));
  const outcomes = await cloud.write(rows.map(({ id, record }) => ({ op: 'put', id, body: record })), undefined);
  if (!outcomes.ok || outcomes.value.some(({ done }) => !done)) throw new Error('the server did not take the files');
}

/** With a token for each folder: one holds for five minutes. */
async function fill(home: TestHome, newCloud: () => Promise<Cloud>, nodes: number): Promise<void> {
  for (let from = 0; from < nodes; from += PER_FOLDER) {
    const cloud = await newCloud();
    const folder = value(await home.surface.createFolder({ ...command(), parent: home.root, name: `folder ${from}` }));
    const end = Math.min(nodes, from + PER_FOLDER);
    for (let at = from; at < end; at += BATCH_OPERATIONS) await putFiles(home, cloud, filesIn(home, fromHex(folder.id, 16)!, { from: at, count: Math.min(BATCH_OPERATIONS, end - at) }));
  }
  await round(home, await newCloud(), false);
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
  await fill(await newDevice(), async () => (await cloudOf(server, account, straight.origin)).cloud, nodes);
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
