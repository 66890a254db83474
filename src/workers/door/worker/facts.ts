// Facts, numbered: each subscriber first gets a snapshot, then every fact after it, as fast as it takes them: a page that does not read
// makes nobody queue without bound. The newest facts are kept once for all; who is behind even those gets a fresh snapshot (decision 0010).
import type { DeviceStatus } from '../../contract/device.ts';
import type { EventMessage, EventsTaken, Fact, NumberedFact } from '../../contract/events.ts';
import { EVENTS } from '../../contract/limits.ts';

export interface Facts {
  announce(fact: Fact): void;
  /** The device's status changed: announced with the status as it is then. */
  deviceChanged(): Promise<void>;
  subscribe(port: MessagePort): void;
}

interface Subscriber {
  readonly port: MessagePort;
  /** Messages that were posted, and those of them that it said to have taken. */
  posted: number;
  taken: number;
  /** Number of the last fact that was posted, or that its snapshot knows of. */
  told: number;
  /** A snapshot is being made: facts wait for it. */
  starting: boolean;
}

function post(subscriber: Subscriber, message: EventMessage): void {
  subscriber.port.postMessage(message);
  subscriber.posted += 1;
}

/** How many messages a page says to have taken; whatever else it says is nothing. */
function takenIn(data: unknown): number | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { kind, count } = data as Partial<EventsTaken>;
  return kind === 'taken' && Number.isSafeInteger(count) ? count : undefined;
}

export function createFacts(status: () => Promise<DeviceStatus>): Facts {
  const subscribers = new Set<Subscriber>();
  /** The newest, oldest first. */
  const kept: NumberedFact[] = [];
  let seq = 0;
  let statusChain: Promise<void> = Promise.resolve();

  async function start(subscriber: Subscriber): Promise<void> {
    subscriber.starting = true;
    const from = seq;
    try {
      post(subscriber, { kind: 'snapshot', seq: from, status: await status() });
      subscriber.told = from;
    } finally {
      subscriber.starting = false;
    }
    send(subscriber);
  }

  /** Posts what it may have now. */
  function send(subscriber: Subscriber): void {
    while (!subscriber.starting && subscriber.told < seq && subscriber.posted - subscriber.taken < EVENTS.untaken) {
      const fact = kept[kept.length - (seq - subscriber.told)];
      if (!fact) return void start(subscriber);
      post(subscriber, { kind: 'fact', fact });
      subscriber.told = fact.seq;
    }
  }

  function took(subscriber: Subscriber, taken: number | undefined): void {
    // What was never posted was not taken: a page that says so hears no more for it.
    if (taken === undefined || taken <= subscriber.taken || taken > subscriber.posted) return;
    subscriber.taken = taken;
    send(subscriber);
  }

  function announce(fact: Fact): void {
    seq += 1;
    kept.push({ ...fact, seq });
    if (kept.length > EVENTS.kept) kept.shift();
    subscribers.forEach(send);
  }

  return {
    announce,
    deviceChanged() {
      statusChain = statusChain.catch(() => undefined).then(async () => announce({ type: 'device.changed', status: await status() }));
      return statusChain;
    },
    subscribe(port) {
      const subscriber: Subscriber = { port, posted: 0, taken: 0, told: 0, starting: false };
      subscribers.add(subscriber);
      port.addEventListener('close', () => subscribers.delete(subscriber));
      port.onmessage = ({ data }: MessageEvent<unknown>) => took(subscriber, takenIn(data));
      void start(subscriber);
    },
  };
}
