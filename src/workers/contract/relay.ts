// What pages, the service worker and the authority say to one another around the door: finding the authority, and streams.

/** Path of streams; the service worker alone answers there. */
export const STREAM_PATH = '/_open/';

/** A page or a service worker that looks for the authority; the port goes along with it and becomes the line to it. */
export type AuthorityWanted =
  /** Page → service worker, with the far end of a new channel. */
  | { readonly type: 'authority.find'; readonly namespace: string }
  /** Service worker → every window. A page that hosts the authority answers `authority.here` with the same `ask`. */
  | { readonly type: 'authority.who'; readonly ask: string; readonly namespace: string }
  /** Page → service worker. */
  | { readonly type: 'authority.here'; readonly ask: string }
  /** Service worker → the page that answered, with the port; the page passes it into its worker. */
  | { readonly type: 'authority.connect'; readonly namespace: string; readonly line: Line }
  /** Service worker → the waiting port, where nobody answered. */
  | { readonly type: 'authority.nobody' };

/** What a connected port is for. */
export type Line = 'door' | 'stream' | 'standby';

/** Service worker → authority, over a `stream` line. One line serves one request. */
export type StreamRequest =
  | { readonly type: 'stream.open'; readonly id: string; readonly range?: { readonly start: number; readonly end?: number } }
  | { readonly type: 'stream.pull' }
  | { readonly type: 'stream.cancel' };

/** Authority → service worker. `size` is of the whole; `range` is what will be sent, where one was asked for and is served. */
export type StreamReply =
  | {
    readonly type: 'stream.head'; readonly mediaType: string; readonly size?: number; readonly saveAs?: string;
    readonly ranges: boolean; readonly range?: { readonly start: number; readonly end: number };
  }
  | { readonly type: 'stream.piece'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'stream.end' }
  /** Unknown id, or used up: 404. `unsatisfiable` range: 416. `broken` in mid-stream breaks the response off. */
  | { readonly type: 'stream.refused'; readonly why: 'unknown' | 'unsatisfiable' | 'broken'; readonly size?: number };

/** Page → service worker: take the waiting release now (on the person's word). */
export interface TakeRelease {
  readonly type: 'release.take';
}

/** Page → service worker: carry now what closed homes left to be sent. */
export interface CarryOrder {
  readonly type: 'courier.carry';
}

/** The tag under which the browser wakes the service worker when there is a network (Background Sync). */
export const COURIER_TAG = 'nexus.courier';
