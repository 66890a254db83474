// How an app comes to its port: the frame that it runs in holds it ready, or a window of the person's Nexus passes it on.
import { APP_PROTOCOL, type FromConnect, type ToConnect } from '../src/workers/contract/app-protocol.ts';
import { NexusFailure } from './line.ts';

export interface OpenedLine {
  readonly port: MessagePort;
  readonly embedded: boolean;
  /** The window that held the line was closed. */
  readonly gone: Promise<void>;
}

const EVERY_MS = 200;
const WINDOW = 'popup,width=480,height=640';

/** Asks the window again and again until it is heard, then hands the port over. Only what that very window says from there counts. */
function passPort(nexus: Window, origin: string): Promise<MessagePort> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    const asking = setInterval(() => {
      if (nexus.closed) stop(() => { reject(new NexusFailure({ code: 'app.disconnected' })); });
      else nexus.postMessage({ type: 'nexus.connect', v: APP_PROTOCOL } satisfies ToConnect, origin);
    }, EVERY_MS);
    const stop = (then: () => void) => {
      clearInterval(asking);
      removeEventListener('message', hear);
      then();
    };
    function hear(event: MessageEvent<FromConnect>): void {
      if (event.source !== nexus || event.origin !== origin) return;
      const said = event.data;
      if (said.type === 'nexus.refused') stop(() => { reject(new NexusFailure(said)); });
      if (said.type !== 'nexus.ready') return;
      clearInterval(asking);
      nexus.postMessage({ type: 'nexus.port' } satisfies ToConnect, origin, [port2]);
      port1.addEventListener('message', () => { stop(() => undefined); }, { once: true });
      resolve(port1);
    }
    addEventListener('message', hear);
  });
}

const whenClosed = (nexus: Window) => new Promise<void>((resolve) => {
  const looking = setInterval(() => {
    if (!nexus.closed) return;
    clearInterval(looking);
    resolve();
  }, EVERY_MS);
});

/** `server` is the address of the person's Nexus; an embedded app needs none. */
export async function openLine(server: string | undefined): Promise<OpenedLine> {
  const given: unknown = (globalThis as { nexusPort?: unknown }).nexusPort;
  if (given instanceof MessagePort) return { port: given, embedded: true, gone: new Promise(() => undefined) };
  if (server === undefined) throw new NexusFailure({ code: 'app.no_server' });
  const { origin } = new URL(server);
  const nexus = window.open(`${origin}/connect`, 'nexus-connect', WINDOW);
  if (!nexus) throw new NexusFailure({ code: 'app.popup_blocked' });
  return { port: await passPort(nexus, origin), embedded: false, gone: whenClosed(nexus) };
}
