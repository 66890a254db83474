// When pages have the service worker look after what waits.
import { assert } from 'chai';
import type { HeardFact } from '../../../src/workers/contract/events.ts';
import type { SyncStatus } from '../../../src/workers/contract/sync.ts';
import { watchCourier } from '../../../src/ui/app/courier-watch.ts';

const status = (fields: Partial<SyncStatus>): HeardFact => ({ type: 'sync.changed', seq: 1, status: { state: 'working', waiting: 0, toCome: 0, unreadable: 0, ...fields } }) as HeardFact;
const LOCKED = { type: 'session.locked', seq: 2, sid: 's', uid: 'u' } as unknown as HeardFact;

function watched() {
  const [orders, tags]: [unknown[], string[]] = [[], []];
  const registration = { active: { postMessage: (order: unknown) => void orders.push(order) }, sync: { register: (tag: string) => Promise.resolve(void tags.push(tag)) } } as unknown as ServiceWorkerRegistration;
  const page = new EventTarget();
  const watch = watchCourier(() => Promise.resolve(registration), page);
  return { orders, tags, page, watch, settled: () => new Promise<void>((resolve) => { setTimeout(resolve); }) };
}

describe('watching over what waits to be sent', () => {
  it('has the service worker look at the start, after a lock, and when the network is back', async () => {
    const { orders, page, watch, settled } = watched();
    watch.heard(LOCKED);
    page.dispatchEvent(new Event('online'));
    await settled();
    assert.deepEqual(orders, Array.from({ length: 3 }, () => ({ type: 'courier.carry' })));
    watch.stop();
    page.dispatchEvent(new Event('online'));
    await settled();
    assert.lengthOf(orders, 3);
  });

  it('asks the browser to wake it once something waits, and again on a lock', async () => {
    const { tags, watch, settled } = watched();
    watch.heard(status({ waiting: 0, state: 'synced' }));
    watch.heard(status({ waiting: 2 }));
    watch.heard(status({ waiting: 5 }));
    watch.heard(LOCKED);
    await settled();
    assert.deepEqual(tags, ['nexus.courier', 'nexus.courier']);
    watch.stop();
  });

  it('asks for nothing where nothing waits, or sync rests', async () => {
    const { tags, watch, settled } = watched();
    watch.heard(status({ waiting: 3, state: 'paused' }));
    watch.heard(status({ waiting: 3, state: 'off' }));
    watch.heard(LOCKED);
    await settled();
    assert.isEmpty(tags);
    watch.stop();
  });

  it('does without service workers', () => {
    const watch = watchCourier(() => undefined, new EventTarget());
    watch.heard(status({ waiting: 1 }));
    watch.stop();
  });
});
