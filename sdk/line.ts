// The line to the person's Nexus: numbered calls, their answers, and events, over one MessagePort.
import type { AppArgs, AppCall, AppFailure, AppMessage, AppValue } from '../src/workers/contract/app-protocol.ts';

type AppEvent = Extract<AppMessage, { event: string }>;

/** Why something was not given or not done; `code` is of the list in docs/apps.md. */
export class NexusFailure extends Error {
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor({ code, retryAfterMs }: AppFailure) {
    super(code);
    this.name = 'NexusFailure';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Line {
  call<C extends AppCall>(call: C, args: AppArgs<C>): Promise<AppValue<C>>;
  hear(listener: (event: AppEvent) => void): () => void;
  readonly closed: Promise<void>;
}

interface Waiting {
  readonly settle: (value: never) => void;
  readonly fail: (fault: NexusFailure) => void;
}

/** `gone` settles where the other side cannot say any more that it left, with why. */
export function speak(port: MessagePort, gone: Promise<string>): Line {
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: AppEvent) => void>();
  let next = 0;
  let over: string | undefined;

  const closed = new Promise<void>((resolve) => {
    const end = (why = 'app.disconnected') => {
      over ??= why;
      for (const { fail } of waiting.values()) fail(new NexusFailure({ code: over }));
      waiting.clear();
      port.close();
      resolve();
    };
    void gone.then(end);
    port.addEventListener('close', () => { end(); });
    listeners.add(({ event }) => { if (event === 'closed') end(); });
  });

  port.onmessage = ({ data }: MessageEvent<AppMessage>) => {
    if ('event' in data) return listeners.forEach((listener) => { listener(data); });
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.ok) call?.settle(data.value as never);
    else call?.fail(new NexusFailure(data.error));
  };

  return {
    closed,
    call: (call, args) => new Promise((settle, fail) => {
      if (over !== undefined) return fail(new NexusFailure({ code: over }));
      next += 1;
      waiting.set(next, { settle, fail });
      port.postMessage({ id: next, call, args });
    }),
    hear(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
  };
}
