// A page's connection to the authority, wherever it runs: in this page's own worker, or in another tab's.
import { BehaviorSubject, ReplaySubject, Subject } from 'rxjs';
import type { DeviceStatus } from '../../contract/device.ts';
import type { HeardFact } from '../../contract/events.ts';
import { CALL_KINDS } from '../../contract/call-kinds.ts';
import { namesOf, type OfficeNews, type WorkerReport } from '../../contract/line.ts';
import type { Method } from '../../contract/surface.ts';
import { createBroker } from './broker.ts';
import type { Calls, Client, ConnectionState, Work } from './client.ts';
import { type DoorLine, openDoorLine } from './door-line.ts';
import { createEventSink } from './events.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createPendingCalls } from './pending-calls.ts';
import { hostWorker } from './worker-host.ts';

const ELSEWHERE_MS = 4000;
const AGAIN_MS = 500;

interface Streams {
  readonly connection: BehaviorSubject<ConnectionState>;
  readonly device: ReplaySubject<DeviceStatus>;
  readonly facts: Subject<HeardFact>;
}

export function connect({ namespace = '' }: { readonly namespace?: string } = {}): Client {
  const streams: Streams = { connection: new BehaviorSubject<ConnectionState>('connecting'), device: new ReplaySubject(1), facts: new Subject() };
  const pending = createPendingCalls();
  let line: DoorLine | undefined;
  let held = false;
  let next = false;
  let searching = 0;

  const sink = createEventSink(streams, () => line?.openEvents());
  const heartbeat = createHeartbeat({
    connected: () => line !== undefined,
    ping: (count) => line?.ping(count),
    silent: () => (held ? restart() : host.take()),
    now: () => performance.now(),
    every: (ms, fire) => setInterval(fire, ms),
  });

  const host = hostWorker(namespace, onReport);
  const broker = navigator.serviceWorker && createBroker(navigator.serviceWorker, {
    namespace, hosts: () => held, connect: (kind, port) => host.line(kind, port),
  });

  function restart(): void {
    drop();
    held = false;
    host.restart();
  }

  function drop(): void {
    line?.close();
    line = undefined;
    pending.use(undefined);
    if (streams.connection.value === 'ready') streams.connection.next('connecting');
  }

  function use(port: MessagePort): void {
    drop();
    const fresh = openDoorLine(port, {
      event(message) {
        sink(message);
        if (line === fresh) streams.connection.next('ready');
      },
      pong: (count) => heartbeat.pong(count),
    });
    line = fresh;
    heartbeat.reset();
    fresh.openEvents();
    pending.use(fresh);
    offerStandby();
  }

  /** Our worker is next in line: the authority hands it what it needs to go on for an open session. */
  function offerStandby(): void {
    if (!next || held || !line) return;
    const { port1, port2 } = new MessageChannel();
    host.line('standby', port1);
    line.offerStandby(port2);
  }

  function find(): void {
    searching += 1;
    const search = searching;
    const current = () => search === searching && !held;
    const nobody = () => setTimeout(() => current() && find(), AGAIN_MS);
    setTimeout(() => current() && streams.connection.value === 'connecting' && streams.connection.next('elsewhere'), ELSEWHERE_MS);
    void broker?.find(() => void nobody()).then((port) => (current() ? use(port) : port.close()));
  }

  function hold(): void {
    held = true;
    next = false;
    searching += 1;
    const { port1, port2 } = new MessageChannel();
    host.line('door', port2);
    use(port1);
  }

  function onReport(report: WorkerReport): void {
    switch (report.type) {
      case 'office.held': return hold();
      case 'office.waiting':
        next = report.next;
        if (line) return offerStandby();
        return report.next ? undefined : find();
      case 'office.left':
        held = false;
        return drop();
      case 'office.failed':
        return streams.connection.next(report.error.code === 'storage.newer_schema' ? 'newer_schema' : 'broken');
    }
  }

  new BroadcastChannel(namesOf(namespace).channel).addEventListener('message', (event: MessageEvent<OfficeNews>) => {
    if (event.data.type !== 'office.taken' || held) return;
    drop();
    find();
  });

  addEventListener('pagehide', () => {
    drop();
    host.end();
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) restart();
  });

  const methods = Object.keys(CALL_KINDS) as Method[];
  const call = Object.fromEntries(methods.map((method) => [method, (args: object, work?: Work) => pending.call(method, args, work)]));
  return { call: call as unknown as Calls, ...streams, takeOver: () => host.take() };
}
