// `npm run build`: the pages and their workers, the service worker over them, the list of hashes, the compressed copies.
// The build is finished beside `dist` and then renamed, so that a server never sees half of one.
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, loadConfigFromFile } from 'vite';
import { buildApps } from './apps.ts';
import { compressFiles } from './compress.ts';
import { writeRelease } from './release.ts';
import { buildServiceWorker } from './service-worker.ts';
import { releaseOf } from './source-release.ts';

const root = join(import.meta.dirname, '..', '..');
const configFile = join(root, 'vite.config.ts');

async function buildInto(dist: string): Promise<void> {
  const config = (await loadConfigFromFile({ command: 'build', mode: 'production' }, configFile, root))?.config;
  if (!config) throw new Error('vite.config.ts is missing');
  await build({ configFile, root, build: { outDir: dist, emptyOutDir: true } });
  const { target = false } = config.build ?? {};
  const shared = { root, logLevel: 'warn' as const, build: { target, reportCompressedSize: false }, define: config.define ?? {} };
  await buildApps(root, dist, shared);
  await buildServiceWorker(root, dist, shared);
  writeRelease(dist, releaseOf(root));
  compressFiles(dist);
}

process.env.NO_COLOR = '1';
const target = process.env.NEXUS_DIST ?? join(root, 'dist');
const unfinished = `${target}.${process.pid}`;
const started = performance.now();
process.on('exit', () => { rmSync(unfinished, { recursive: true, force: true }); });
try {
  await buildInto(unfinished);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nnexus: nothing was built\n`);
  process.exit(1);
}
rmSync(target, { recursive: true, force: true });
renameSync(unfinished, target);
process.stdout.write(`nexus: built ${releaseOf(root)} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
