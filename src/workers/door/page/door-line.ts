// One line to the authority: calls by Comlink, events by their own port, and a ping.
import * as Comlink from 'comlink';
import type { EventMessage } from '../../contract/events.ts';
import type { DoorFrame, DoorPong } from '../../contract/line.ts';
import type { Answer, Method } from '../../contract/surface.ts';
import { hearEvents } from './events.ts';

export interface DoorLine {
  send(method: Method, args: object, transfer: Transferable[]): Promise<Answer<unknown>>;
  ping(count: number): void;
  openEvents(): void;
  offerStandby(port: MessagePort): void;
  close(): void;
}

export interface LineListener {
  event(message: EventMessage): void;
  pong(count: number): void;
}

type Remote = Record<Method, (args: object) => Promise<Answer<unknown>>>;

export function openDoorLine(port: MessagePort, listener: LineListener): DoorLine {
  const remote = Comlink.wrap(port) as unknown as Remote;
  let events: MessagePort | undefined;
  port.addEventListener('message', (event: MessageEvent<DoorPong | undefined>) => {
    if (event.data?.type === 'pong') listener.pong(event.data.count);
  });
  const frame = (message: DoorFrame, ports: MessagePort[] = []) => port.postMessage(message, ports);

  return {
    send: (method, args, transfer) => remote[method](Comlink.transfer(args, transfer)),
    ping: (count) => frame({ type: 'ping', count }),
    openEvents() {
      events?.close();
      const { port1, port2 } = new MessageChannel();
      events = port1;
      hearEvents(port1, (message) => listener.event(message));
      frame({ type: 'events.open' }, [port2]);
    },
    offerStandby: (standby) => frame({ type: 'standby.offer' }, [standby]),
    close() {
      events?.close();
      port.close();
    },
  };
}
