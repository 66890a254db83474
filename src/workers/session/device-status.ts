// The snapshot that pages draw themselves from.
import type { DeviceStatus } from '../contract/device.ts';
import type { Identity } from '../identity/identity.ts';
import type { SessionCore } from './core.ts';

export type DeviceFacts = Pick<DeviceStatus, 'extentsAs' | 'release' | 'workerId'>;

export async function deviceStatus(identity: Identity, core: Pick<SessionCore, 'cards'>, facts: DeviceFacts): Promise<DeviceStatus> {
  const [users, cards] = await Promise.all([identity.users(), core.cards()]);
  return { users, ...cards, ...facts };
}
