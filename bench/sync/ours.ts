// Our carrier: two homes, end to end encrypted, and this project's server.
import { startOurServer } from '../server/our-server.ts';
import { command, value, workPort } from '../../test/workers/home/test-home.ts';
import { type Carrier, checkAll } from './carrier.ts';
import { cloudOf, devicesOfOneHome, round } from './devices.ts';
import { wayTo } from './distance.ts';

export async function startOurCarrier(): Promise<Carrier> {
  const server = await startOurServer();
  return {
    name: 'NexusAccount', stop: server.stop,
    async carry(files, distance) {
      const account = await server.newAccount();
      const newDevice = devicesOfOneHome();
      const [a, b] = [await newDevice(), await newDevice()];
      const [way, straight] = [await wayTo(server.origin, distance), await wayTo(server.origin, 'loopback')];
      // Both have synced before: nothing waits, and nothing is there but the root, of which each has heard from the other.
      for (const home of [a, b, a]) await round(home, (await cloudOf(server, account, straight.origin)).cloud);
      const items = files.map(({ path, bytes }) => ({ path, file: new File([bytes], path.split('/')[1]!) }));
      value(await a.surface.addFiles({ ...command(), to: a.root, items, clash: 'skip', port: workPort() }));
      const [atA, atB] = [await cloudOf(server, account, way.origin), await cloudOf(server, account, way.origin)];
      const began = performance.now();
      await round(a, atA.cloud);
      await round(b, atB.cloud);
      const took = performance.now() - began;
      await way.close();
      const folders = new Map(await Promise.all(value(await b.surface.listFolder({ folder: b.root })).entries.map(async ({ name, id }) => [name, id] as const)));
      const entries = new Map<string, Parameters<typeof b.read>[0]>();
      for (const [name, id] of folders) for (const entry of value(await b.surface.listFolder({ folder: id })).entries) entries.set(`${name}/${entry.name}`, entry.id);
      await checkAll(files, async (path) => { const id = entries.get(path); return id && b.read(id); });
      return { took, requests: [atA.traffic.requests, atB.traffic.requests] };
    },
  };
}
