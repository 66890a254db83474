// What is said of sync: of the open home, whether it is synced, and how far that is.
import type { SyncStatus } from '../contract/sync.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { CheckpointKeeper } from './checkpoint-keeper.ts';
import type { SettingsKeeper } from './settings-keeper.ts';
import type { SyncLoop } from './sync-loop.ts';
import type { createTimeLeft } from './time-left.ts';

interface Synced {
  readonly home: MountedHome;
  /** Absent where the home is not linked. */
  readonly loop: SyncLoop | undefined;
  readonly timeLeft: ReturnType<typeof createTimeLeft>;
}

interface StatusDeps {
  readonly settings: SettingsKeeper;
  readonly checkpoints: CheckpointKeeper;
  readonly clock: () => number;
}

const OFF: SyncStatus = { state: 'off', waiting: 0, toCome: 0, unreadable: 0 };

/** `live` is the open home. */
export function statusOf(live: Synced | undefined, { settings, checkpoints, clock }: StatusDeps): SyncStatus {
  if (!live?.loop) return live?.home.sync.isPartial() ? { ...OFF, partial: true } : OFF;
  const { loop, home, home: { sync } } = live;
  const [at, device] = [loop.at(), checkpoints.behind(home)];
  const behind = sync.isSetBack() || device !== undefined;
  const leftMs = live.timeLeft({ state: loop.state(), left: sync.toGo() + sync.toCome(), at: clock() });
  return {
    state: loop.state(), waiting: sync.reconciler.waiting(), toCome: sync.toCome(), unreadable: sync.unreadable(), settings: settings.state(home),
    ...(sync.toGo() > 0 && { toGo: sync.toGo() }), ...(leftMs !== undefined && { leftMs }), ...(sync.isPartial() && { partial: true }),
    ...(at !== undefined && { at }), ...(behind && { behind: device === undefined ? {} : { device } }),
  };
}
