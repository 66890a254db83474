// Making a home that nobody sees yet. One of each at a time, and over nothing: whoever fails drops the database by its name, and must not
// drop what another one made of the same home.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeKeys } from '../../crypto/home-keys.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Home } from './create-home.ts';
import type { StagedHome } from './homes.ts';

interface StagingDeps {
  /** Over a new database. */
  readonly make: (keys: HomeKeys) => Promise<Pick<Home, 'mounted' | 'close'>>;
  readonly drop: (homeId: string) => Promise<void>;
}

interface Staging {
  /** `backup.home_exists` while another one is staged, or was and was not dropped since. */
  stage(keys: HomeKeys): Promise<Result<StagedHome, NexusError>>;
  destroy(homeId: string): Promise<void>;
}

export function createStaging({ make, drop }: StagingDeps): Staging {
  const staged = new Set<string>();

  async function destroy(homeId: string): Promise<void> {
    await drop(homeId);
    staged.delete(homeId);
  }

  async function makeOver(keys: HomeKeys, homeId: string): Promise<Pick<Home, 'mounted' | 'close'>> {
    try {
      // What a deletion that was cut short left of it.
      await drop(homeId);
      return await make(keys);
    } catch (fault) {
      staged.delete(homeId);
      throw fault;
    }
  }

  return {
    destroy,
    async stage(keys) {
      const homeId = toHex(keys.homeId);
      if (staged.has(homeId)) return err(nexusError('backup.home_exists'));
      staged.add(homeId);
      const home = await makeOver(keys, homeId);
      let closing: Promise<void> | undefined;
      const close = () => (closing ??= home.close());
      return ok({
        mounted: home.mounted,
        publish: close,
        async discard() {
          await close();
          await destroy(homeId);
        },
      });
    },
  };
}
