// What one round knows of what it sends.
import type { CloudFailure } from './cloud.ts';
import { wentBack } from './feed-cursor.ts';

export interface PushState {
  /** Nodes and extents that did not go, so that the rest can. */
  readonly skip: Set<string>;
  /** Why the first of them did not. */
  failure: CloudFailure | undefined;
  /** When extents were sent, or found not to be had: they are not sent again for a while, whatever the server says. */
  readonly settled: Map<string, number>;
  /** Extents that neither side has. */
  readonly nowhere: Set<string>;
  /** Of the outbox, how far it was looked through for what goes ahead of bulk. */
  through: string | undefined;
  /** Something waits again in a place that was looked at. */
  missed: boolean;
  /** How far the server's changes were taken when something was sent last. */
  cursor: string | undefined;
}

export const newPushState = (): PushState => ({ skip: new Set(), failure: undefined, settled: new Map(), nowhere: new Set(), through: undefined, missed: false, cursor: undefined });

/** Before anything is sent: of a server that was put back meanwhile, nothing is known that was known of it before. */
export function meetServer(state: PushState, cursor: string | undefined): void {
  if (state.cursor !== undefined && (cursor === undefined || wentBack(state.cursor, cursor))) {
    state.settled.clear();
    state.missed = true;
  }
  state.cursor = cursor;
}

export function skip(state: PushState, id: string, why: CloudFailure): void {
  state.skip.add(id);
  state.failure ??= why;
}
