// The two ways to a server that every side is measured over alike: straight, and from far away.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export type Distance = 'loopback' | 'far';

/** Each direction; a round trip is twice that. Bandwidth has no bound, and making a connection costs nothing. */
const ONE_WAY_MS = 25;

export const nameOf: Readonly<Record<Distance, string>> = { loopback: 'loopback', far: '50 ms away' };

export interface Way {
  /** Where the server is reached. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts a thread of this bench that listens and says its port. */
export async function threadAt(script: URL, workerData: unknown): Promise<Way> {
  const worker = new Worker(script, { workerData });
  const [port] = await once(worker, 'message') as [number];
  return { origin: `http://127.0.0.1:${port}`, close: async () => void await worker.terminate() };
}

export async function wayTo(origin: string, distance: Distance): Promise<Way> {
  const port = Number(new URL(origin).port);
  if (distance === 'loopback') return { origin: `http://127.0.0.1:${port}`, close: () => Promise.resolve() };
  return threadAt(new URL('./latency.worker.ts', import.meta.url), { port, oneWayMs: ONE_WAY_MS });
}
