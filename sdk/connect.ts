// How an app comes to its port: the frame that it runs in holds it ready, or a window of the person's Nexus passes it on.
import { APP_PROTOCOL, type FromConnect, type ToConnect } from '../src/workers/contract/app-protocol.ts';
import { NexusFailure } from './line.ts';

export interface OpenedLine {
  readonly port: MessagePort;
  readonly embedded: boolean;
  /** Settles where the other side cannot say on the line that it is over: with why. */
  readonly gone: Promise<string>;
}

const EVERY_MS = 200;
const WINDOW = 'popup,width=480,height=640';

interface Asked {
  /** The window is there and takes the port. */
  readonly ready: Promise<void>;
  /** The window was closed, or says no: with why. */
  readonly gone: Promise<string>;
}

/** Asks the window again and again until it is heard. Only what that very window says from there counts. */
function askWindow(nexus: Window, origin: string): Asked {
  let asking = true;
  let [ready, gone]: [() => void, (why: string) => void] = [() => undefined, () => undefined];
  const asked: Asked = { ready: new Promise((resolve) => { ready = resolve; }), gone: new Promise((resolve) => { gone = resolve; }) };
  const timer = setInterval(() => {
    if (nexus.closed) end('app.disconnected');
    else if (asking) nexus.postMessage({ type: 'nexus.connect', v: APP_PROTOCOL } satisfies ToConnect, origin);
  }, EVERY_MS);
  const end = (why: string) => {
    clearInterval(timer);
    removeEventListener('message', hear);
    gone(why);
  };
  function hear({ source, origin: from, data }: MessageEvent<FromConnect>): void {
    if (source !== nexus || from !== origin) return;
    if (data.type === 'nexus.refused') return end(data.code);
    asking = false;
    ready();
  }
  addEventListener('message', hear);
  return asked;
}

/** `server` is the address of the person's Nexus; an embedded app needs none. */
export async function openLine(server: string | undefined): Promise<OpenedLine> {
  const given: unknown = (globalThis as { nexusPort?: unknown }).nexusPort;
  if (given instanceof MessagePort) return { port: given, embedded: true, gone: new Promise(() => undefined) };
  if (server === undefined) throw new NexusFailure({ code: 'app.no_server' });
  const { origin } = new URL(server);
  const nexus = window.open(`${origin}/connect`, 'nexus-connect', WINDOW);
  if (!nexus) throw new NexusFailure({ code: 'app.popup_blocked' });
  const { ready, gone } = askWindow(nexus, origin);
  const over = await Promise.race([ready, gone]);
  if (over !== undefined) throw new NexusFailure({ code: over });
  const { port1, port2 } = new MessageChannel();
  nexus.postMessage({ type: 'nexus.port' } satisfies ToConnect, origin, [port2]);
  return { port: port1, embedded: false, gone };
}
