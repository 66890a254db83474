// Homes of this device as databases: mounting one, making one, staging one for a restore, dropping one.
import type { Aead } from '../../crypto/aead.ts';
import { type Bytes, toHex } from '../../crypto/bytes.ts';
import type { HomeKeys } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Fact } from '../contract/events.ts';
import type { StreamDesk } from '../contract/stream.ts';
import type { Database } from '../store/database.ts';
import { databaseNames, dropDatabase } from '../store/databases.ts';
import type { ExtentForm } from '../store/extent-form.ts';
import { HOME_MIGRATIONS, HOME_SCHEMA, type HomeRows } from '../store/home-schema.ts';
import { openDatabase } from '../store/open-database.ts';
import type { HomeDeps } from './context.ts';
import { createHome, type Home, initHome } from './create-home.ts';
import { openKeyring } from './keyring-row.ts';
import type { MountedHome } from './mounted-home.ts';
import { createStaging } from './stage-home.ts';

export interface HomesDeps {
  readonly names: { readonly home: (homeId: string) => string; readonly homePrefix: string };
  readonly aead: Aead;
  readonly random: Random;
  readonly clock: () => number;
  readonly device: Bytes;
  readonly extentsAs: ExtentForm;
  readonly desk: StreamDesk;
  readonly announce: (fact: Fact) => void;
}

/** A home that nobody sees yet: no user names it, and the next start would drop it. */
export interface StagedHome {
  readonly mounted: MountedHome;
  /** It is whole: lets go of it, for a session to mount. */
  publish(): Promise<void>;
  discard(): Promise<void>;
}

export interface HomesOnDevice {
  mount(keys: HomeKeys, how: { readonly fresh: boolean }): Promise<Result<Home, NexusError>>;
  /** An empty home without a root: a restore brings every node. Nobody may have this home on the device: see `stageUnowned`. */
  stage(keys: HomeKeys): Promise<Result<StagedHome, NexusError>>;
  destroy(homeId: string): Promise<void>;
  present(): Promise<readonly string[]>;
}

/** Opens a home over its database, or closes that. Throws StorageError. */
export async function mountOver(deps: HomeDeps, fresh: boolean): Promise<Result<Home, NexusError>> {
  const { db, aead, keys } = deps;
  try {
    if (fresh) await initHome(deps);
    const whole = await openKeyring(db, aead, keys);
    if (whole) return ok(await createHome({ ...deps, keys: whole }));
  } catch (fault) {
    db.close();
    throw fault;
  }
  db.close();
  return err(nexusError('integrity.tampered', { detail: 'keyring' }));
}

/** All of these throw StorageError. */
export function createHomes({ names, clock: now, ...deps }: HomesDeps): HomesOnDevice {
  const open = (homeId: string, create: boolean): Promise<Database<HomeRows>> =>
    openDatabase<HomeRows>({ name: names.home(homeId), schema: HOME_SCHEMA, migrations: HOME_MIGRATIONS, create });
  const staging = createStaging({
    make: async (keys) => createHome({ ...deps, now, keys, db: await open(toHex(keys.homeId), true) }),
    drop: (homeId) => dropDatabase(names.home(homeId)),
  });

  return {
    ...staging,
    async mount(keys, { fresh }) {
      return mountOver({ ...deps, now, keys, db: await open(toHex(keys.homeId), fresh) }, fresh);
    },
    present: async () => (await databaseNames(names.homePrefix)).map((name) => name.slice(names.homePrefix.length)),
  };
}
