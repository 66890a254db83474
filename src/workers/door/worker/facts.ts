// Facts, numbered, one way: each subscriber first gets a snapshot, then every fact after it.
import type { DeviceStatus } from '../../contract/device.ts';
import type { EventMessage, Fact, NumberedFact } from '../../contract/events.ts';

export interface Facts {
  announce(fact: Fact): void;
  /** The device's status changed: announced with the status as it is then. */
  deviceChanged(): Promise<void>;
  subscribe(port: MessagePort): void;
}

interface Subscriber {
  readonly port: MessagePort;
  /** Facts that arrive before the snapshot was sent. */
  waiting: NumberedFact[] | undefined;
}

const post = (port: MessagePort, message: EventMessage): void => port.postMessage(message);

export function createFacts(status: () => Promise<DeviceStatus>): Facts {
  const subscribers = new Set<Subscriber>();
  let seq = 0;
  let statusChain: Promise<void> = Promise.resolve();

  function announce(fact: Fact): void {
    seq += 1;
    const numbered: NumberedFact = { ...fact, seq };
    for (const { port, waiting } of subscribers) {
      if (waiting) waiting.push(numbered);
      else post(port, { kind: 'fact', fact: numbered });
    }
  }

  async function start(subscriber: Subscriber): Promise<void> {
    const from = seq;
    post(subscriber.port, { kind: 'snapshot', seq: from, status: await status() });
    for (const fact of subscriber.waiting ?? []) post(subscriber.port, { kind: 'fact', fact });
    subscriber.waiting = undefined;
  }

  return {
    announce,
    deviceChanged() {
      statusChain = statusChain.catch(() => undefined).then(async () => announce({ type: 'device.changed', status: await status() }));
      return statusChain;
    },
    subscribe(port) {
      const subscriber: Subscriber = { port, waiting: [] };
      subscribers.add(subscriber);
      port.addEventListener('close', () => subscribers.delete(subscriber));
      void start(subscriber);
    },
  };
}
