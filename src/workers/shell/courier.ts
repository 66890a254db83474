// Empties the outboxes of homes that nobody has open, one home after another: when the browser wakes it, and when a page asks.
// A home that is open is its authority's business (docs/sync.md, "Courier").
import { createCloudClient } from '../../sync/cloud-client.ts';
import { carry } from '../../sync/courier/courier.ts';
import { sendBy } from '../../sync/courier/pass.ts';
import type { RoundFailure } from '../../sync/engine-deps.ts';
import { heedRetryAfter } from '../../sync/heed-retry-after.ts';
import type { StorageFetch } from '../../sync/oauth/bounded-fetch.ts';
import type { CourierHome } from '../store/outbox/courier-home.ts';

/** What became of the homes: `later` = something waits that another try may carry. */
export type CourierOutcome = 'done' | 'later';

export interface CourierDeps {
  /** Names of the databases of all homes. */
  readonly homes: () => Promise<readonly string[]>;
  readonly open: (name: string) => Promise<CourierHome | undefined>;
  /** Runs `work` where nobody has this home, else gives false; `isWanted` tells whether somebody waits for it by now. */
  readonly unlessOpen: (name: string, work: (isWanted: () => Promise<boolean>) => Promise<void>) => Promise<boolean>;
  readonly fetch: StorageFetch;
  readonly clock: () => number;
  /** False on a connection that costs: what somebody chose for an open home is sealed. */
  readonly mayMoveBulk: () => boolean;
}

export interface Courier {
  /** One run at a time: whoever asks meanwhile hears of the one under way. */
  carry(): Promise<CourierOutcome>;
}

/** What another try may mend. */
const AGAIN: readonly RoundFailure[] = ['unreachable', 'aborted', 'metered'];

export function createCourier({ homes, open, unlessOpen, fetch, clock, mayMoveBulk }: CourierDeps): Courier {
  let running: Promise<CourierOutcome> | undefined;
  /** By home: the next run still heeds what the last one was told. */
  const heeding = new Map<string, ReturnType<typeof heedRetryAfter>>();

  async function carryHome(name: string, isWanted: () => Promise<boolean>): Promise<CourierOutcome> {
    const home = await open(name);
    try {
      const pass = await home?.pass(clock());
      if (!home || !pass) return 'done';
      const heed = heeding.get(name) ?? heedRetryAfter(clock);
      heeding.set(name, heed);
      const carried = await carry({ cloud: createCloudClient(heed(sendBy(pass, fetch))), outbox: home.outbox, mustYield: isWanted, clock, mayMoveBulk });
      return !carried.ok && AGAIN.includes(carried.error) ? 'later' : 'done';
    } finally {
      home?.close();
    }
  }

  async function carryAll(): Promise<CourierOutcome> {
    let outcome: CourierOutcome = 'done';
    for (const name of await homes()) {
      const ran = await unlessOpen(name, async (isWanted) => {
        // What is wrong with one home keeps no other from being carried.
        if ((await carryHome(name, isWanted).catch(() => 'later')) === 'later') outcome = 'later';
      });
      // Its window may be closing in this very moment.
      if (!ran) outcome = 'later';
    }
    return outcome;
  }

  return {
    carry() {
      running ??= carryAll().finally(() => { running = undefined; });
      return running;
    },
  };
}
