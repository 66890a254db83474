// remoteStorage.js by way of armadietto, on a fresh server each time; the devices are in remote-storage.worker.ts.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { armadiettoProcess } from '../server/contestants.ts';
import type { Carried, Carrier } from './carrier.ts';
import { wayTo } from './distance.ts';
import type { ToCarry } from './remote-storage.worker.ts';

export function startRemoteStorage(): Carrier {
  const worker = new Worker(new URL('./remote-storage.worker.ts', import.meta.url));
  return {
    name: 'remoteStorage.js, armadietto',
    stop: async () => void await worker.terminate(),
    async carry(files, distance) {
      const server = await armadiettoProcess();
      const way = await wayTo(server.origin, distance);
      try {
        const settings = { userAddress: 'bench@localhost', href: `${way.origin}/storage/bench`, storageApi: 'draft-dejong-remotestorage-02', token: server.token, properties: {} };
        worker.postMessage({ files, settings } satisfies ToCarry);
        const [carried] = await once(worker, 'message') as [Carried];
        return carried;
      } finally {
        await way.close();
        await server.stop();
      }
    },
  };
}
