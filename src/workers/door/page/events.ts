// The page's end of the event port: it says what it took, and turns snapshots and facts into streams.
import type { Observer } from 'rxjs';
import type { DeviceStatus } from '../../contract/device.ts';
import type { EventMessage, EventsTaken, HeardFact } from '../../contract/events.ts';
import { EVENTS } from '../../contract/limits.ts';

interface Streams {
  readonly device: Pick<Observer<DeviceStatus>, 'next'>;
  readonly facts: Pick<Observer<HeardFact>, 'next'>;
}

/** Hands on what comes, and says in batches how much was taken. */
export function hearEvents(port: MessagePort, heard: (message: EventMessage) => void): void {
  let count = 0;
  port.onmessage = ({ data }: MessageEvent<EventMessage>) => {
    heard(data);
    count += 1;
    if (count % EVENTS.saidAfter === 0) port.postMessage({ kind: 'taken', count } satisfies EventsTaken);
  };
}

/** A gap in the numbers asks for a new snapshot. Any snapshot but the first says that something may have been missed: the authority is another one, or left facts out. */
export function createEventSink({ device, facts }: Streams, askAgain: () => void): (message: EventMessage) => void {
  let seq: number | undefined;
  return (message) => {
    if (message.kind === 'snapshot') {
      const first = seq === undefined;
      seq = message.seq;
      device.next(message.status);
      return first ? undefined : facts.next({ type: 'facts.missed' });
    }
    if (seq === undefined || message.fact.seq !== seq + 1) return askAgain();
    seq = message.fact.seq;
    if (message.fact.type === 'device.changed') device.next(message.fact.status);
    facts.next(message.fact);
  };
}
