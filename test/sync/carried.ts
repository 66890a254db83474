// What tests of the courier ask of it and of what it leaves.
import { assert } from 'chai';
import { toHex } from '../../src/crypto/bytes.ts';
import type { CourierOutbox } from '../../src/sync/courier/courier-outbox.ts';
import { extentIdsOf } from '../../src/workers/home/tree.ts';
import type { Device, Fleet } from './devices.ts';

export const outcomeOf = (carried: Awaited<ReturnType<Device['carry']>>) => (carried.ok ? 'ok' : carried.error);
export const waiting = (device: Device) => device.home.mounted.sync.reconciler.waiting();
/** One node a request, so that a gap between any two shows. */
export const oneByOne = (outbox: CourierOutbox): CourierOutbox => ({ ...outbox, nodes: (most, after) => outbox.nodes({ ...most, nodes: 1 }, after) });

/** Every node's folder and extents are at the server. */
export async function assertNoGap(fleet: Fleet, device: Device): Promise<void> {
  const stored = await fleet.stored();
  const ids = new Set(stored.map(({ id }) => toHex(id)));
  for (const node of stored) {
    assert.isTrue(ids.has(toHex(node.parent)) || toHex(node.id) === device.home.root, `${node.name} without its folder`);
    for (const extent of extentIdsOf(node)) assert.isTrue(fleet.server.extents.has(extent), `${node.name} without its content`);
  }
}
