// Apps of this home as a person sees and manages them: what is there, installing and removing, what each may do and did.
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AppCard, GrantCard, GrantsSurface } from '../contract/grants.ts';
import type { AppId } from '../contract/ids.ts';
import { GRANTS } from '../contract/limits.ts';
import type { Served } from '../contract/surface.ts';
import type { App, Grant } from './app-record.ts';
import { originOf } from './consent.ts';
import { type AppPackage, fetchPackage, manifestUrl } from './fetch-package.ts';
import type { Instances } from './instances.ts';
import type { GrantsDeps, Lent, OpenGrants } from './open-grants.ts';

type Managing = Pick<Served<GrantsSurface>, 'listApps' | 'planInstall' | 'installApp' | 'removeApp' | 'revokeAccess' | 'forgetDenials' | 'readAccessLog' | 'measureReach'>;

export function createInstalled({ clock, announce, packages }: GrantsDeps, open: OpenGrants, { closeAll }: Instances): Managing {
  const { shelf, places, log, running } = open;

  async function grantCard({ grantId, scope, mode, expiresAt, node, accountId, purpose, from }: Grant & Partial<Lent>): Promise<GrantCard> {
    const path = node === undefined ? undefined : await places.pathOf(node);
    return { grantId, scope, mode, expiresAt, purpose, ...(path && { path: path.join('/') }), ...(accountId !== undefined && { online: true as const }),
      ...(from !== undefined && { from: shelf.get(from)?.manifest.name ?? '' }) };
  }

  async function cardOf(app: App): Promise<AppCard> {
    const now = clock();
    const passing = [...running.values()].filter(({ appId }) => appId === app.appId).flatMap(({ grants, lent }) => [...grants, ...lent]);
    const carried = await (await open.carried(app)).card();
    const grants = await Promise.all([...app.grants, ...passing].filter(({ expiresAt }) => expiresAt > now).map(grantCard));
    return {
      appId: app.appId, kind: app.kind, name: app.manifest.name, origin: originOf(app), since: app.since, lastUsed: app.lastUsed, grants,
      denied: app.denials.some(({ until }) => until > now), dataset: await (await open.dataset(app)).usage(), ...(carried && { carried }),
      ...(app.kind === 'embedded' && { url: app.source, hash: app.hash }),
    };
  }

  async function fetched(text: string): Promise<Result<{ readonly url: URL; readonly appId: AppId; readonly found: AppPackage }, NexusError>> {
    const url = manifestUrl(text);
    if (!url) return err(nexusError('apps.unreachable'));
    const found = await fetchPackage(packages, url);
    return found.ok ? ok({ url, found: found.value, appId: await shelf.idOf('embedded', url.href) }) : found;
  }

  const changed = () => announce({ type: 'apps.changed' });

  return {
    listApps: async () => ok(await Promise.all(shelf.all().map(cardOf))),
    async planInstall({ url: text }) {
      const read = await fetched(text);
      if (!read.ok) return read;
      const { url, appId, found: { manifest, hash, bytes } } = read.value;
      const known = shelf.get(appId);
      return ok({ url: url.href, origin: originOf({ kind: 'embedded', source: url.href }), name: manifest.name, hash, bytes, asks: manifest.scopes, ...(known && { known: known.hash === hash ? 'same' as const : 'other' as const }) });
    },
    async installApp({ url: text, hash }) {
      const read = await fetched(text);
      if (!read.ok) return read;
      const { url, appId, found } = read.value;
      if (found.hash !== hash) return err(nexusError('apps.other_package'));
      if (!shelf.get(appId) && shelf.all().length >= GRANTS.apps) return err(nexusError('apps.too_many'));
      closeAll(appId);
      const now = clock();
      const app = await shelf.upsert(appId, (before): App => (
        { appId, kind: 'embedded', source: url.href, manifest: found.manifest, hash, since: before?.since ?? now, lastUsed: before?.lastUsed ?? 0, grants: [], denials: [] }), found.code);
      // One that was opened meanwhile runs what was there before.
      closeAll(appId);
      changed();
      return ok(await cardOf(app));
    },
    async removeApp({ appId }) {
      if (!shelf.get(appId)) return ok();
      closeAll(appId);
      await shelf.remove(appId);
      closeAll(appId);
      open.forgetDataset(appId);
      log.forget(appId);
      changed();
      return ok();
    },
    async revokeAccess({ appId, grantId }) {
      if (!shelf.get(appId)) return err(nexusError('apps.unknown'));
      const gone = (grant: Pick<Grant, 'grantId'>) => grantId === undefined || grant.grantId === grantId;
      const endNow = () => {
        open.end((binding) => binding.appId === appId && binding.grants.some((each) => gone({ grantId: each })));
        for (const one of running.values()) {
          if (one.appId !== appId) continue;
          one.grants.splice(0, one.grants.length, ...one.grants.filter((grant) => !gone(grant)));
          one.lent.splice(0, one.lent.length, ...one.lent.filter((grant) => !gone(grant)));
        }
      };
      // What is in force ends at once; what was being given meanwhile, when that is written.
      endNow();
      await shelf.change(appId, (app) => ({ ...app, grants: app.grants.filter((grant) => !gone(grant)) }));
      endNow();
      changed();
      return ok();
    },
    async forgetDenials({ appId }) {
      if (!shelf.get(appId)) return err(nexusError('apps.unknown'));
      open.refusals.delete(appId);
      for (const one of running.values()) if (one.appId === appId) one.denied.length = 0;
      await shelf.change(appId, (app) => ({ ...app, denials: [] }));
      changed();
      return ok();
    },
    readAccessLog: async ({ appId }) => ok(await log.read(appId)),
    measureReach: async ({ node }) => ok(await places.measure(node)),
  };
}
