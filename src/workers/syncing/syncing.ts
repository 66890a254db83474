// Owns whether the open home is synced, and when. What is moved is the engine's (src/sync), what it means is the home's
// (src/workers/home); this decides neither (docs/sync.md).
import type { Aead } from '../../crypto/aead.ts';
import { type Bytes, toHex } from '../../crypto/bytes.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import { withAnotherTry } from '../../sync/another-try.ts';
import { type CloudClient, createCloudClient } from '../../sync/cloud-client.ts';
import { createDeviceRoom, type DeviceRoom } from '../../sync/device-room.ts';
import type { AccountStorage } from '../account/account-storage.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Fact } from '../contract/events.ts';
import type { Served } from '../contract/surface.ts';
import type { SyncStatus, SyncSurface } from '../contract/sync.ts';
import type { Linked } from '../home/link.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { createTurn } from '../store/in-turn.ts';
import { cloudError } from '../account/cloud-error.ts';
import type { CardKeeper } from './card-keeper.ts';
import { checkpointId } from './checkpoint.ts';
import type { CheckpointKeeper } from './checkpoint-keeper.ts';
import type { DeviceKeeper } from './device-keeper.ts';
import { type LinkedHome, linkedHome } from './linked-home.ts';
import { createPassKeeper } from './pass-keeper.ts';
import { noticedBy, roundOf, type RoundTools } from './round.ts';
import type { Sharing } from '../session/settings.ts';
import type { CarriedDatasets } from '../grants/carried-datasets.ts';
import { createChoices } from './choices.ts';
import { createDatasetKeeper } from './dataset-keeper.ts';
import { createSettingsKeeper } from './settings-keeper.ts';
import { createSyncLoop, type LoopDeps, type SyncLoop } from './sync-loop.ts';
import { statusOf } from './sync-status.ts';
import { createTimeLeft } from './time-left.ts';

export interface SyncingDeps {
  readonly storage: AccountStorage;
  readonly aead: Aead;
  readonly random: Random;
  readonly clock: () => number;
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly announce: (fact: Fact) => void;
  readonly broken: (fault: unknown) => void;
  /** Settles once nobody else of this origin sends what a home (hex) has, which then holds until `over` aborts. */
  readonly hold: (home: string, over: AbortSignal) => Promise<void>;
  /** False on a connection that costs. */
  readonly mayMoveBulk: () => boolean;
  readonly cards: CardKeeper;
  readonly devices: DeviceKeeper;
  readonly checkpoints: CheckpointKeeper;
  readonly settings: () => Sharing;
  readonly datasets: () => CarriedDatasets;
}

type Calls = Pick<Served<SyncSurface>, 'syncStatus' | 'startSync' | 'stopSync' | 'pauseSync' | 'syncNow' | 'shareSettings' | 'carryAppData'>;

export interface Syncing {
  readonly calls: Calls;
  opened(home: MountedHome): Promise<void>;
  closing(): Promise<void>;
  /** The account that the open home is linked to; undefined where it is not, or another one is signed in. */
  cloud(): Promise<CloudClient | undefined>;
  /** The open home and the way to its account; undefined as above. Of a home that is linked to none, any account that is signed in. */
  linked(or?: 'any'): Promise<LinkedHome | undefined>;
  isLinked(): Promise<boolean>;
  /** Something of a home changed. */
  homeChanged(): void;
  /** A setting that is shared was changed here. */
  settingChosen(): void;
  /** What an app keeps and is carried was changed here. */
  datasetChanged(): void;
  /** Another account is signed in, or none, or the network is back or another. */
  accountChanged(state: 'usable' | 'not' | 'online'): void;
}

interface Live {
  readonly home: MountedHome;
  loop: SyncLoop | undefined;
  /** Changes that waited when something in the home changed last. */
  waited: number;
  readonly room: DeviceRoom;
  readonly timeLeft: ReturnType<typeof createTimeLeft>;
  /** Of the time in which the courier leaves this home to us. */
  tenure: AbortController;
}

/** More changes may come in this time: they go together. */
const SETTLE_MS = 300;
const TELL_EVERY_MS = 250;

/** What a change of the home is to sync; that less waits than before, while a round is under way, is what that did. */
function changeOf(live: Live): 'none' | 'progress' | 'news' {
  const before = live.waited;
  live.waited = live.home.sync.reconciler.waiting();
  if (live.waited === 0) return 'none';
  return live.waited < before && live.loop?.state() === 'working' ? 'progress' : 'news';
}

/** Nobody has to wait for a device that is not synced any more. */
const leaving = ({ checkpoints, broken }: SyncingDeps) => ({ home, cloud }: LinkedHome): Promise<unknown> =>
  checkpointId(home.homeId, toHex(home.device)).then((id) => checkpoints.drop(home, cloud, id)).catch(broken);

function kickSoon(loop: SyncLoop | undefined): void {
  if (loop && loop.state() !== 'paused') loop.kick(SETTLE_MS);
}

function goOn(loop: SyncLoop | undefined, goes: boolean): void {
  if (goes) loop?.kick();
  else loop?.pause();
}

/** What was chosen is seen, and goes on its way. */
const chosenOver = (tell: () => void) => async <T>({ loop }: Live, choice: Promise<T>): Promise<T> => {
  const made = await choice;
  tell();
  kickSoon(loop);
  return made;
};

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
  return (await sync.reconciler.keep(id, bytes.value)) === 'wrong' ? undefined : bytes.value;
};

/** Whether a home may go to an account: then its card is there, and others wait for this device before they drop anything. */
const createReadiness = ({ storage, cards, checkpoints, devices }: SyncingDeps) => async (home: MountedHome, account: string): Promise<Result<NonNullable<Linked['card']>, NexusError>> => {
  const { sync } = home;
  const former = await sync.link.former();
  // What is at the former account alone would be at neither.
  if (former !== undefined && former !== account && sync.isPartial()) return err(nexusError('sync.partial'));
  if (former !== undefined && former !== account && (await sync.absent()) > 0) return err(nexusError('sync.not_here'));
  if (former !== account) await home.keyring.forgetWhole();
  const cloud = createCloudClient(storage.sendTo(account));
  const card = await cards.put(home, cloud);
  if (!card.ok) return err(card.error === 'other_home' ? nexusError('sync.other_home') : cloudError(card.error));
  devices.again();
  const awaited = await checkpoints.begin(home, cloud);
  return awaited.ok ? card : err(cloudError(awaited.error));
};

const loopOf = ({ after, clock, random, broken }: SyncingDeps, { sync }: MountedHome, { cloud, tell, round }: {
  readonly cloud: CloudClient; readonly tell: () => void; readonly round: LoopDeps['round'];
}): SyncLoop => createSyncLoop({
  round, after, clock, broken, changed: tell, chance: () => random(1)[0]! / 256, waits: () => sync.reconciler.waiting() > 0,
  watch: async (changed, signal) => cloud.watch(await sync.reconciler.cursor(), changed, signal),
});

/** Before the first round the courier, which may be in the midst of sending, is waited for. */
function createTenure({ hold }: SyncingDeps, { homeId, sync }: MountedHome, over: AbortSignal): () => Promise<void> {
  const held = hold(toHex(homeId), over).then(() => (over.aborted ? undefined : sync.readAgain()));
  // Whoever needs it hears of a fault.
  held.catch(() => undefined);
  return () => held;
}

/** `tools`: those of a round that belong to no home. */
function begin(deps: SyncingDeps, current: Live, account: string, tools: Omit<RoundTools, 'held' | 'room'>): void {
  const { home, room } = current;
  const cloud = createCloudClient(withAnotherTry(deps.storage.sendTo(account)));
  home.remote.fetch = fetchFrom(cloud, home);
  current.tenure = new AbortController();
  const all = { ...tools, room, held: createTenure(deps, home, current.tenure.signal) };
  current.loop = loopOf(deps, home, { cloud, tell: tools.tell, round: (flight) => roundOf(deps, home, all, flight) });
}

async function end(current: Live): Promise<void> {
  const { loop, tenure } = current;
  current.loop = undefined;
  current.home.remote.fetch = undefined;
  await loop?.stop();
  tenure.abort();
}

export function createSyncing(deps: SyncingDeps): Syncing {
  const { storage, cards, devices, checkpoints } = deps;
  const passes = createPassKeeper(deps);
  const settings = createSettingsKeeper(deps);
  const datasets = createDatasetKeeper(deps);
  const leave = leaving(deps);
  const ways = { storage, checkpoints, noticed: noticedBy({ cards, devices, settings, datasets, checkpoints }) };
  const readyFor = createReadiness(deps);
  const inTurn = createTurn();
  let heard = '';
  /** Taking back what this device said of itself, where it was stopped. */
  let left: Promise<unknown> = Promise.resolve();
  let live: Live | undefined;
  const status = () => statusOf(live, { ...deps, settings });
  const tell = createTeller(deps, status);
  const [choices, chosen] = [createChoices(storage, { settings, datasets }), chosenOver(tell)];

  const tools = { cards, passes, devices, settings, datasets, checkpoints, tell };

  /** Syncs a home that is linked, unless it was closed meanwhile. */
  async function resume(current: Live): Promise<void> {
    const linked = await current.home.sync.link.read();
    if (!linked || live !== current) return;
    begin(deps, current, linked.account, tools);
    goOn(current.loop, !linked.paused);
  }

  const withLive = <T>(body: (current: Live) => Promise<Result<T, NexusError>>) => inTurn(async () => (live ? body(live) : err(nexusError('session.locked'))));
  const told = (): Result<SyncStatus, NexusError> => {
    tell();
    return ok(status());
  };

  return {
    calls: {
      syncStatus: () => Promise.resolve(ok(status())),
      startSync: () => withLive(async (current) => {
        const account = storage.account();
        if (account === undefined) return err(nexusError('account.none'));
        if (current.loop) return told();
        await left;
        const card = await readyFor(current.home, account);
        if (!card.ok) return card;
        if (live !== current) return err(nexusError('session.locked'));
        await current.home.sync.link.begin(account, { card: card.value });
        await resume(current);
        return told();
      }),
      stopSync: () => withLive(async (current) => {
        const at = await linkedHome(current.home, ways);
        await end(current);
        try {
          await choices.end(current.home);
          await current.home.sync.link.end();
        } finally {
          // Where there was no room to say so, it goes on.
          await resume(current);
        }
        // Whether the server answers or not, it is stopped here.
        if (at) left = leave(at);
        return told();
      }),
      pauseSync: ({ paused }) => withLive(async ({ home, loop }) => {
        if (!loop) return err(nexusError('sync.not_linked'));
        await home.sync.link.note({ paused });
        goOn(loop, !paused);
        return told();
      }),
      syncNow: () => withLive(async ({ loop, room }) => {
        if (!loop) return err(nexusError('sync.not_linked'));
        room.again();
        if (loop.state() !== 'paused') loop.kick();
        return told();
      }),
      shareSettings: (args) => withLive((current) => chosen(current, choices.share(current.home, args))),
      carryAppData: (args) => withLive((current) => chosen(current, choices.carry(current.home, args))),
    },
    async opened(home) {
      live = { home, loop: undefined, waited: 0, room: createDeviceRoom(deps.clock), timeLeft: createTimeLeft(), tenure: new AbortController() };
      await resume(live);
      if (live?.loop) tell();
    },
    async closing() {
      const current = live;
      live = undefined;
      if (current) await end(current);
    },
    cloud: async () => (live ? (await linkedHome(live.home, ways))?.cloud : undefined),
    linked: async (or) => live && linkedHome(live.home, ways, or),
    isLinked: async () => (await live?.home.sync.link.read()) !== undefined,
    homeChanged() {
      const change = live && changeOf(live);
      if (!live?.loop || change === 'none') return;
      tell();
      if (change === 'news') kickSoon(live.loop);
    },
    settingChosen: () => kickSoon(live?.loop),
    datasetChanged: () => kickSoon(live?.loop),
    accountChanged(state) {
      // A round asks for a token, and that tells of the account's state: only what is new is a reason to look.
      const now = `${storage.account() ?? ''} ${state}`;
      if (state !== 'online' && now === heard) return;
      heard = now;
      if (state !== 'online') devices.again();
      kickSoon(live?.loop);
    },
  };
}
