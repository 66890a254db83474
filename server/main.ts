// Entry: serves `dist` on this machine alone. `PORT` names the port (default 8080; 0 takes any).
import type { FastifyInstance } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from './app.ts';

const DEFAULT_PORT = 8080;
/** A stop ends open downloads after this long. */
const STOP_MS = 5_000;

function fail(sentence: string): never {
  process.stderr.write(`nexus: ${sentence}\n`);
  process.exit(1);
}

function portOf(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : fail(`PORT must be a number from 0 to 65535, not "${text}".`);
}

function stopOnSignal(app: FastifyInstance): void {
  const stop = () => {
    setTimeout(() => { app.server.closeAllConnections(); }, STOP_MS).unref();
    void app.close().then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
}

const root = process.env.NEXUS_DIST ?? join(import.meta.dirname, '..', 'dist');
if (!existsSync(join(root, 'index.html'))) fail('nothing is built yet; `npm start` builds and serves.');
const app = await createApp({ root });
stopOnSignal(app);
try {
  await app.listen({ host: '127.0.0.1', port: portOf(process.env.PORT) });
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
const address = app.server.address();
process.stdout.write(`Nexus: http://localhost:${typeof address === 'object' && address ? address.port : ''}/\n`);
