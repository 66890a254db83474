// Long work, from the authority's side: progress goes out over the call's port, now and then; one abort comes in.
import type { Progress } from './home.ts';
import type { PortMessage } from './surface.ts';

export interface LongWorkRun {
  readonly signal: AbortSignal;
  /** Sent at most ten times a second; `last` always. */
  report(progress: Progress, last?: boolean): void;
  end(): void;
}

const EVERY_MS = 100;

/** `closing` aborts it too: a lock does not wait for long work. */
export function startWork(port: MessagePort, closing: AbortSignal, now: () => number): LongWorkRun {
  const abort = new AbortController();
  let sent = Number.NEGATIVE_INFINITY;
  port.onmessage = ({ data }: MessageEvent<PortMessage | null>) => {
    if (data && 'abort' in data) abort.abort();
  };
  return {
    signal: AbortSignal.any([abort.signal, closing]),
    report(progress, last = false) {
      if (!last && now() - sent < EVERY_MS) return;
      sent = now();
      port.postMessage({ progress } satisfies PortMessage);
    },
    end: () => port.close(),
  };
}
