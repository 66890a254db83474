// Calls that restore: open a bundle by a secret, look at what would happen, do it, forget it.
import { toHex } from '../../crypto/bytes.ts';
import { epochOf } from '../../crypto/home-keys.ts';
import { type Bundle, openBundle, type OpenedBundle, openWithKeys, openWithSecret, readSealed } from '../../crypto/nbk/open-bundle.ts';
import { readTree } from '../../crypto/nbk/tree.ts';
import { err, ok, type Result } from '../../result.ts';
import { type ErrorCode, nexusError, type NexusError } from '../contract/errors.ts';
import { parseBundleId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { BackupSurface, Served } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { BackupDeps } from './backup-deps.ts';
import { errorOf } from './bundle-error.ts';
import { fileAccess } from './file-access.ts';
import { longWork } from './long-work.ts';
import { createOpenedBundles, type OpenRestore } from './opened-bundles.ts';
import { restoreIntoHome } from './restore-into-home.ts';
import { ownerIn, restoreNewHome } from './restore-new-home.ts';
import { planFor, targetIn } from './restore-target.ts';
import { bundleOf, snapshotRow } from './snapshot.ts';

type Calls = Served<BackupSurface>;

/** Codes of a secret that does not open the home. */
const NOT_RIGHT: readonly ErrorCode[] = ['auth.rejected', 'keystore.phrase_invalid'];

export function createRestoreCalls(deps: BackupDeps): Pick<Calls, 'openBundle' | 'planRestore' | 'applyRestore' | 'closeBundle'> {
  const { aead, random, current } = deps;
  const bundles = createOpenedBundles(random);

  async function sourceBundle(source: Parameters<Calls['openBundle']>[0]['source']): Promise<Result<Bundle, NexusError>> {
    if ('file' in source) {
      const bundle = await openBundle(fileAccess(source.file));
      return bundle.ok ? bundle : err(errorOf(bundle.error));
    }
    const home = current();
    if (!home.ok) return home;
    const row = await snapshotRow(home.value, source.snapshot);
    if (!row.ok) return row;
    const bundle = await bundleOf(home.value.db, row.value);
    return bundle.ok ? bundle : err(errorOf(bundle.error));
  }

  /** By a secret of the time it was made; a bundle of the home that is open also by what opens that today, since it has the keys. */
  async function openedBy(bundle: Bundle, { kind, secret }: Pick<Parameters<Calls['openBundle']>[0], 'kind' | 'secret'>): Promise<Result<OpenedBundle, NexusError>> {
    const opened = await openWithSecret(bundle, aead, { secret });
    if (opened.ok) return opened;
    const home = current();
    if (opened.error.kind !== 'wrong_secret' || !home.ok || toHex(home.value.homeId) !== bundle.manifest.homeId) return err(errorOf(opened.error));
    const own = await openWithKeys(bundle, aead, home.value.keys);
    if (!own.ok) return err(errorOf(opened.error));
    const checked = await deps.checkSecret(kind, secret);
    if (checked.ok) return own;
    if (!NOT_RIGHT.includes(checked.error.code)) return checked;
    return err(epochOf(own.value.keys) < epochOf(home.value.keys) ? nexusError('backup.earlier_keys') : errorOf(opened.error));
  }

  async function unlocked(bundle: Bundle, by: Parameters<typeof openedBy>[1]): Promise<Result<OpenRestore, NexusError>> {
    const opened = await openedBy(bundle, by);
    if (!opened.ok) return opened;
    const tree = await readTree(opened.value, { signal: deps.closing });
    if (!tree.ok) return err(errorOf(tree.error));
    const prefs = await readSealed(opened.value, 'prefs');
    return ok({ opened: opened.value, tree: tree.value, prefs: prefs.ok ? prefs.value : undefined });
  }

  async function intoHome(into: string | undefined): Promise<Result<{ home: MountedHome; folder: string } | undefined, NexusError>> {
    if (into === undefined) return ok(undefined);
    const home = current();
    if (!home.ok) return home;
    // What is still to come would be taken for lost, and be there twice.
    if (home.value.sync.isArriving()) return err(nexusError('sync.arriving'));
    const folder = await home.value.openFolder(into);
    return folder.ok ? ok({ home: home.value, folder: into }) : folder;
  }

  return {
    async openBundle({ source, ...by }) {
      const bundle = await sourceBundle(source);
      if (!bundle.ok) return bundle;
      const restore = await unlocked(bundle.value, by);
      if (!restore.ok) return restore;
      const { manifest } = bundle.value;
      const live = restore.value.tree.entries.filter(({ trashed, fault }) => !trashed && !fault);
      const [id, homeOf, { name }] = [parseBundleId(manifest.id), await deps.userOf(manifest.homeId), ownerIn(restore.value)];
      if (!id) return err(nexusError('backup.damaged'));
      const files = live.filter(({ kind }) => kind === 'file').length;
      return ok({
        restore: bundles.keep(restore.value), bundle: id, created: Number(manifest.created / 1_000_000n), files, folders: live.length - files,
        bytes: live.reduce((sum, { size }) => sum + size, 0), ...(name !== undefined && { name }), ...(homeOf && { homeOf }),
      });
    },

    async planRestore({ restore: id, into: folder, path, clash }) {
      const [restore, into] = [bundles.get(id), await intoHome(folder)];
      if (!restore.ok) return restore;
      if (!into.ok) return into;
      const plan = await planFor(restore.value, { clash, ...(path !== undefined && { path }), ...(into.value && { into: { home: into.value.home, target: targetIn(into.value.home, into.value.folder) } }) });
      const lines = plan.lines.slice(0, LIMITS.listPage).map(({ entry, fate, reason }) => ({ path: entry.path, kind: entry.kind, size: entry.size, fate, ...(reason && { reason }) }));
      return ok({ lines, counts: plan.counts, bytes: plan.bytes });
    },

    applyRestore: ({ restore: id, into: folder, path, clash, port, ...args }) => longWork(deps, port, async (run) => {
      const [restore, into] = [bundles.get(id), await intoHome(folder)];
      if (!restore.ok) return restore;
      if (!into.ok) return into;
      if (!into.value) return restoreNewHome(deps, restore.value, { args, run });
      const { home, folder: to } = into.value;
      return home.alone(async () => {
        // It may have been let go while others had their turn.
        const stands = await intoHome(folder);
        if (!stands.ok) return stands;
        const target = targetIn(home, to);
        const plan = await planFor(restore.value, { clash, ...(path !== undefined && { path }), into: { home, target } });
        let doneBytes = 0;
        const restoring = {
          opened: restore.value.opened, home, random, command: args.command, signal: run.signal,
          onBytes(bytes: number) {
            doneBytes += bytes;
            run.report({ phase: 'working', doneBytes, totalBytes: plan.bytes, doneItems: 0, totalItems: plan.lines.length });
          },
        };
        return restoreIntoHome({ restoring, target, folder: to }, plan);
      });
    }),

    closeBundle({ restore }) {
      bundles.close(restore);
      return Promise.resolve(ok());
    },
  };
}
