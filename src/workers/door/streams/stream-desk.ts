// Owns what may be fetched from `/_open/`: sources under ids that nobody can guess, until taken, idle or locked.
// One line's course is stream-course.ts. Rules: docs/decisions/0004-stream-relay.md.
import { parseStreamId, type StreamId } from '../../contract/ids.ts';
import { PATIENCE } from '../../contract/limits.ts';
import { STREAM_PATH, type StreamReply, type StreamRequest } from '../../contract/relay.ts';
import type { StreamDesk, StreamSource } from '../../contract/stream.ts';
import { runCourse, type Course } from './stream-course.ts';

export interface Timers {
  /** Calls `fire` once after `ms`; the result cancels. */
  after(ms: number, fire: () => void): () => void;
}

export interface StreamDeskDeps {
  readonly random: (length: number) => Uint8Array;
  readonly timers: Timers;
  /** Whose authority this is; it is part of the address, so that the service worker asks the right one. */
  readonly namespace?: string;
  /** A source that threw: its content does not hold, or it has a bug. */
  readonly broken: (fault: unknown) => void;
  /** Called every NUDGE_MS while a stream runs, so that the browser does not end the service worker in the middle of it. */
  readonly nudge?: () => void;
}

export interface ServingDesk extends StreamDesk {
  /** Takes a stream line: one port, one request. */
  serve(port: MessagePort): void;
  /** Breaks every stream off and forgets every source: on lock. */
  closeAll(): void;
}

/** Sources on offer at once; the one untouched longest makes room. */
export const MOST_SOURCES = 64;
export const NUDGE_MS = 20_000;

interface Offer {
  readonly source: StreamSource;
  readonly courses: Set<Course>;
  /** A download is fetched once; media has no name to save it as, and is fetched range by range. */
  spent: boolean;
  finished: boolean;
  calm: (() => void) | undefined;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const refuse = (port: MessagePort, refused: Extract<StreamReply, { type: 'stream.refused' }>): void => port.postMessage(refused);
const isOpen = (data: unknown): data is Extract<StreamRequest, { type: 'stream.open' }> =>
  typeof data === 'object' && data !== null && (data as Record<string, unknown>)['type'] === 'stream.open';

export function createStreamDesk({ random, timers, namespace = '', broken, nudge }: StreamDeskDeps): ServingDesk {
  const offers = new Map<StreamId, Offer>();
  let stopNudging: (() => void) | undefined;

  function drop(id: StreamId): void {
    const offer = offers.get(id);
    if (!offer) return;
    offers.delete(id);
    offer.calm?.();
    for (const course of [...offer.courses]) course.breakOff();
  }

  /** Activity: the youngest again, and a minute more. While a source works on a piece no time counts against it. */
  function touch(id: StreamId, offer: Offer): void {
    if (offers.get(id) !== offer) return;
    offers.delete(id);
    offers.set(id, offer);
    offer.calm?.();
    offer.calm = timers.after(PATIENCE.idleStreamMs, () => ([...offer.courses].some((course) => course.busy()) ? touch(id, offer) : drop(id)));
  }

  function makeRoom(): void {
    if (offers.size < MOST_SOURCES) return;
    const idle = [...offers].find(([, offer]) => offer.courses.size === 0) ?? [...offers][0];
    if (idle) drop(idle[0]);
  }

  function finish(offer: Offer): void {
    if (offer.finished) return;
    offer.finished = true;
    offer.source.finished?.();
  }

  function keepNudging(): void {
    if (!nudge || stopNudging) return;
    stopNudging = timers.after(NUDGE_MS, () => {
      stopNudging = undefined;
      if (![...offers.values()].some((offer) => offer.courses.size > 0)) return;
      nudge();
      keepNudging();
    });
  }

  function start(port: MessagePort, id: StreamId, range: { readonly start: number; readonly end?: number } | undefined): void {
    const offer = offers.get(id);
    if (!offer || offer.spent) return refuse(port, { type: 'stream.refused', why: 'unknown' });
    const download = offer.source.saveAs !== undefined;
    offer.spent = download;
    const course = runCourse(port, offer.source, {
      range: download ? undefined : range,
      active: () => touch(id, offer),
      taken: () => finish(offer),
      ended() {
        offer.courses.delete(course);
        if (download) drop(id);
      },
      broken,
    });
    offer.courses.add(course);
    touch(id, offer);
    keepNudging();
    course.begin();
  }

  return {
    offer(source) {
      makeRoom();
      const id = parseStreamId(hex(random(32)));
      if (id === undefined) throw new Error('randomness came short');
      const offer: Offer = { source, courses: new Set(), spent: false, finished: false, calm: undefined };
      offers.set(id, offer);
      touch(id, offer);
      return { id, url: `${STREAM_PATH}${id}${namespace === '' ? '' : `?in=${encodeURIComponent(namespace)}`}` };
    },
    serve(port) {
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const id = isOpen(data) ? parseStreamId(data.id) : undefined;
        if (id === undefined || !isOpen(data)) return refuse(port, { type: 'stream.refused', why: 'unknown' });
        start(port, id, data.range);
      }, { once: true });
      port.start();
    },
    closeAll() {
      for (const id of [...offers.keys()]) drop(id);
      stopNudging?.();
      stopNudging = undefined;
    },
  };
}
