// What the parts of the grants authority share while a home is open, and what they are handed from outside.
import type { Random } from '../../crypto/random.ts';
import type { Ask, Scope } from '../contract/app-protocol.ts';
import type { NexusError } from '../contract/errors.ts';
import type { Fact } from '../contract/events.ts';
import type { AppId, InstanceId, LeashName, NodeId } from '../contract/ids.ts';
import { GRANTS } from '../contract/limits.ts';
import { createPace, type Pace } from '../contract/pace.ts';
import type { BackupSurface, HomeSurface, Served } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { AppKeys } from '../keystore/app-keys.ts';
import { type AccessLog, createAccessLog } from './access-log.ts';
import { type AppDataset, createAppDataset } from './app-dataset.ts';
import { type CarriedDataset, createCarriedDataset } from './carried-dataset.ts';
import { createDatasetRows } from './dataset-rows.ts';
import { momentsOf } from './moments.ts';
import type { AppAccount } from './app-account.ts';
import { type AppFiles, createAppFiles } from './app-files.ts';
import { type AppPlaces, createAppPlaces } from './app-places.ts';
import type { AppPort } from './app-port.ts';
import type { App, Grant } from './app-record.ts';
import { type AppShelf, createAppShelf } from './app-shelf.ts';
import { type AppVault, createAppVault } from './app-vault.ts';
import type { Occurrence } from './audit.ts';
import { type Binding, type Bindings, createBindings } from './bindings.ts';
import type { PackageDeps } from './fetch-package.ts';
import { createPrompts, type Prompts } from './prompts.ts';
import { ACCOUNT_DATASET, OWN_DATASET } from './scope-rules.ts';

export interface GrantsDeps {
  readonly random: Random;
  readonly clock: () => number;
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly announce: (fact: Fact) => void;
  readonly note: (occurrence: Occurrence) => void;
  readonly packages: PackageDeps;
  /** Of these pages: no app comes from there but as a package. */
  readonly ownOrigin: string;
  readonly backups: () => Pick<Served<BackupSurface>, 'backupOverview' | 'createSnapshot'>;
  readonly account: AppAccount;
  readonly appKeys: (home: MountedHome, app: Pick<App, 'appId' | 'source'>) => Promise<AppKeys>;
  /** Calls once the page that holds this leash is gone, however it went; gives what ends the waiting. */
  readonly whenGone: (leash: LeashName, gone: () => void) => () => void;
  readonly personName: () => Promise<string | undefined>;
  readonly expected: (fault: unknown) => NexusError | undefined;
  readonly incident: (where: string, fault: unknown) => string;
  /** An app changed what is carried to other devices. */
  readonly datasetChanged: () => void;
}

/** What another app passed on; it ends with what that one has. */
export type Lent = Grant & { readonly from: AppId };

/** What one app passes on to another that has not taken it yet. */
export interface Offer {
  /** The address of the app that may take it. */
  readonly to: string;
  readonly from: AppId;
  readonly node: NodeId;
  readonly scopes: readonly [Scope, ...Scope[]];
  /** The binding that is passed on, and the one that allows that. */
  readonly parents: readonly [Binding, Binding];
  readonly expiresAt: number;
}

/** An app that runs: in a frame of ours, or in a page of another origin. */
export interface Running {
  readonly instance: InstanceId;
  readonly appId: AppId;
  /** Given while it stays open. */
  readonly grants: Grant[];
  /** Passed on to it by other apps. */
  readonly lent: Lent[];
  /** Not asked again while it stays open. */
  readonly denied: Ask[];
  readonly watched: Set<string>;
  /** What was noted of it: once is enough, or it could push everything else out of the log. */
  readonly noted: Set<string>;
  port: AppPort | undefined;
}

export interface OpenGrants {
  readonly home: MountedHome;
  readonly shelf: AppShelf;
  readonly places: AppPlaces;
  readonly files: AppFiles;
  readonly log: AccessLog;
  readonly bindings: Bindings;
  readonly prompts: Prompts;
  readonly running: Map<InstanceId, Running>;
  /** Ticket → what it is for. */
  readonly offers: Map<string, Offer>;
  /** How often each app was refused since a person last opened it. */
  readonly refusals: Map<AppId, number>;
  /** When each app last made a snapshot. */
  readonly backedUp: Map<AppId, number>;
  /** Keys that each app made, rotated or revoked. */
  readonly keyChanges: Pace;
  /** What each app took that was passed on. */
  readonly accepts: Pace;
  dataset(app: App): Promise<AppDataset>;
  carried(app: App): Promise<CarriedDataset>;
  vault(app: App): Promise<AppVault>;
  keys(app: App): Promise<AppKeys>;
  forgetDataset(appId: AppId): void;
  noteOnce(running: Running, occurrence: Occurrence): void;
  /** Ends bindings and tells the apps that held them; but for `by`, which knows. */
  end(which: (binding: Binding) => boolean, by?: InstanceId): void;
}

export async function openGrants(deps: GrantsDeps, home: MountedHome, surface: Served<HomeSurface>): Promise<OpenGrants> {
  const { random, clock, after, announce, note, incident, account } = deps;
  const running = new Map<InstanceId, Running>();
  const datasets = new Map<AppId, Promise<{ readonly own: AppDataset; readonly carried: CarriedDataset }>>();
  const taken = new Set<AppId>();
  const keyrings = new Map<AppId, Promise<AppKeys>>();
  function noteOnce({ noted }: Running, occurrence: Occurrence): void {
    const what = [occurrence.what, occurrence.result, occurrence.about].join(' ');
    if (!noted.has(what)) note(occurrence);
    noted.add(what);
  }
  const tellEnd = ({ instance, bindingId }: Binding) => running.get(instance)?.port?.tell({ event: 'revoked', binding: bindingId });
  const shelf = await createAppShelf(home, random);
  const places = createAppPlaces({ home, surface, clock, random });
  const bindings = createBindings({
    clock, random,
    replayed(binding) {
      const one = running.get(binding.instance);
      if (one) noteOnce(one, { what: 'app.replayed', actor: 'app', result: 'grants.replayed', about: binding.appId });
      account.revokeScopedAppBinding({ bindingId: binding.bindingId, replayed: true });
      tellEnd(binding);
    },
    over({ bindingId, resource, instance, parents, grants }) {
      if (resource === ACCOUNT_DATASET) account.revokeScopedAppBinding({ bindingId });
      const one = parents.length > 0 ? running.get(instance) : undefined;
      if (!one) return;
      one.lent.splice(0, one.lent.length, ...one.lent.filter(({ grantId }) => !grants.includes(grantId)));
      announce({ type: 'apps.changed' });
    },
  });
  /** Told to those that may read it; a person sees it on the app's card. */
  function tellDataset(appId: AppId): void {
    for (const { instance, bindingId } of bindings.live((each) => each.appId === appId && each.resource === OWN_DATASET && each.scopes.includes('read:dataset'))) running.get(instance)?.port?.tell({ event: 'dataset', binding: bindingId });
    // Once while the home is open: more would push everything else out of the log.
    if (!taken.has(appId)) note({ what: 'app.data_taken', actor: 'nexus', about: appId });
    taken.add(appId);
  }

  async function openDataset({ appId, source }: App): Promise<{ readonly own: AppDataset; readonly carried: CarriedDataset }> {
    const policy = () => shelf.get(appId)?.manifest.dataset?.conflicts;
    const [rows, moment] = [await createDatasetRows(home, random, { appId, source, policy }), momentsOf(home)];
    const moved = () => announce({ type: 'apps.changed' });
    return { own: createAppDataset(rows, { moment, changed: deps.datasetChanged }), carried: await createCarriedDataset(home, { appId, source, rows }, { random, moment, policy, moved, came: () => tellDataset(appId) }) };
  }

  function datasetOf(app: App) {
    const known = datasets.get(app.appId) ?? openDataset(app);
    datasets.set(app.appId, known);
    return known;
  }

  const [one, ...more] = shelf.tampered;
  // One note for all: whoever can write the storage could push everything else out of the log.
  if (shelf.tampered.length > 0) note({ what: 'app.refused', actor: 'nexus', result: 'integrity.tampered', about: more.length === 0 ? one : String(shelf.tampered.length) });
  return {
    home, shelf, bindings, running, offers: new Map(), backedUp: new Map(), refusals: new Map(), keyChanges: createPace(clock, GRANTS.keyChanges), accepts: createPace(clock, GRANTS.accepts),
    places, files: createAppFiles({ home, surface, clock, random }, places),
    log: createAccessLog({ shelf, clock, after, broken: (fault) => void incident('access log', fault) }),
    prompts: createPrompts({
      random, after, prompted: (instance) => announce({ type: 'apps.prompted', instance }),
      asked: ({ appId }) => note({ what: 'app.asked', actor: 'app', about: appId }),
    }),
    noteOnce,
    dataset: async (app) => (await datasetOf(app)).own,
    carried: async (app) => (await datasetOf(app)).carried,
    vault: (app) => createAppVault(home, random, app),
    keys(app) {
      const known = keyrings.get(app.appId) ?? deps.appKeys(home, app);
      keyrings.set(app.appId, known);
      return known;
    },
    forgetDataset(appId) {
      datasets.delete(appId);
      keyrings.delete(appId);
    },
    end: (which, by) => bindings.end(which, 'revoked').filter(({ instance }) => instance !== by).forEach(tellEnd),
  };
}
