// Past-tense facts, numbered, one way: a page first gets a snapshot, then these; a gap means ask again.
import type { AccountEvent } from './account.ts';
import type { DeviceStatus } from './device.ts';
import type { InstanceId, NodeId, Sid, Uid } from './ids.ts';
import type { Prefs } from './prefs.ts';

export type Fact =
  | { readonly type: 'device.changed'; readonly status: DeviceStatus }
  | { readonly type: 'session.opened'; readonly sid: Sid; readonly uid: Uid }
  | { readonly type: 'session.locked'; readonly sid: Sid; readonly uid: Uid; readonly why: 'asked' | 'idle' | 'switched' | 'restarted' }
  | { readonly type: 'session.ended'; readonly sid: Sid; readonly uid: Uid }
  | { readonly type: 'home.changed'; readonly folders: readonly NodeId[] }
  /** Content that was to leave did not hold, and was not handed out. */
  | { readonly type: 'home.tampered' }
  | { readonly type: 'backup.changed' }
  | { readonly type: 'backup.evicted'; readonly count: number }
  | { readonly type: 'prefs.changed'; readonly prefs: Prefs }
  | { readonly type: 'account.event'; readonly event: AccountEvent }
  | { readonly type: 'audit.changed' }
  | { readonly type: 'apps.changed' }
  /** Something is asked, or is asked no more, on behalf of this instance: `readPrompt` tells. */
  | { readonly type: 'apps.prompted'; readonly instance: InstanceId }
  | { readonly type: 'apps.closed'; readonly instance: InstanceId };

export type NumberedFact = Fact & { readonly seq: number };

export type EventMessage =
  | { readonly kind: 'snapshot'; readonly seq: number; readonly status: DeviceStatus }
  | { readonly kind: 'fact'; readonly fact: NumberedFact };
