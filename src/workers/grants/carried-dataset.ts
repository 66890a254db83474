// One app's dataset as sync moves it, put together. Every step is one transaction (docs/sync.md, "Datasets").
import { type Bytes, toHex } from '../../crypto/bytes.ts';
import { datasetKey, datasetName } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import type { DatasetPolicy } from '../contract/app-protocol.ts';
import type { CarriedCard } from '../contract/grants.ts';
import type { AppId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { choiceOf } from './dataset-choice.ts';
import { intakeOf } from './dataset-intake.ts';
import type { Moment } from './dataset-meeting.ts';
import { outletOf } from './dataset-outlet.ts';
import type { DatasetRows } from './dataset-rows.ts';
import type { Version } from './dataset-version.ts';

/** An object that changed at the account, by its tag. */
export interface ObjectChange {
  readonly id: string;
  readonly rev: string;
  readonly deleted: boolean;
}

/** One as it is there now; without `body` it is gone. */
export interface ObjectRecord {
  readonly id: string;
  readonly rev: string | undefined;
  readonly body?: Bytes | undefined;
}

export interface OutgoingObject {
  readonly id: string;
  readonly baseRev: string | undefined;
  readonly body: Bytes;
  /** What it says, for `sent`. */
  readonly version: Version;
}

/** Throws StorageError. */
export interface CarriedDataset {
  readonly appId: AppId;
  /** Undefined where the app declares no policy. */
  collection(): Promise<string | undefined>;
  /** How far the account's changes were taken; undefined where the dataset stays on this device. */
  progress(): Promise<{ readonly cursor: string | undefined; readonly waits: boolean; readonly left: boolean } | undefined>;
  /** From the beginning: also what was left there, and what is known of it where the server has another life. */
  restart(forget: boolean): Promise<void>;
  /** Under keys that were renewed since, all of it is sent anew: what an earlier key sealed is of no use to a device that comes later. */
  renew(): Promise<void>;
  news<C extends ObjectChange>(changes: readonly C[]): Promise<readonly C[]>;
  /** `cursor` where a page is through. */
  take(records: readonly ObjectRecord[], cursor?: string): Promise<void>;
  outgoing(most: { readonly objects: number; readonly bytes: number; readonly skip: ReadonlySet<string> }): Promise<readonly OutgoingObject[]>;
  sent(objects: readonly { readonly object: Pick<OutgoingObject, 'id' | 'version'>; readonly rev: string }[]): Promise<void>;
  /** Those of these that are here too. */
  shared(ids: readonly string[]): Promise<readonly string[]>;
  /** Whether one of these says something else than what is here. */
  differs(records: readonly ObjectRecord[]): Promise<boolean>;
  /** `take` says whose values count where both have one. */
  begin(take: 'here' | 'there' | undefined): Promise<void>;
  /** Values stay as they are here and there. */
  end(): Promise<void>;
  card(): Promise<CarriedCard | undefined>;
}

export interface CarriedHooks {
  readonly random: Random;
  readonly moment: Moment;
  readonly policy: () => DatasetPolicy | undefined;
  /** Values came from elsewhere, or wait for the app. */
  readonly came: () => void;
  /** What the person sees of it is different. */
  readonly moved: () => void;
}

/** What the parts of one share. */
export interface CarriedParts extends CarriedHooks {
  readonly home: MountedHome;
  readonly source: string;
  readonly rows: DatasetRows;
}

export async function createCarriedDataset(home: MountedHome, { appId, source, rows }: { readonly appId: AppId; readonly source: string; readonly rows: DatasetRows }, hooks: CarriedHooks): Promise<CarriedDataset> {
  const parts: CarriedParts = { ...hooks, home, source, rows };
  const [key, intake, outlet] = await Promise.all([datasetKey(home.keys, source), intakeOf(parts), outletOf(parts)]);
  return {
    appId, ...intake, ...outlet, ...choiceOf(parts),
    async collection() {
      const now = hooks.policy();
      return now && `datasets/d-${toHex(await datasetName(home.homeId, key, now))}`;
    },
    progress: () => rows.read(async (view) => view.carrying && { cursor: view.carrying.cursor, waits: (await view.marked('waits', 1)).length > 0, left: view.carrying.left === true }),
  };
}
