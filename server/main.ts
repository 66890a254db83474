// Entry: serves the build, the OpenID provider and the storage API. What it can be told stands in options.ts.
import type { FastifyInstance } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from './app.ts';
import { freePort } from './free-port.ts';
import { createLog } from './logging.ts';
import { serveMetrics } from './metrics.ts';
import { createOnline, every } from './online.ts';
import { openStorage } from './open-storage.ts';
import { OptionError, readOptions } from './options.ts';
import { tidy } from './storage/janitor.ts';

/** A stop ends what is still running after this long. */
const STOP_MS = 9_000;
const TIDY_MS = 10 * 60_000;

function fail(sentence: string): never {
  process.stderr.write(`nexus: ${sentence}\n`);
  process.exit(1);
}

function told() {
  try {
    return readOptions(process.argv.slice(2), process.env, join(import.meta.dirname, '..'));
  } catch (error) {
    return error instanceof OptionError ? fail(error.message) : fail('the options could not be read.');
  }
}

/** Takes nothing new, finishes what it has, and ends in time. */
function stopOnSignal(app: FastifyInstance, close: () => Promise<void>): void {
  const stop = () => {
    setTimeout(() => { app.server.closeAllConnections(); }, STOP_MS).unref();
    void app.close().then(close).then(() => process.exit(0), () => process.exit(1));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
}

const options = told();
if (!existsSync(join(options.dist, 'index.html'))) fail('nothing is built yet; `npm start` builds and serves.');
const port = options.port === 0 ? await freePort() : options.port;
const origin = options.origin ?? `http://localhost:${port}`;
const log = createLog(options.log);
const trouble = (failure: unknown) => { log.warn({ failure }, 'a connection broke'); };
const storage = await openStorage(options, trouble).catch((error: unknown) => {
  log.error({ failure: error }, 'storage');
  return fail(`the storage could not be opened: ${error instanceof Error && 'code' in error ? String(error.code) : 'see the log'}.`);
});
const online = await createOnline(storage, { ...options, origin });
const app = await createApp({ root: options.dist, online, log, proxies: options.proxies });
stopOnSignal(app, () => storage.close());
try {
  await app.listen({ host: options.host, port });
  if (options.metricsPort !== undefined) (await serveMetrics(online.metrics.registry, options.metricsPort)).unref();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
const sweep = () => {
  tidy(storage).then((swept) => { for (const [kind, count] of Object.entries(swept)) online.metrics.swept(kind, count); }, (failure: unknown) => { log.warn({ failure }, 'tidying failed'); });
};
sweep();
every(TIDY_MS, sweep);
process.stdout.write(`Nexus: ${origin}/\n`);
