// What the parts of the engine share.
import type { Result } from '../result.ts';
import type { Cloud, CloudFailure, OtherChange } from './cloud.ts';
import type { DeviceRoom } from './device-room.ts';
import type { Reconciler } from './reconciler.ts';
import { BATCH_BYTES } from './wire/limits.ts';

/** Room for the bytes of a batch, beside what it says of them. */
export const BATCH_ROOM = BATCH_BYTES - 64 * 1024;

/** What taking needs. */
export interface TakeDeps {
  readonly cloud: Cloud;
  readonly home: Reconciler;
  readonly signal: AbortSignal;
  /** Something was taken or sent. */
  readonly progress?: () => void;
  /** Objects beside nodes changed: told before anything of their page is taken. A failure ends the round, and they are told of again. */
  readonly noticed?: (changes: readonly OtherChange[]) => Promise<Result<void, CloudFailure>>;
}

export interface EngineDeps extends TakeDeps {
  /** ms; how long bulk is under way. */
  readonly clock: () => number;
  /** Less is left to be moved than before: a round that fails after that is no sign that the next one will. */
  readonly moved?: () => void;
  /** How often there was reason to look, here or there, so far: what came since a turn of bulk began ends it soon. */
  readonly reasons?: () => number;
  /** What else the account keeps of the home has its turn, between two of bulk. */
  readonly between?: () => Promise<Round>;
  /** What is known of room on this device, from round to round. */
  readonly room?: DeviceRoom;
  /** Whether content may move now: false on a connection that costs, where a round ends as `metered` if some waits. */
  readonly mayMoveBulk: () => boolean;
}

export type Round = Result<void, CloudFailure>;

/** Why content waits though all that is small was moved: for a connection that costs nothing, or for room on this device. */
export type Rest = 'metered' | 'device_full';
export const isRest = (failure: RoundFailure): failure is Rest => failure === 'metered' || failure === 'device_full';

/** How a whole round may fail. */
export type RoundFailure = CloudFailure | Rest;
