// Which surface is shown: a pure answer from the device's status and what the person asked for. It draws nothing.
import type { DeviceStatus, SessionCard, UserCard } from '../../workers/contract/device.ts';

export type SurfaceName = 'oobe' | 'greeter' | 'lock' | 'desktop' | 'restore' | 'join';

/** What a person asked for beyond what the status says. `setup` holds the OOBE while it makes a user and shows the phrase. */
export type Wish = 'none' | 'add-user' | 'setup' | 'restore' | 'join';

export function frontOf(status: DeviceStatus): SessionCard | undefined {
  return status.sessions.find(({ sid }) => sid === status.front);
}

export function userOf(status: DeviceStatus, session: SessionCard | undefined): UserCard | undefined {
  return status.users.find(({ uid }) => uid === session?.uid);
}

export function surfaceOf(status: DeviceStatus, wish: Wish): SurfaceName {
  const front = frontOf(status);
  if (front !== undefined && front.locked) return 'lock';
  if (front !== undefined) return wish === 'setup' ? 'oobe' : 'desktop';
  if (wish === 'restore' || wish === 'join') return wish;
  return status.users.length === 0 || wish === 'add-user' || wish === 'setup' ? 'oobe' : 'greeter';
}

/** A wish ends when what it asked for is over: a lock ends every one. */
export function wishAfter(status: DeviceStatus, wish: Wish): Wish {
  const front = frontOf(status);
  if (front === undefined) return wish;
  return front.locked || wish !== 'setup' ? 'none' : wish;
}
