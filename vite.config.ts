// How the pages and their workers are bundled; tools/build/build.ts runs it and adds the service worker and the hashes.
import { defineConfig } from 'vite';
import { framePolicies, META_POLICY } from './server/content-policy.ts';
import { framePage } from './tools/build/frame-page.ts';
import { policyMeta } from './tools/build/policy-meta.ts';
import { pagesOf, releaseOf } from './tools/build/source-release.ts';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  logLevel: 'warn',
  define: { __NEXUS_RELEASE__: JSON.stringify(releaseOf(import.meta.dirname)) },
  plugins: [policyMeta(META_POLICY), framePage(framePolicies)],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { input: [...pagesOf(import.meta.dirname)] },
  },
});
