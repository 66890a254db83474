// Apps that run: started by the shell with a port each, ended by it, by a lock, or by their own misbehaviour. An instance is known by
// its port; what was given for as long as it stays open goes with it.
import { toHex } from '../../crypto/bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { type AppId, type InstanceId, type LeashName, type NodeId, parseInstanceId } from '../contract/ids.ts';
import { GRANTS } from '../contract/limits.ts';
import type { Served } from '../contract/surface.ts';
import type { GrantsSurface } from '../contract/grants.ts';
import { createAppHandlers } from './app-handlers.ts';
import { serveAppPort } from './app-port.ts';
import type { App } from './app-record.ts';
import type { Binding } from './bindings.ts';
import type { ConsentDesk } from './consent.ts';
import { isWithin } from './delegation.ts';
import { fetchManifest, MANIFEST_NAME, manifestUrl } from './fetch-package.ts';
import type { GrantsDeps, OpenGrants, Running } from './open-grants.ts';
import { sameAsk } from './scope-rules.ts';
import type { Ask } from '../contract/app-protocol.ts';

export interface Instances extends Pick<Served<GrantsSurface>, 'openApp' | 'connectApp' | 'closeApp'> {
  /** Every instance of an app. */
  closeAll(appId?: AppId): void;
  /** Tells those that watch one of these folders. */
  changed(folders: readonly NodeId[]): Promise<void>;
}

export function createInstances(deps: GrantsDeps, open: OpenGrants, desk: ConsentDesk): Instances {
  const { announce, clock, note, random } = deps;
  const { bindings, prompts, running, shelf } = open;

  function ended(one: Running, why: 'asked' | 'broke_protocol'): void {
    running.delete(one.instance);
    prompts.drop(one.instance);
    open.end(({ instance }) => instance === one.instance, one.instance);
    if (why === 'broke_protocol') note({ what: 'app.refused', actor: 'app', result: 'door.bad_argument', about: one.appId });
    if (![...running.values()].some(({ appId }) => appId === one.appId)) shelf.forget(one.appId);
    announce({ type: 'apps.closed', instance: one.instance });
  }

  async function start({ appId }: App, { line, leash }: { readonly line: MessagePort; readonly leash: LeashName }): Promise<Result<InstanceId, NexusError>> {
    const instance = parseInstanceId(toHex(random(16)));
    if (!instance || !shelf.get(appId)) return err(nexusError('apps.unknown'));
    if (running.size >= GRANTS.instances) return err(nexusError('apps.too_many'));
    const one: Running = { instance, appId, grants: [], lent: [], denied: [], watched: new Set(), noted: new Set(), port: undefined };
    running.set(instance, one);
    const letGo = deps.whenGone(leash, () => one.port?.close());
    one.port = serveAppPort(line, {
      handlers: createAppHandlers(deps, open, { running: one, desk }), expected: deps.expected, incident: deps.incident,
      withheld(call) {
        deps.incident(`app.${call}`, new Error('withheld'));
        open.noteOnce(one, { what: 'app.refused', actor: 'nexus', result: 'grants.withheld', about: appId });
        open.log.note(appId, { call, result: 'grants.withheld', bytes: 0 });
      },
      closed(why) {
        letGo();
        ended(one, why);
      },
    });
    note({ what: 'app.opened', about: appId });
    if (shelf.isKept(appId)) await shelf.change(appId, (before) => ({ ...before, lastUsed: clock() }));
    return ok(instance);
  }

  /** What it no longer declares is no longer given. */
  function renewed(before: App | undefined, now: App): App {
    const declared = (ask: Ask) => now.manifest.scopes.some((each) => sameAsk(each, ask));
    return before ? { ...before, manifest: now.manifest, grants: before.grants.filter((grant) => declared(grant as Ask)) } : now;
  }

  async function connected(text: string): Promise<Result<App, NexusError>> {
    const origin = URL.parse(text)?.origin;
    const url = origin === text && origin !== deps.ownOrigin ? manifestUrl(`${origin}/${MANIFEST_NAME}`) : undefined;
    if (!url) return err(nexusError('apps.unreachable'));
    const read = await fetchManifest(deps.packages, url);
    if (!read.ok) return read;
    const appId = await shelf.idOf('connected', url.origin);
    if (!shelf.get(appId) && shelf.all().length >= GRANTS.apps) return err(nexusError('apps.too_many'));
    const now = clock();
    const fresh: App = { appId, kind: 'connected', source: `${url.origin}/`, manifest: read.value.manifest, hash: '', since: now, lastUsed: now, grants: [], denials: [] };
    if (shelf.isKept(appId)) return ok(await shelf.upsert(appId, (before) => renewed(before, fresh)));
    shelf.remember(fresh);
    return ok(fresh);
  }

  /** To be told of a change is no use of a binding. */
  function looked(binding: Binding): boolean {
    bindings.giveBack(binding, 0);
    return true;
  }

  return {
    async openApp({ appId, line, leash }) {
      const app = shelf.get(appId);
      if (!app) return err(nexusError('apps.unknown'));
      const code = app.kind === 'embedded' ? await shelf.code(app) : undefined;
      // A person opened it: it may ask anew.
      open.refusals.delete(appId);
      if (code === undefined) return err(nexusError(app.kind === 'embedded' ? 'integrity.tampered' : 'apps.not_embedded'));
      const instance = await start(app, { line, leash });
      return instance.ok ? ok({ instance: instance.value, name: app.manifest.name, code }) : instance;
    },
    async connectApp({ origin, line, leash }) {
      const app = await connected(origin);
      if (!app.ok) return app;
      const instance = await start(app.value, { line, leash });
      return instance.ok ? ok({ instance: instance.value, name: app.value.manifest.name }) : instance;
    },
    closeApp({ instance }) {
      running.get(instance)?.port?.close();
      return Promise.resolve(ok());
    },
    closeAll(appId) {
      for (const one of [...running.values()]) if (appId === undefined || one.appId === appId) one.port?.close();
    },
    async changed(folders) {
      for (const one of running.values()) {
        for (const bindingId of one.watched) {
          const binding = bindings.use(bindingId, one.instance, { capability: 'securefs.list' });
          if (!binding.ok) {
            one.watched.delete(bindingId);
            one.port?.tell({ event: 'revoked', binding: bindingId });
          }
          else if (looked(binding.value) && binding.value.node !== undefined && await open.places.touches(binding.value.node, folders) && await isWithin(binding.value, open.places)) one.port?.tell({ event: 'changed', binding: bindingId });
        }
      }
    },
  };
}
