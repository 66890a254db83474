// Small frames beside the calls: on a door line, between a page and its own worker, and from a new office to all.
import type { NexusError } from './errors.ts';
import type { Line } from './relay.ts';

/** Page → authority, on a door line; the last two carry a port. */
export type DoorFrame =
  | { readonly type: 'ping'; readonly count: number }
  /** The port gets EventMessages, and tells EventsTaken. */
  | { readonly type: 'events.open' }
  /** The port leads to the worker of a page that stands by to take the office over. */
  | { readonly type: 'standby.offer' };

/** Authority → page, on a door line. */
export type DoorPong = { readonly type: 'pong'; readonly count: number };

/** Page → its own worker; a line comes with its port. */
export type WorkerOrder =
  | { readonly type: 'line'; readonly line: Line }
  /** The authority does not answer: take its lock. */
  | { readonly type: 'office.take' };

/** Worker → its own page. */
export type WorkerReport =
  /** Another worker has the office. `next` = this one is the standby. */
  | { readonly type: 'office.waiting'; readonly next: boolean }
  | { readonly type: 'office.held' }
  /** It dropped its keys and asks to be ended; the page starts a fresh one. */
  | { readonly type: 'office.left' }
  | { readonly type: 'office.failed'; readonly error: NexusError };

/** On the BroadcastChannel: pages connect anew and send again what was not answered. */
export interface OfficeNews {
  readonly type: 'office.taken';
}

/** Authority → standby, on a standby line. Keys are non-extractable; `lockings` voids them once the session was locked. */
export type StandbyFrame =
  | { readonly type: 'standby.keep'; readonly sid: string; readonly lockings: number; readonly homeId: Uint8Array<ArrayBuffer>; readonly mek: CryptoKey }
  | { readonly type: 'standby.drop' };

/** Names of what one namespace shares among its tabs; the self-test has a namespace of its own. */
export function namesOf(namespace: string): {
  readonly namespace: string; readonly office: string; readonly standby: string; readonly channel: string; /** The lock of one home's sync. */ readonly sync: (homeId: string) => string; readonly system: string; readonly home: (homeId: string) => string; readonly homePrefix: string;
} {
  const suffix = namespace === '' ? '' : `:${namespace}`;
  const homePrefix = `nexus${suffix}.home.`;
  return {
    namespace, office: `nexus.authority${suffix}`, standby: `nexus.standby${suffix}`, channel: `nexus.authority${suffix}`, sync: (homeId) => `nexus.sync${suffix}.${homeId}`, system: `nexus${suffix}.system`,
    homePrefix, home: (homeId) => homePrefix + homeId,
  };
}
