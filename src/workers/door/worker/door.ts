// The authority's side of the door, and the only place there that knows Comlink: a null-prototype frozen object behind
// a filter that admits one-segment calls on the contract's list, with parsed arguments (docs/architecture.md, "The door").
import * as Comlink from 'comlink';
import { nexusError } from '../../contract/errors.ts';
import type { DoorFrame, DoorPong } from '../../contract/line.ts';
import type { Answer, Method, Served, Surface } from '../../contract/surface.ts';
import { ARGUMENTS } from './arguments.ts';

export type ServedSurface = Served<Surface>;

export interface DoorDeps {
  readonly served: ServedSurface;
  readonly openEvents: (port: MessagePort) => void;
  readonly offerStandby: (port: MessagePort) => void;
  /** Tells of a bug and gives the id by which a person can name it. */
  readonly incident: (method: string, fault: unknown) => string;
  /** Storage that fails in a way a person can do something about, told from a bug. */
  readonly expected: (fault: unknown) => Answer<never> | undefined;
}

export interface Door {
  serve(port: MessagePort): void;
  /** Admits nothing more, and settles once every admitted call is answered. */
  close(): Promise<void>;
}

type AnyCall = (args: unknown) => Promise<Answer<unknown>>;
interface Admission { open: boolean; readonly running: Set<Promise<unknown>> }

/** Secrets are zeroed as soon as their call is over. */
function zeroSecrets(args: Record<string, unknown>): void {
  for (const value of Object.values(args)) if (value instanceof Uint8Array) value.fill(0);
}

function guarded(method: Method, { served, incident, expected }: DoorDeps): AnyCall {
  const call = served[method] as AnyCall;
  return async (args) => {
    if (!ARGUMENTS[method](args)) return { ok: false, error: nexusError('door.bad_argument', { detail: method }) };
    try {
      return await call(args);
    } catch (fault) {
      const known = expected(fault);
      if (known) return known;
      return { ok: false, error: nexusError('internal', { detail: incident(method, fault) }) };
    } finally {
      zeroSecrets(args as unknown as Record<string, unknown>);
    }
  };
}

function exposed(deps: DoorDeps, admission: Admission): object {
  const calls: Record<string, AnyCall> = Object.create(null) as Record<string, AnyCall>;
  for (const method of Object.keys(ARGUMENTS) as Method[]) {
    const call = guarded(method, deps);
    calls[method] = (args) => {
      const running = call(args);
      admission.running.add(running);
      return running.finally(() => admission.running.delete(running));
    };
  }
  return Object.freeze(calls);
}

/** Comlink's own message for a call with one plain argument; its other verbs are never let through. */
function isCall(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const { id, type, path, argumentList } = data as Record<string, unknown>;
  const argument: unknown = Array.isArray(argumentList) && argumentList.length === 1 ? argumentList[0] : undefined;
  return typeof id === 'string' && type === 'APPLY' && Array.isArray(path) && path.length === 1
    && typeof path[0] === 'string' && Object.hasOwn(ARGUMENTS, path[0])
    && typeof argument === 'object' && argument !== null && (argument as Record<string, unknown>)['type'] === 'RAW';
}

function endpointOf(port: MessagePort, admission: Admission, onFrame: (frame: DoorFrame, event: MessageEvent) => void): Comlink.Endpoint {
  const listeners = new Set<(event: Event) => void>();
  port.addEventListener('message', (event: MessageEvent) => {
    if (!admission.open) return;
    if (isCall(event.data)) listeners.forEach((listener) => listener(event));
    else onFrame(event.data as DoorFrame, event);
  });
  const asListener = (listener: EventListenerOrEventListenerObject) => listener as (event: Event) => void;
  return {
    addEventListener: (_, listener) => listeners.add(asListener(listener)),
    removeEventListener: (_, listener) => listeners.delete(asListener(listener)),
    postMessage: (message: unknown, transfer: Transferable[] = []) => port.postMessage(message, transfer),
    start: () => port.start(),
  };
}

export function createDoor(deps: DoorDeps): Door {
  const admission: Admission = { open: true, running: new Set() };
  const surface = exposed(deps, admission);

  function onFrame(port: MessagePort, frame: Partial<DoorFrame> | null, event: MessageEvent): void {
    const [handed] = event.ports;
    if (frame?.type === 'ping') port.postMessage({ type: 'pong', count: Number(frame.count) } satisfies DoorPong);
    else if (frame?.type === 'events.open' && handed) deps.openEvents(handed);
    else if (frame?.type === 'standby.offer' && handed) deps.offerStandby(handed);
  }

  return {
    serve(port) {
      Comlink.expose(surface, endpointOf(port, admission, (frame, event) => onFrame(port, frame, event)));
    },
    async close() {
      admission.open = false;
      await Promise.allSettled([...admission.running]);
    },
  };
}
