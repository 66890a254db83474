// What the parts of one open home share.
import type { Aead } from '../../crypto/aead.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import type { HomeKeys } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import type { Fact } from '../contract/events.ts';
import type { NodeId } from '../contract/ids.ts';
import type { StreamDesk } from '../contract/stream.ts';
import type { Database } from '../store/database.ts';
import type { ExtentForm } from '../store/extent-form.ts';
import type { HomeRows } from '../store/home-schema.ts';
import type { Arrival } from './arrival.ts';
import type { ContentChoices } from './content-choice.ts';
import type { IdsHere } from './ids-here.ts';
import type { Journal } from './journal.ts';
import type { LogicalClock } from './logical-clock.ts';
import type { Pins } from './mounted-home.ts';
import type { NodeCodec } from './node-codec.ts';
import type { PlaceIndex } from './place-index.ts';
import type { Tree } from './tree.ts';

/** What whoever mounts a home brings. */
export interface HomeDeps {
  readonly keys: HomeKeys;
  readonly aead: Aead;
  readonly db: Database<HomeRows>;
  /** This device's id. */
  readonly device: Bytes;
  readonly extentsAs: ExtentForm;
  readonly now: () => number;
  readonly random: Random;
  readonly desk: StreamDesk;
  readonly announce: (fact: Fact) => void;
}

/** Content that is at the server and not here. */
export interface RemoteContent {
  /** Brings an extent; undefined where it cannot be had now. Absent where the home is not linked, or sync rests. */
  fetch?: ((id: string) => Promise<Bytes | undefined>) | undefined;
}

/** What the devices that have this home are called, by hex id; none as long as nobody read that. */
export interface DeviceNames {
  names: ReadonlyMap<string, string>;
}

/** The folder that somebody looks at; undefined before anybody did. */
export interface Shown {
  folder: string | undefined;
}

export interface HomeContext extends HomeDeps {
  /** Hex. */
  readonly homeId: NodeId;
  readonly codec: NodeCodec;
  readonly clock: LogicalClock;
  readonly tree: Tree;
  readonly placeIndex: PlaceIndex;
  readonly idsHere: IdsHere;
  readonly journal: Journal;
  readonly arrival: Arrival;
  readonly remote: RemoteContent;
  readonly devices: DeviceNames;
  readonly shown: Shown;
  /** Which content is to be on this device. */
  readonly choices: ContentChoices;
  readonly pins: () => Promise<Pins>;
  /** Commands that stage extents right now. */
  readonly staging: Set<string>;
  /** One change at a time. */
  readonly alone: <T>(body: () => Promise<T>) => Promise<T>;
  /** Aborted when the home is closed. */
  readonly closing: AbortSignal;
  /** Tells pages which folders look different now; the trash is told by the root. */
  readonly changed: (folders: Iterable<string>) => void;
}
