// When an open home is synced: at the start, after changes here, when the server tells of some, when the network is back, and
// now and then. One round at a time; a failure is followed by a wait that doubles (docs/sync.md, "When").
import { err, ok, type Result } from '../../result.ts';
import { isRest, type RoundFailure } from '../../sync/engine-deps.ts';
import type { SyncState } from '../contract/sync.ts';
import { StorageError } from '../store/database.ts';
import { createNewsStream } from './news-stream.ts';

/** What a round is to be done with. */
export interface Flight {
  readonly signal: AbortSignal;
  /** To be called whenever less is left to be moved. */
  readonly moved: () => void;
  /** How often there was reason to look, so far. */
  readonly reasons: () => number;
}

export interface LoopDeps {
  /** One round, however long it takes. */
  readonly round: (flight: Flight) => Promise<Result<void, RoundFailure>>;
  /** Calls `changed` when the server has news; settles when it tells no more. */
  readonly watch: (changed: () => void, signal: AbortSignal) => Promise<unknown>;
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly clock: () => number;
  /** From 0 up to 1, for waits that do not all end at once. */
  readonly chance: () => number;
  /** State or time changed. */
  readonly changed: () => void;
  readonly broken: (fault: unknown) => void;
  /** Whether something waits to be sent. */
  readonly waits: () => boolean;
}

export interface SyncLoop {
  /** There is reason to look: now, or after a moment in which more may come. */
  kick(after?: number): void;
  pause(): void;
  /** Settles when nothing of it runs any more. */
  stop(): Promise<void>;
  state(): SyncState;
  /** When all was alike last. */
  at(): number | undefined;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60_000;
const LOOK_EVERY_MS = 5 * 60_000;

const STATES: Readonly<Record<RoundFailure, SyncState>> = {
  unreachable: 'unreachable', signed_out: 'signed_out', quota: 'full', cursor_gone: 'refused', protocol: 'refused', absent: 'refused', aborted: 'working', metered: 'metered', device_full: 'device_full', renewed: 'renewed', no_room: 'no_room',
};
/** What the person, or an event, has to change first. */
const NEEDS_NEWS: readonly RoundFailure[] = ['signed_out', 'absent', 'aborted', 'renewed'];

export function createSyncLoop(deps: LoopDeps): SyncLoop {
  const { after, changed, clock, chance } = deps;
  const ending = new AbortController();
  let state: SyncState = 'working';
  let at: number | undefined;
  let running: Promise<void> | undefined;
  /** Reasons to look, and those that the last round began with. */
  let [reasons, looked] = [0, 0];
  let failures = 0;
  /** Rounds in a row that went well and left something all the same: it waits for what others have to mend. */
  let leftovers = 0;
  let cancel = (): void => undefined;
  /** Of the round under way. */
  let flight = new AbortController();

  function become(next: SyncState): void {
    if (state === next) return;
    state = next;
    changed();
  }

  function wait(ms: number): void {
    cancel();
    cancel = after(ms, () => { run(); });
  }

  /** Half of it is sure, half is chance. */
  const backOff = (times: number): number => Math.min(FIRST_WAIT_MS * 2 ** (times - 1), LONGEST_WAIT_MS) * (0.5 + chance() / 2);

  const stream = createNewsStream({
    watch: deps.watch, changed: () => { if (state !== 'paused') run(); }, clock, broken: deps.broken, signal: ending.signal,
    backOff: (short) => (short === 0 ? FIRST_WAIT_MS + chance() * FIRST_WAIT_MS : backOff(short)),
    // The stream ends with its token: the next round opens another. What waits to be sent is a reason for one already.
    ended: (ms) => { if (state === 'metered' || state === 'device_full' || (state === 'synced' && (leftovers > 1 || !deps.waits()))) wait(ms); },
  });

  /** What is new goes on being heard of, and what is small goes on its way. */
  function rest(why: SyncState): void {
    failures = 0;
    become(why);
    stream.open();
    wait(LOOK_EVERY_MS);
  }

  function settle(result: Result<void, RoundFailure>): void {
    if (!result.ok && isRest(result.error)) return rest(STATES[result.error]);
    const cameUp = reasons > looked;
    // One that was called off: whoever goes on meanwhile has said so.
    if (!result.ok && result.error !== 'aborted') looked = reasons;
    if (result.ok) {
      [failures, at] = [0, clock()];
      state = 'synced';
      changed();
      stream.open();
      leftovers = deps.waits() ? leftovers + 1 : 0;
      return wait(leftovers > 0 ? Math.min(FIRST_WAIT_MS * 2 ** (leftovers - 1), LOOK_EVERY_MS) : LOOK_EVERY_MS);
    }
    failures += 1;
    become(STATES[result.error]);
    // What came up in a round that failed may be what it lacked: it is looked at after the wait, not at once, or a failure that makes news of itself would have no end.
    if (cameUp || !NEEDS_NEWS.includes(result.error)) wait(result.error === 'quota' ? LONGEST_WAIT_MS : backOff(failures));
  }

  function moved(): void {
    [failures, leftovers] = [0, 0];
    stream.reopen();
  }

  async function once(): Promise<void> {
    let result: Result<void, RoundFailure> = ok();
    try {
      flight = new AbortController();
      // A connection that breaks now and then is asked again soon, as long as something gets through; a long round hears of what is new.
      result = await deps.round({ signal: AbortSignal.any([ending.signal, flight.signal]), moved, reasons: () => reasons });
    } catch (fault) {
      if (ending.signal.aborted) return;
      const full = fault instanceof StorageError && fault.fault === 'quota';
      if (!full) deps.broken(fault);
      result = err(full ? 'device_full' : 'protocol');
    }
    if (!ending.signal.aborted && state !== 'paused') settle(result);
  }

  function run(): void {
    if (ending.signal.aborted) return;
    reasons += 1;
    running ??= (async () => {
      while (reasons > looked && !ending.signal.aborted) {
        looked = reasons;
        cancel();
        if (state !== 'paused') become('working');
        await once();
      }
    })().finally(() => { running = undefined; });
  }

  return {
    kick(ms) {
      if (state === 'paused') state = 'working';
      if (ms === undefined) run();
      else if (!running) wait(ms);
      else reasons += 1;
    },
    pause() {
      cancel();
      looked = reasons;
      flight.abort();
      stream.close();
      become('paused');
    },
    async stop() {
      cancel();
      ending.abort();
      await running;
    },
    state: () => state,
    at: () => at,
  };
}
