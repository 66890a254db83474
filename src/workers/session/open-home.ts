// What session asks of the others, as interfaces: the entry hands it whatever implements them.
import type { HomeKeys } from '../../crypto/home-keys.ts';
import type { Result } from '../../result.ts';
import type { NexusError } from '../contract/errors.ts';
import type { Fact } from '../contract/events.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';

/** One mounted home. */
export interface OpenHome {
  readonly surface: Served<HomeSurface>;
  readonly mounted: MountedHome;
  /** Aborts what runs, finishes what is being written, and forgets. */
  close(): Promise<void>;
}

export interface Homes {
  /** `fresh` makes the database and its root. */
  mount(keys: HomeKeys, how: { readonly fresh: boolean }): Promise<Result<OpenHome, NexusError>>;
  /** Drops a home's database; absent is well. */
  destroy(homeId: string): Promise<void>;
  /** Hex ids of the homes whose database exists here, named by a user or not. */
  present(): Promise<readonly string[]>;
}

/** The worker that would take over. */
export interface Standby {
  keep(kept: KeptSession): void;
  /** Settles when it has dropped what it kept, or cannot be reached. */
  drop(): Promise<void>;
}

/** An open session as a standby keeps it. */
export interface KeptSession {
  readonly sid: string;
  readonly lockings: number;
  readonly keys: HomeKeys;
}

export interface Announcer {
  announce(fact: Fact): void;
  deviceChanged(): Promise<void>;
}

/** Lives from the opening of a home to its closing: the account, the audit log, the apps. */
export interface Follower {
  opened(home: MountedHome, surface: Served<HomeSurface>): Promise<void>;
  /** Settles when it holds nothing of the home any more. */
  closing(why: string): Promise<void>;
}
