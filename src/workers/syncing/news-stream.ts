// The server's event stream: one at a time, opened again after a wait that doubles where it does not last (docs/sync.md, "When").

export interface NewsStreamDeps {
  /** Calls `changed` when the server has news; settles when it tells no more. */
  readonly watch: (changed: () => void, signal: AbortSignal) => Promise<unknown>;
  readonly changed: () => void;
  readonly clock: () => number;
  /** ms to wait after a stream that lasted, or after so many that did not. */
  readonly backOff: (short: number) => number;
  /** It is over; by itself it is not opened again. `wait` = ms until it may be. */
  readonly ended: (wait: number) => void;
  readonly broken: (fault: unknown) => void;
  /** Ends it for good. */
  readonly signal: AbortSignal;
}

export interface NewsStream {
  /** Opens it, unless it is open. */
  open(): void;
  /** The same, but not before the wait for the next is over. */
  reopen(): void;
  /** Until it is opened again. */
  close(): void;
}

/** A stream that ends sooner may not be to be had here at all, or its server has just ended: each such one is followed by a longer wait. */
const SHORT_STREAM_MS = 30_000;

export function createNewsStream({ watch, changed, clock, backOff, ended, broken, signal }: NewsStreamDeps): NewsStream {
  /** Of the one that is open. */
  let closing: AbortController | undefined;
  let short = 0;
  let notBefore = -Infinity;

  function open(): void {
    if (closing || signal.aborted) return;
    const own = closing = new AbortController();
    const since = clock();
    void watch(changed, AbortSignal.any([signal, own.signal])).catch(broken).finally(() => {
      // One that was closed says nothing of the server.
      if (own.signal.aborted) return;
      closing = undefined;
      short = clock() - since >= SHORT_STREAM_MS ? 0 : short + 1;
      const wait = backOff(short);
      notBefore = clock() + wait;
      if (!signal.aborted) ended(wait);
    });
  }

  return {
    open,
    reopen() { if (clock() >= notBefore) open(); },
    close() {
      closing?.abort();
      closing = undefined;
    },
  };
}
