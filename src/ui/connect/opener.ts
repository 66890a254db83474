// The page that opened this one and wants a line: known by what the browser says of its origin, answered there and nowhere else.
import type { FromConnect, ToConnect } from '../../workers/contract/app-protocol.ts';

export interface Opener {
  readonly origin: string;
  /** Says that a port may come. */
  ready(): void;
  refuse(code: string): void;
}

export interface OpenerEvents {
  /** It asks; said again and again until it hears that we are ready. */
  readonly asked: (opener: Opener) => void;
  readonly port: (port: MessagePort) => void;
}

const typeOf = (data: unknown): unknown => (typeof data === 'object' && data !== null ? (data as Partial<ToConnect>).type : undefined);

/** Hears the opener, and the first origin that it speaks from alone. Gives what ends that. */
export function hearOpener(events: OpenerEvents): () => void {
  let origin: string | undefined;

  function hear({ source, origin: from, data, ports: [port] }: MessageEvent<unknown>): void {
    if (source === null || source !== opener || from === 'null' || from === location.origin) return;
    origin ??= from;
    if (from !== origin) return;
    const say = (message: FromConnect) => { (source as Window).postMessage(message, from); };
    if (typeOf(data) === 'nexus.connect') events.asked({ origin: from, ready: () => { say({ type: 'nexus.ready' }); }, refuse: (code) => { say({ type: 'nexus.refused', code }); } });
    if (typeOf(data) === 'nexus.port' && port) events.port(port);
  }

  addEventListener('message', hear);
  return () => { removeEventListener('message', hear); };
}
