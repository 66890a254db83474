// What the parts of the engine share.
import type { Result } from '../result.ts';
import type { Cloud, CloudFailure, OtherChange } from './cloud.ts';
import type { Reconciler } from './reconciler.ts';
import { BATCH_BYTES } from './wire/limits.ts';

/** Room for the bytes of a batch, beside what it says of them. */
export const BATCH_ROOM = BATCH_BYTES - 64 * 1024;

export interface EngineDeps {
  readonly cloud: Cloud;
  readonly home: Reconciler;
  readonly signal: AbortSignal;
  /** Something was taken or sent. */
  readonly progress?: () => void;
  /** Objects beside nodes changed: told before anything of their page is taken. A failure ends the round, and they are told of again. */
  readonly noticed?: (changes: readonly OtherChange[]) => Promise<Result<void, CloudFailure>>;
  /** Less is left to be moved than before: a round that fails after that is no sign that the next one will. */
  readonly moved?: () => void;
  /** Whether bulk may move now: false on a metered connection. */
  readonly mayMoveBulk?: () => boolean;
}

export type Round = Result<void, CloudFailure>;
