// Owns whether the open home is synced, and when. What is moved is the engine's (src/sync), what it means is the home's
// (src/workers/home); this decides neither (docs/sync.md).
import type { Aead } from '../../crypto/aead.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import { toHex } from '../../crypto/bytes.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CloudFailure } from '../../sync/cloud.ts';
import { type CloudClient, createCloudClient } from '../../sync/cloud-client.ts';
import { syncRound } from '../../sync/engine.ts';
import type { AccountStorage } from '../account/account-storage.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Fact } from '../contract/events.ts';
import type { Served } from '../contract/surface.ts';
import type { SyncStatus, SyncSurface } from '../contract/sync.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { cloudError } from '../account/cloud-error.ts';
import { CARD, cardDigest, type Owner, parseCard, sealCard } from './home-card.ts';
import { createSyncLoop, type SyncLoop } from './sync-loop.ts';

export interface SyncingDeps {
  readonly storage: AccountStorage;
  readonly aead: Aead;
  readonly random: Random;
  readonly clock: () => number;
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly announce: (fact: Fact) => void;
  readonly broken: (fault: unknown) => void;
  /** Runs when nobody else of this origin syncs. */
  readonly exclusively: (signal: AbortSignal, work: () => Promise<void>) => Promise<void>;
  /** False on a connection that costs. */
  readonly mayMoveBulk: () => boolean;
  /** Slots that open the home anywhere: of its recovery phrase. */
  readonly recoverySlots: (homeId: string) => Promise<readonly Bytes[]>;
  readonly owner: (homeId: string) => Promise<Owner | undefined>;
}

type Calls = Pick<Served<SyncSurface>, 'syncStatus' | 'startSync' | 'stopSync' | 'pauseSync' | 'syncNow'>;

export interface Syncing {
  readonly calls: Calls;
  opened(home: MountedHome): Promise<void>;
  closing(): Promise<void>;
  /** The account that the open home is linked to; undefined where it is not, or another one is signed in. */
  cloud(): Promise<CloudClient | undefined>;
  /** Something of a home changed. */
  homeChanged(): void;
  /** Another account is signed in, or none, or the network is back. */
  accountChanged(): void;
}

interface Live {
  readonly home: MountedHome;
  loop: SyncLoop | undefined;
}

/** More changes may come in this time: they go together. */
const SETTLE_MS = 300;
const TELL_EVERY_MS = 250;
const OFF: SyncStatus = { state: 'off', waiting: 0, toCome: 0, unreadable: 0 };

function statusOf(live: Live | undefined): SyncStatus {
  if (!live?.loop) return OFF;
  const { loop, home: { sync } } = live;
  const at = loop.at();
  return { state: loop.state(), waiting: sync.reconciler.waiting(), toCome: sync.toCome(), unreadable: sync.unreadable(), ...(at !== undefined && { at }) };
}

/** Puts the home's card where it is not, or not as it should be; an account carries one home. */
function createCardKeeper({ aead, random, recoverySlots, owner }: SyncingDeps, cloud: CloudClient) {
  async function wanted({ keys }: MountedHome): Promise<{ readonly digest: string; readonly seal: () => Promise<Bytes> } | undefined> {
    const [slots, who] = [await recoverySlots(toHex(keys.homeId)), await owner(toHex(keys.homeId))];
    return who && { digest: await cardDigest(slots, who), seal: () => sealCard({ aead, random, keys }, slots, who) };
  }

  /** The digest of the card that is there now. */
  async function put(home: MountedHome): Promise<Result<string, CloudFailure | 'other_home'>> {
    const card = await wanted(home);
    if (!card) return err('protocol');
    for (let tries = 0; tries < 3; tries += 1) {
      const there = await cloud.object(CARD.collection, CARD.id);
      if (!there.ok) return there;
      const known = there.value && parseCard(there.value.body);
      if (known && toHex(known.homeId) !== toHex(home.homeId)) return err('other_home');
      const done = await cloud.putObject(CARD.collection, CARD.id, { rev: there.value?.rev, body: await card.seal() });
      if (!done.ok) return done;
      if (done.value) return ok(card.digest);
    }
    return err('unreachable');
  }

  return {
    put,
    /** Where this device changed it since. */
    async keepUp(home: MountedHome): Promise<Result<void, CloudFailure>> {
      const [linked, card] = [await home.sync.link.read(), await wanted(home)];
      if (!linked || !card || linked.card === card.digest) return ok();
      const done = await put(home);
      if (done.ok) await home.sync.link.note({ card: done.value });
      return done.ok ? ok() : err(done.error === 'other_home' ? 'protocol' : done.error);
    },
  };
}

/** Tells pages how things stand, not more often than they can draw. */
function createTeller({ after, announce }: SyncingDeps, status: () => SyncStatus): () => void {
  let telling: (() => void) | undefined;
  return () => {
    telling ??= after(TELL_EVERY_MS, () => {
      telling = undefined;
      announce({ type: 'sync.changed', status: status() });
    });
  };
}

/** Content on demand: what comes is kept. */
const fetchFrom = (cloud: CloudClient, { sync }: MountedHome) => async (id: string): Promise<Bytes | undefined> => {
  const bytes = await cloud.extent(id);
  if (!bytes.ok || !bytes.value) return undefined;
  await sync.reconciler.keep(id, bytes.value);
  return bytes.value;
};

export function createSyncing(deps: SyncingDeps): Syncing {
  const { storage, after } = deps;
  const cloud = createCloudClient(storage.send);
  const cards = createCardKeeper(deps, cloud);
  let live: Live | undefined;
  const tell = createTeller(deps, () => statusOf(live));

  async function round(home: MountedHome, signal: AbortSignal): Promise<Result<void, CloudFailure>> {
    const linked = await home.sync.link.read();
    if (!linked || storage.account() !== linked.account) return err('signed_out');
    let result: Result<void, CloudFailure> = err('aborted');
    await deps.exclusively(signal, async () => {
      const card = await cards.keepUp(home);
      result = card.ok ? await syncRound({ cloud, home: home.sync.reconciler, signal, progress: tell, mayMoveBulk: deps.mayMoveBulk }) : card;
    });
    return result;
  }

  function begin(current: Live): void {
    const { home } = current;
    home.remote.fetch = fetchFrom(cloud, home);
    current.loop = createSyncLoop({
      round: (signal) => round(home, signal), watch: async (changed, signal) => cloud.watch(await home.sync.reconciler.cursor(), changed, signal),
      after, clock: deps.clock, chance: () => deps.random(1)[0]! / 256, changed: tell, broken: deps.broken, waits: () => home.sync.reconciler.waiting() > 0,
    });
  }

  async function end(current: Live): Promise<void> {
    const { loop } = current;
    current.loop = undefined;
    current.home.remote.fetch = undefined;
    await loop?.stop();
  }

  const withLive = <T>(body: (current: Live) => Promise<Result<T, NexusError>>) => (live ? body(live) : Promise.resolve(err(nexusError('session.locked'))));
  const told = (): Result<SyncStatus, NexusError> => {
    tell();
    return ok(statusOf(live));
  };

  return {
    calls: {
      syncStatus: () => Promise.resolve(ok(statusOf(live))),
      startSync: () => withLive(async (current) => {
        const account = storage.account();
        if (account === undefined) return err(nexusError('account.none'));
        if (current.loop) return told();
        const card = await cards.put(current.home);
        if (!card.ok) return err(card.error === 'other_home' ? nexusError('sync.other_home') : cloudError(card.error));
        if (live !== current || current.loop) return told();
        await current.home.sync.link.begin(account, card.value);
        begin(current);
        current.loop!.kick();
        return told();
      }),
      stopSync: () => withLive(async (current) => {
        await end(current);
        await current.home.sync.link.end();
        return told();
      }),
      pauseSync: ({ paused }) => withLive(async ({ home, loop }) => {
        if (!loop) return err(nexusError('sync.not_linked'));
        await home.sync.link.note({ paused });
        if (paused) loop.pause();
        else loop.kick();
        return told();
      }),
      syncNow: () => withLive(async ({ loop }) => {
        if (!loop) return Promise.resolve(err(nexusError('sync.not_linked')));
        if (loop.state() !== 'paused') loop.kick();
        return Promise.resolve(told());
      }),
    },
    async opened(home) {
      live = { home, loop: undefined };
      const linked = await home.sync.link.read();
      if (!linked) return;
      begin(live);
      if (linked.paused) live.loop?.pause();
      else live.loop?.kick();
      tell();
    },
    async closing() {
      const current = live;
      live = undefined;
      if (current) await end(current);
    },
    async cloud() {
      const linked = await live?.home.sync.link.read();
      return linked && storage.account() === linked.account ? cloud : undefined;
    },
    homeChanged() {
      const { loop, home } = live ?? {};
      if (!loop || !home || home.sync.reconciler.waiting() === 0) return;
      tell();
      if (loop.state() !== 'paused') loop.kick(SETTLE_MS);
    },
    accountChanged() {
      const loop = live?.loop;
      if (loop && loop.state() !== 'paused') loop.kick(SETTLE_MS);
    },
  };
}
