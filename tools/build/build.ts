// `npm run build`: the pages and their workers, the service worker over them, the list of hashes, the compressed copies.
// The build is finished beside `dist` and then renamed, so that a server never sees half of one.
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type UserConfig } from 'vite';
import { compressFiles } from './compress.ts';
import { writeRelease } from './release.ts';
import { buildServiceWorker } from './service-worker.ts';

const root = join(import.meta.dirname, '..', '..');
const target = process.env.NEXUS_DIST ?? join(root, 'dist');
const dist = `${target}.${process.pid}`;

const { default: config } = await import('../../vite.config.ts') as { default: UserConfig & { define: { __NEXUS_RELEASE__: string } } };
const started = performance.now();
process.on('exit', () => { rmSync(dist, { recursive: true, force: true }); });
await build({ configFile: join(root, 'vite.config.ts'), root, build: { outDir: dist, emptyOutDir: true } });
await buildServiceWorker(root, dist, { define: config.define, logLevel: 'warn', build: { target: 'es2023', reportCompressedSize: false } });
const { release, digest } = writeRelease(dist, JSON.parse(config.define.__NEXUS_RELEASE__) as string);
compressFiles(dist);
rmSync(target, { recursive: true, force: true });
renameSync(dist, target);
process.stdout.write(`nexus: built ${release} (${digest.slice(0, 12)}) in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
