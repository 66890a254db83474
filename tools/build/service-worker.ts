// Builds the service worker: one classic script at the root of the site, with the list of files to keep offline inside it.
import { join } from 'node:path';
import { build, type UserConfig } from 'vite';
import { getManifest } from 'workbox-build';

const KEPT = ['**/*.{html,js,css,svg,png,webmanifest,woff2}'];
const LARGEST = 8 * 1024 * 1024;

async function precacheList(dist: string) {
  const { manifestEntries, warnings } = await getManifest({
    globDirectory: dist, globPatterns: KEPT, globIgnores: ['service-worker.js'],
    dontCacheBustURLsMatching: /^assets\//, maximumFileSizeToCacheInBytes: LARGEST,
  });
  if (warnings.length > 0) throw new Error(`the offline copy would be incomplete: ${warnings.join('; ')}`);
  return manifestEntries.sort((a, b) => (a.url < b.url ? -1 : 1));
}

export async function buildServiceWorker(root: string, dist: string, shared: UserConfig): Promise<void> {
  const entry = join(root, 'src/workers/service.worker.ts');
  await build({
    ...shared,
    configFile: false,
    publicDir: false,
    define: { ...shared.define, 'self.__WB_MANIFEST': JSON.stringify(await precacheList(dist)), 'process.env.NODE_ENV': '"production"' },
    build: {
      ...shared.build,
      outDir: dist,
      emptyOutDir: false,
      lib: { entry, formats: ['iife'], name: 'nexusServiceWorker', fileName: () => 'service-worker.js' },
    },
  });
}
