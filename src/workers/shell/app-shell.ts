// Owns the offline copy of the pages: filled once at install, after which nothing is asked of the network.
// Streams are not here and are never kept (stream-relay.ts). Rules: docs/decisions/0004-stream-relay.md, docs/architecture.md.
import { cleanupOutdatedCaches, PrecacheController, PrecacheRoute, type PrecacheEntry } from 'workbox-precaching';
import { NavigationRoute, Router } from 'workbox-routing';
import type { TakeRelease } from '../contract/relay.ts';

export type ShellFiles = readonly (PrecacheEntry | string)[];

/** Which page of the copy stands for which address; a query string never matters. */
const PAGES: readonly (readonly [path: RegExp, file: string])[] = [
  [/^\/(?:index\.html)?$/, 'index.html'],
  [/^\/selftest(?:\.html)?$/, 'selftest.html'],
  [/^\/callback\.html$/, 'callback.html'],
  [/^\/connect(?:\.html)?$/, 'connect.html'],
  [/^\/frame\.html$/, 'frame.html'],
];

const isTakeRelease = (data: unknown): data is TakeRelease =>
  typeof data === 'object' && data !== null && (data as Record<string, unknown>)['type'] === 'release.take';

/** Routes of workbox match the address with its query string; these pages take any. */
const withAnyQuery = (path: RegExp): RegExp => new RegExp(`${path.source.slice(0, -1)}(?:\\?.*)?$`);

function routerOver(shell: PrecacheController): Router {
  const router = new Router();
  for (const [path, file] of PAGES) {
    const url = new URL(file, self.location.origin).href;
    if (shell.getCacheKeyForURL(url) === undefined) continue;
    router.registerRoute(new NavigationRoute(shell.createHandlerBoundToURL(url), { allowlist: [withAnyQuery(path)] }));
  }
  router.registerRoute(new PrecacheRoute(shell, { directoryIndex: '', cleanURLs: false }));
  return router;
}

/** Keeps `files` offline and answers for them. A new release waits until a page posts `release.take`. */
export function installAppShell(scope: ServiceWorkerGlobalScope, files: ShellFiles): void {
  const shell = new PrecacheController();
  shell.addToCacheList([...files]);
  const router = routerOver(shell);
  cleanupOutdatedCaches();
  scope.addEventListener('install', (event) => event.waitUntil(shell.install(event)));
  scope.addEventListener('activate', (event) => event.waitUntil(shell.activate(event).then(() => scope.clients.claim())));
  scope.addEventListener('fetch', (event) => {
    const answer = router.handleRequest({ event, request: event.request });
    if (answer) event.respondWith(answer);
  });
  scope.addEventListener('message', (event) => {
    if (isTakeRelease(event.data)) event.waitUntil(scope.skipWaiting());
  });
}
