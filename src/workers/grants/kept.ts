// What apps keep as secrets and keys, as a person sees it: counted, and a vault emptied on the person's word.
import { err, ok } from '../../result.ts';
import { nexusError } from '../contract/errors.ts';
import type { GrantsSurface, KeptCard } from '../contract/grants.ts';
import type { Served } from '../contract/surface.ts';
import type { App } from './app-record.ts';
import { countVault, emptyVault } from './app-vault.ts';
import { originOf } from './consent.ts';
import type { GrantsDeps, OpenGrants } from './open-grants.ts';

export function createKept({ announce }: Pick<GrantsDeps, 'announce'>, open: Pick<OpenGrants, 'home' | 'shelf' | 'keys'>): Pick<Served<GrantsSurface>, 'listKept' | 'emptyVault'> {
  async function cardOf(app: App): Promise<KeptCard> {
    const keys = await (await open.keys(app)).list();
    return {
      appId: app.appId, name: app.manifest.name, origin: originOf(app), secrets: await countVault(open.home, app.appId),
      ...(keys.ok && { keys: keys.value.filter(({ state }) => state === 'active').length }),
    };
  }

  return {
    listKept: async () => ok(await Promise.all(open.shelf.all().map(cardOf))),
    async emptyVault({ appId }) {
      if (!open.shelf.get(appId)) return err(nexusError('apps.unknown'));
      await emptyVault(open.home, appId);
      announce({ type: 'apps.changed' });
      return ok();
    },
  };
}
