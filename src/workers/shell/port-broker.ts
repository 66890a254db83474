// Finds the authority among the windows of this origin and hands it a port. Holds nothing but questions that are open,
// for a second each, so a service worker that was restarted loses nothing. Rules: docs/architecture.md, "One authority among tabs".
import type { AuthorityWanted, Line } from '../contract/relay.ts';

/** What the broker needs of a window: `Client` has more. */
export interface Window {
  readonly id: string;
  postMessage(message: AuthorityWanted, transfer: Transferable[]): void;
}

/** Calls `fire` once after `ms`; the result cancels. */
export type After = (ms: number, fire: () => void) => () => void;

export interface BrokerDeps {
  /** Every window of this origin, those that this service worker does not control included. */
  readonly windows: () => Promise<readonly Window[]>;
  readonly freshId: () => string;
  readonly after: After;
}

/** The parts of a message event that count. */
export interface Heard {
  readonly data: unknown;
  readonly source: Window | null;
  readonly ports: readonly MessagePort[];
}

export interface PortBroker {
  /** Takes part in a message that is of the protocol; settles when what it began is over, `undefined` for any other. */
  hear(message: Heard): Promise<void> | undefined;
  /** A line to the authority, from here; `undefined` where no window has it. */
  open(namespace: string, line: Line): Promise<MessagePort | undefined>;
}

/** How long the windows have to answer. A frozen one never does. */
export const ANSWER_MS = 1000;
const NAMESPACE = /^[\w.-]{0,64}$/;

type Found = (window: Window | undefined) => void;

const fieldsOf = (data: unknown): Record<string, unknown> => (typeof data === 'object' && data !== null ? data as Record<string, unknown> : {});

export const isNamespace = (value: unknown): value is string => typeof value === 'string' && NAMESPACE.test(value);

export function createPortBroker({ windows, freshId, after }: BrokerDeps): PortBroker {
  const asks = new Map<string, Found>();

  /** The first window that says that it hosts the authority. */
  function hostOf(namespace: string): Promise<Window | undefined> {
    const ask = freshId();
    return new Promise((resolve, reject) => {
      const settle: Found = (window) => {
        asks.delete(ask);
        cancel();
        resolve(window);
      };
      const cancel = after(ANSWER_MS, () => settle(undefined));
      asks.set(ask, settle);
      windows().then((all) => all.forEach((window) => window.postMessage({ type: 'authority.who', ask, namespace }, []))).catch(reject);
    });
  }

  async function connect(namespace: string, line: Line, port: MessagePort): Promise<boolean> {
    const host = await hostOf(namespace);
    host?.postMessage({ type: 'authority.connect', namespace, line }, [port]);
    return host !== undefined;
  }

  async function serve(namespace: string, port: MessagePort): Promise<void> {
    if (await connect(namespace, 'door', port)) return;
    port.postMessage({ type: 'authority.nobody' } satisfies AuthorityWanted);
    port.close();
  }

  return {
    hear({ data, source, ports }) {
      const { type, namespace, ask } = fieldsOf(data);
      const [port] = ports;
      if (type === 'authority.find' && isNamespace(namespace) && port) return serve(namespace, port);
      if (type === 'authority.here' && typeof ask === 'string' && source) asks.get(ask)?.(source);
      return undefined;
    },
    async open(namespace, line) {
      const { port1, port2 } = new MessageChannel();
      return await connect(namespace, line, port2) ? port1 : undefined;
    },
  };
}
