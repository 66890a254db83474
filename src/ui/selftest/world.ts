// What the self-test's checks share: a client of its own namespace, its two users, and waiting for the device to say something.
import { filter, firstValueFrom, timeout } from 'rxjs';
import type { DeviceStatus } from '../../workers/contract/device.ts';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { SecretBytes } from '../../workers/contract/home.ts';
import type { NodeId, Sid, Uid } from '../../workers/contract/ids.ts';
import type { Answer } from '../../workers/contract/surface.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { frontOf } from '../app/surface.ts';
import { secretBytes } from '../parts/secret.ts';

const PATIENCE_MS = 60_000;
/** Of users that hold nothing of anybody's; it is known, so that a run that broke off can be cleaned up. */
const PASSWORD = 'the self-test has no secrets';

export interface World {
  readonly client: Client;
  /** Random content that is written and must come back the same. */
  readonly content: Uint8Array<ArrayBuffer>;
  first?: { readonly uid: Uid; readonly sid: Sid };
  second?: { readonly uid: Uid; readonly sid: Sid };
  file?: NodeId;
}

/** A check that did not hold; its message is shown in the table. */
export class CheckFailed extends Error {}

/** A fresh copy each time, since the authority takes the bytes. */
export const password = (): SecretBytes => secretBytes(PASSWORD);

export function must<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new CheckFailed(answer.error.code);
  return answer.value;
}

export function mustRefuse(answer: Answer<unknown>, code: NexusError['code']): void {
  if (answer.ok) throw new CheckFailed(`was not refused with ${code}`);
  if (answer.error.code !== code) throw new CheckFailed(`${answer.error.code} instead of ${code}`);
}

export function mustHold(holds: boolean, what: string): void {
  if (!holds) throw new CheckFailed(what);
}

/** The next status that fits, the one that is known included. */
export const status = (client: Client, fits: (status: DeviceStatus) => boolean): Promise<DeviceStatus> =>
  firstValueFrom(client.device.pipe(filter(fits), timeout(PATIENCE_MS)));

export const frontIs = (client: Client, sid: Sid, locked: boolean): Promise<DeviceStatus> =>
  status(client, (now) => now.front === sid && frontOf(now)?.locked === locked);

export const nobodyInFront = (client: Client): Promise<DeviceStatus> => status(client, (now) => now.front === undefined);

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
