// A server to which each piece of content takes long.
import { BULK_TURN_MS } from '../../src/sync/bulk-turn.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import type { Fleet } from './devices.ts';
import { cloudOf } from './fake-cloud.ts';

/** Extents go one after another, and each takes `ms`; `meanwhile` is what happens when so many have come. */
export function slowCloud(fleet: Fleet, meanwhile: Readonly<Record<number, () => Promise<unknown>>> = {}, ms = BULK_TURN_MS) {
  const cloud = cloudOf(() => fleet.server, { fate: () => 'well' });
  let [now, extents] = [0, 0];
  let last: Promise<unknown> = Promise.resolve();
  const slowly = <Args extends readonly unknown[], T>(work: (...args: Args) => Promise<T>) => async (...args: Args): Promise<T> => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    last = promise;
    await before;
    extents += 1;
    await meanwhile[extents]?.();
    now += ms;
    return work(...args).finally(() => { resolve(undefined); });
  };
  const slow: Cloud = { ...cloud, putExtent: slowly(cloud.putExtent), extent: slowly(cloud.extent) };
  return { cloud: slow, clock: () => now, extents: () => extents };
}

