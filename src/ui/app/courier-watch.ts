// Sees to it that what waits to be sent goes on its way when nobody has the home open: the browser is asked to wake the service
// worker when there is a network, and the service worker is told to look at each start, lock, and return of the network.
import type { HeardFact } from '../../workers/contract/events.ts';
import { COURIER_TAG, type CarryOrder } from '../../workers/contract/relay.ts';

/** Not in TypeScript's library: https://wicg.github.io/background-sync/spec/#sync-manager-interface */
type Wakeable = ServiceWorkerRegistration & { readonly sync?: { register(tag: string): Promise<void> } };

export interface CourierWatch {
  heard(fact: HeardFact): void;
  stop(): void;
}

/** `registration`: undefined where this browser has no service workers. */
export function watchCourier(registration: () => Promise<Wakeable> | undefined, page: EventTarget): CourierWatch {
  let waits = false;

  function carry(): void {
    const order: CarryOrder = { type: 'courier.carry' };
    registration()?.then(({ active }) => active?.postMessage(order), () => undefined);
  }
  /** Where the browser does not do that, the next start does. */
  function askToBeWoken(): void {
    registration()?.then(({ sync }) => sync?.register(COURIER_TAG)).catch(() => undefined);
  }
  /** The browser answers at once while there is a network, and then the home is still open: so it is asked again on leaving. */
  const onHidden = (): void => {
    if (waits && document.visibilityState === 'hidden') askToBeWoken();
  };

  page.addEventListener('online', carry);
  page.addEventListener('visibilitychange', onHidden);
  carry();
  return {
    heard(fact) {
      if (fact.type === 'sync.changed') {
        const before = waits;
        waits = fact.status.state !== 'off' && fact.status.state !== 'paused' && fact.status.waiting > 0;
        if (waits && !before) askToBeWoken();
      }
      if (fact.type === 'session.locked' || fact.type === 'session.ended') {
        carry();
        if (waits) askToBeWoken();
        waits = false;
      }
    },
    stop() {
      page.removeEventListener('online', carry);
      page.removeEventListener('visibilitychange', onHidden);
    },
  };
}
