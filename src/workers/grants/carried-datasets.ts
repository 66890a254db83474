// The datasets of the open home that are carried to the person's other devices: which they are, for syncing, which moves them.
import type { AppId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { CarriedDataset } from './carried-dataset.ts';
import type { OpenGrants } from './open-grants.ts';

/** Nothing where `home` is not the one that is open. */
export interface CarriedDatasets {
  /** Undefined for an app that is not kept here. */
  of(home: MountedHome, appId: AppId): Promise<CarriedDataset | undefined>;
  all(home: MountedHome): Promise<readonly CarriedDataset[]>;
}

/** `current` is what is open. */
export function createCarriedDatasets(current: () => Promise<Pick<OpenGrants, 'home' | 'shelf' | 'carried'> | undefined>): CarriedDatasets {
  async function openWith(home: MountedHome) {
    const open = await current();
    return open?.home === home ? open : undefined;
  }

  return {
    async of(home, appId) {
      const open = await openWith(home);
      const app = open?.shelf.isKept(appId) ? open.shelf.get(appId) : undefined;
      return app && open?.carried(app);
    },
    async all(home) {
      const open = await openWith(home);
      const found = await Promise.all((open?.shelf.all() ?? []).map(async (app) => {
        const dataset = await open!.carried(app);
        return await dataset.progress() ? [dataset] : [];
      }));
      return found.flat();
    },
  };
}
