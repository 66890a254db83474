// The service worker's entry: it only assembles the app shell, the port broker, the stream relay and the courier.
import { createStorageFetch } from '../sync/oauth/bounded-fetch.ts';
import { namesOf } from './contract/line.ts';
import { installAppShell, type ShellFiles } from './shell/app-shell.ts';
import { mayMoveBulk } from './shell/connection.ts';
import { createCourier } from './shell/courier.ts';
import { installCourier, unlessOpenBy } from './shell/install-courier.ts';
import { createPortBroker, type After, type Window } from './shell/port-broker.ts';
import { createStreamRelay } from './shell/stream-relay.ts';
import { courierHomes, openCourierHome } from './store/outbox/courier-home.ts';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: ShellFiles };

const after: After = (ms, fire) => {
  const timer = setTimeout(fire, ms);
  return () => clearTimeout(timer);
};

const broker = createPortBroker({
  windows: () => self.clients.matchAll({ type: 'window', includeUncontrolled: true }),
  freshId: () => crypto.randomUUID(),
  after,
});
const relay = createStreamRelay({
  origin: self.location.origin,
  findAuthority: (namespace) => broker.open(namespace, 'stream'),
  after,
});

// Before the app shell, so that a stream is never looked up in a cache.
self.addEventListener('fetch', (event) => {
  const answer = relay.answer(event.request);
  if (!answer) return;
  event.stopImmediatePropagation();
  event.respondWith(answer.response);
  event.waitUntil(answer.over);
});
self.addEventListener('message', (event) => {
  const { data, ports } = event;
  const work = broker.hear({ data, ports, source: event.source as Window | null });
  if (work) event.waitUntil(work);
});
const names = namesOf('');
installCourier(self, createCourier({
  homes: () => courierHomes(names.homePrefix), open: openCourierHome, clock: () => Date.now(), mayMoveBulk,
  unlessOpen: unlessOpenBy(navigator.locks, (database) => names.sync(database.slice(names.homePrefix.length))),
  fetch: createStorageFetch({ fetch: (url, init) => fetch(url, init), deadline: (ms) => AbortSignal.timeout(ms) }),
}));
installAppShell(self, self.__WB_MANIFEST);
