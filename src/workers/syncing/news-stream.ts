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
}

/** A stream that ends sooner may not be to be had here at all, or its server has just ended: each such one is followed by a longer wait. */
const SHORT_STREAM_MS = 30_000;

export function createNewsStream({ watch, changed, clock, backOff, ended, broken, signal }: NewsStreamDeps): NewsStream {
  let isOpen = false;
  let short = 0;
  let notBefore = -Infinity;

  function open(): void {
    if (isOpen || signal.aborted) return;
    isOpen = true;
    const since = clock();
    void watch(changed, signal).catch(broken).finally(() => {
      isOpen = false;
      short = clock() - since >= SHORT_STREAM_MS ? 0 : short + 1;
      const wait = backOff(short);
      notBefore = clock() + wait;
      if (!signal.aborted) ended(wait);
    });
  }

  return { open, reopen: () => { if (clock() >= notBefore) open(); } };
}
