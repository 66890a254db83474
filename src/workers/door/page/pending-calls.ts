// Calls on their way. One that its worker did not answer is sent again to the next: commands are done once by their id.
import { CALL_KINDS } from '../../contract/call-kinds.ts';
import type { Progress } from '../../contract/home.ts';
import { PATIENCE } from '../../contract/limits.ts';
import { nexusError, type ErrorCode } from '../../contract/errors.ts';
import type { Answer, Method, PortMessage } from '../../contract/surface.ts';
import type { Work } from './client.ts';
import type { DoorLine } from './door-line.ts';

interface Call {
  readonly method: Method;
  readonly args: Readonly<Record<string, unknown>>;
  readonly work: Work;
  readonly settle: (answer: Answer<unknown>) => void;
  port?: MessagePort;
  /** A port that was handed over cannot be handed over again. */
  handedOver?: true;
  deadline?: ReturnType<typeof setTimeout>;
}

export interface PendingCalls {
  call(method: Method, args: object, work?: Work): Promise<Answer<unknown>>;
  /** Everything pending goes out on `line`, and whatever comes after; undefined = hold back. */
  use(line: DoorLine | undefined): void;
}

const failure = (code: ErrorCode): Answer<never> => ({ ok: false, error: nexusError(code) });

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const envelope = () => ({ command: hex(crypto.getRandomValues(new Uint8Array(16))), at: Date.now() });

/** Secrets leave as copies that are transferred; the page's own are zeroed once the call is settled. */
function withCopies(args: Readonly<Record<string, unknown>>): { copy: Record<string, unknown>; transfer: Transferable[] } {
  const transfer: Transferable[] = [];
  const copy = Object.fromEntries(Object.entries(args).map(([key, value]) => {
    if (value instanceof MessagePort) transfer.push(value);
    if (!(value instanceof Uint8Array)) return [key, value];
    const bytes = value.slice();
    transfer.push(bytes.buffer);
    return [key, bytes];
  }));
  return { copy, transfer };
}

function zero(args: Readonly<Record<string, unknown>>): void {
  for (const value of Object.values(args)) if (value instanceof Uint8Array) value.fill(0);
}

/** The port of long work: progress comes in, an abort goes out. */
function workPort(call: Call): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = (event: MessageEvent<{ progress?: Progress }>) => {
    if (event.data.progress) call.work.onProgress?.(event.data.progress);
  };
  call.port?.close();
  call.port = port1;
  return port2;
}

export function createPendingCalls(): PendingCalls {
  const calls = new Set<Call>();
  let line: DoorLine | undefined;

  async function send(call: Call, over: DoorLine): Promise<void> {
    if (call.handedOver) return call.settle(failure('door.unavailable'));
    if (Object.values(call.args).some((value) => value instanceof MessagePort)) call.handedOver = true;
    const { copy, transfer } = withCopies(call.args);
    if (CALL_KINDS[call.method].endsWith('work')) {
      copy['port'] = workPort(call);
      transfer.push(copy['port'] as MessagePort);
    }
    const answer = await over.send(call.method, copy, transfer);
    const forNext = !answer.ok && answer.error.code === 'door.unavailable';
    if (!forNext) call.settle(answer);
  }

  function settled(call: Call, answer: Answer<unknown>, resolve: (answer: Answer<unknown>) => void): void {
    if (!calls.delete(call)) return;
    call.port?.close();
    clearTimeout(call.deadline);
    zero(call.args);
    resolve(answer);
  }

  function abort(call: Call): void {
    call.port?.postMessage({ abort: true } satisfies PortMessage);
    if (!line) call.settle(failure('aborted'));
  }

  return {
    call(method, args, work = {}) {
      return new Promise((resolve) => {
        const kind = CALL_KINDS[method];
        const call: Call = {
          method, work, args: { ...args, ...(kind.startsWith('command') && envelope()) }, settle: (answer) => settled(call, answer, resolve),
        };
        if (work.signal?.aborted) return resolve(failure('aborted'));
        calls.add(call);
        work.signal?.addEventListener('abort', () => abort(call), { once: true });
        if (!kind.endsWith('work')) call.deadline = setTimeout(() => call.settle(failure('door.unavailable')), PATIENCE.callMs);
        if (line) void send(call, line);
      });
    },
    use(next) {
      line = next;
      if (next) for (const call of calls) void send(call, next);
    },
  };
}
