// One round of an open home: the engine's, and beside it what else the account keeps of the home, in the order in which one needs the
// other (docs/sync.md).
import { err, type Result } from '../../result.ts';
import { type CloudClient, createCloudClient } from '../../sync/cloud-client.ts';
import type { DeviceRoom } from '../../sync/device-room.ts';
import { type EngineDeps, isRest, type Round, type RoundFailure } from '../../sync/engine-deps.ts';
import { syncRound } from '../../sync/engine.ts';
import type { AccountStorage } from '../account/account-storage.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { CardKeeper } from './card-keeper.ts';
import type { CheckpointKeeper } from './checkpoint-keeper.ts';
import type { DatasetKeeper } from './dataset-keeper.ts';
import type { DeviceKeeper } from './device-keeper.ts';
import type { PassKeeper } from './pass-keeper.ts';
import type { SettingsKeeper } from './settings-keeper.ts';
import type { Flight } from './sync-loop.ts';

export interface RoundDeps {
  readonly storage: AccountStorage;
  /** False on a connection that costs. */
  readonly mayMoveBulk: () => boolean;
  readonly clock: () => number;
}

export interface RoundTools {
  readonly held: () => Promise<void>;
  readonly cards: CardKeeper;
  readonly passes: PassKeeper;
  readonly devices: DeviceKeeper;
  readonly settings: SettingsKeeper;
  readonly datasets: DatasetKeeper;
  readonly checkpoints: CheckpointKeeper;
  readonly tell: () => void;
  readonly room: DeviceRoom;
}

type Told = NonNullable<EngineDeps['noticed']>;

/** Tells all that keep something beside nodes what the server said of it: whoever takes a page of changes is the only one to hear it. A failure means that nothing of that page may be taken. */
export const noticedBy = ({ cards, devices, settings, datasets, checkpoints }: Pick<RoundTools, 'cards' | 'devices' | 'settings' | 'datasets' | 'checkpoints'>) => (home: MountedHome, cloud: CloudClient): Told => async (changes) => {
  const card = await cards.heard(home, cloud, changes);
  const heard = card.ok ? await settings.heard(home, cloud, changes) : card;
  checkpoints.heard(changes);
  devices.heard(changes);
  if (heard.ok) await datasets.heard(home, changes);
  return heard;
};

/** One round of the engine, at the account that the home is linked to and at no other. */
export async function roundOf({ storage, mayMoveBulk, clock }: RoundDeps, home: MountedHome, { held, tell, room, ...tools }: RoundTools, { signal, moved, reasons }: Flight): Promise<Result<void, RoundFailure>> {
  const { cards, passes, devices, settings, datasets, checkpoints } = tools;
  if (signal.aborted) return err('aborted');
  await Promise.race([held(), new Promise((resolve) => { signal.addEventListener('abort', resolve, { once: true }); })]);
  const linked = signal.aborted ? undefined : await home.sync.link.read();
  if (signal.aborted) return err('aborted');
  if (!linked || storage.account() !== linked.account) return err('signed_out');
  if (!(await home.sealAnew())) return err('no_room');
  const cloud = createCloudClient(storage.sendTo(linked.account, signal));
  const card = await cards.keepUp(home, cloud);
  // What an earlier key sealed is of no use to the others, and without a card of this home nobody knows which is the newest.
  if (!card.ok && (card.error === 'renewed' || card.error === 'protocol')) await passes.drop(home);
  if (!card.ok) return card;
  // Nothing is taken or sent by a device that nobody would wait for.
  const awaited = await checkpoints.ensure(home, cloud);
  if (!awaited.ok) return awaited;
  await passes.keepUp(home, linked.account);
  await devices.keepUp(home, cloud);
  const shared = await settings.keepUp(home, cloud);
  if (!shared.ok) return shared;
  const between = async (): Promise<Round> => {
    const chosen = await settings.keepUp(home, cloud);
    return chosen.ok ? datasets.keepUp(home, cloud, signal) : chosen;
  };
  const synced = await syncRound({ cloud, home: home.sync.reconciler, signal, clock, between, progress: tell, moved, reasons, room, mayMoveBulk: () => mayMoveBulk() || home.sync.content.choice().anyConnection, noticed: noticedBy(tools)(home, cloud) });
  if (!synced.ok && synced.error === 'renewed') await passes.drop(home);
  // Content that waits holds up nothing that is small.
  if (!synced.ok && !isRest(synced.error)) return synced;
  const whole = await cards.keepWhole(home, cloud);
  if (!whole.ok) return whole;
  // By then it is known that the keys are the newest: a value of an app is sent over what does not open.
  const carried = await datasets.keepUp(home, cloud, signal);
  const told = carried.ok ? await checkpoints.keepUp(home, cloud) : carried;
  return told.ok ? synced : told;
}
