// When the courier runs: when the browser says that there is a network (Background Sync), and when a page asks.
import { COURIER_TAG, type CarryOrder } from '../contract/relay.ts';
import type { Courier, CourierDeps } from './courier.ts';

/** Not in TypeScript's library: https://wicg.github.io/background-sync/spec/#sync-event */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

const isCarryOrder = (data: unknown): data is CarryOrder => typeof data === 'object' && data !== null && (data as Record<string, unknown>)['type'] === 'courier.carry';

/** The lock of a home's sync: held by the authority while it has the home open, and by the courier while it carries. */
export const unlessOpenBy = (locks: LockManager, lockOf: (database: string) => string): CourierDeps['unlessOpen'] => async (name, work) => {
  const lock = lockOf(name);
  return locks.request(lock, { ifAvailable: true }, async (held) => {
    if (held) await work(async () => (await locks.query()).pending?.some((each) => each.name === lock) ?? false);
    return held !== null;
  });
};

export function installCourier(scope: ServiceWorkerGlobalScope, courier: Courier): void {
  scope.addEventListener('sync', (event) => {
    const { tag } = event as SyncEvent;
    // A browser comes back later where the event fails.
    if (tag === COURIER_TAG) (event as SyncEvent).waitUntil(courier.carry().then((outcome) => (outcome === 'later' ? Promise.reject(new Error('later')) : undefined)));
  });
  scope.addEventListener('message', (event) => {
    if (isCarryOrder(event.data)) event.waitUntil(courier.carry());
  });
}
