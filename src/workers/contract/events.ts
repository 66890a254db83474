// Past-tense facts, numbered: a page first gets a snapshot, then these, as fast as it says to take them; a gap means ask again.
import type { AccountEvent } from './account.ts';
import type { DeviceStatus } from './device.ts';
import type { InstanceId, NodeId, Sid, Uid } from './ids.ts';
import type { Prefs } from './prefs.ts';
import type { SyncStatus } from './sync.ts';

export type Fact =
  | { readonly type: 'device.changed'; readonly status: DeviceStatus }
  | { readonly type: 'session.opened'; readonly sid: Sid; readonly uid: Uid }
  | { readonly type: 'session.locked'; readonly sid: Sid; readonly uid: Uid; readonly why: 'asked' | 'idle' | 'switched' | 'renewed' | 'restarted' }
  | { readonly type: 'session.ended'; readonly sid: Sid; readonly uid: Uid }
  | { readonly type: 'home.changed'; readonly folders: readonly NodeId[] }
  /** Content that was to leave did not hold, and was not handed out. */
  | { readonly type: 'home.tampered' }
  | { readonly type: 'backup.changed' }
  | { readonly type: 'backup.evicted'; readonly count: number }
  | { readonly type: 'prefs.changed'; readonly prefs: Prefs }
  | { readonly type: 'account.event'; readonly event: AccountEvent }
  | { readonly type: 'sync.changed'; readonly status: SyncStatus }
  /** The digits that this device and an old one show, while it waits to be approved. */
  | { readonly type: 'join.digits'; readonly digits: string }
  | { readonly type: 'audit.changed' }
  | { readonly type: 'apps.changed' }
  /** Something is asked, or is asked no more, on behalf of this instance: `readPrompt` tells. */
  | { readonly type: 'apps.prompted'; readonly instance: InstanceId }
  | { readonly type: 'apps.closed'; readonly instance: InstanceId };

export type NumberedFact = Fact & { readonly seq: number };

/** What surfaces hear: facts, and that some did not come, so that whatever was read from the authority may be old. */
export type HeardFact = NumberedFact | { readonly type: 'facts.missed' };

/** Authority → page, on an event port. A second snapshot on a port means that facts before it were left out. */
export type EventMessage =
  | { readonly kind: 'snapshot'; readonly seq: number; readonly status: DeviceStatus }
  | { readonly kind: 'fact'; readonly fact: NumberedFact };

/** Page → authority, on an event port: so many of its messages were taken so far. */
export interface EventsTaken {
  readonly kind: 'taken';
  readonly count: number;
}
