// Backups: snapshots in this browser, bundles as files, and what comes back out of them (docs/backups.md).
import { toHex } from '../../crypto/bytes.ts';
import type { Bundle, OpenedBundle } from '../../crypto/nbk/open-bundle.ts';
import { openBundle, openWithKeys, openWithSecret, readSealed } from '../../crypto/nbk/open-bundle.ts';
import type { RandomAccess } from '../../crypto/nbk/random-access.ts';
import { readTree } from '../../crypto/nbk/tree.ts';
import { verifyBundle, type VerifyReport as BundleReport } from '../../crypto/nbk/verify.ts';
import { streamBundle } from '../../crypto/nbk/write-bundle.ts';
import { err, ok, type Result } from '../../result.ts';
import type { VerifyReport } from '../contract/backup.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { type BundleId, parseBundleId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import { type LongWorkRun, startWork } from '../contract/long-work.ts';
import type { BackupSurface, Served } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { SnapshotRow } from '../store/home-schema.ts';
import type { BackupDeps } from './backup-deps.ts';
import { errorOf } from './bundle-error.ts';
import { createSnapshot } from './create-snapshot.ts';
import { createOpenedBundles, type OpenRestore } from './opened-bundles.ts';
import { restoreIntoHome } from './restore-into-home.ts';
import { ownerIn, restoreNewHome } from './restore-new-home.ts';
import { planFor, targetIn } from './restore-target.ts';
import { evicted } from './retention.ts';
import { bundleOf, cardOf, entriesOf, planOf } from './snapshot.ts';

type Calls = Served<BackupSurface>;

export function fileAccess(file: Blob): RandomAccess {
  return { size: file.size, read: async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()) };
}

const snapshotRows = ({ db }: MountedHome) => db.read(['snapshots'], (tx) => tx.list('snapshots'));

async function snapshotRow({ db }: MountedHome, id: BundleId): Promise<Result<SnapshotRow, NexusError>> {
  const row = await db.read(['snapshots'], (tx) => tx.get('snapshots', id));
  return row ? ok(row) : err(nexusError('backup.unknown'));
}

/** Runs long work, told of an abort as an answer. */
async function long<T>(deps: BackupDeps, port: MessagePort, work: (run: LongWorkRun) => Promise<Result<T, NexusError>>): Promise<Result<T, NexusError>> {
  const home = deps.current();
  const closing = home.ok ? AbortSignal.any([deps.closing, home.value.closing]) : deps.closing;
  const run = startWork(port, closing, deps.clock);
  try {
    return await work(run);
  } catch (fault) {
    if (!run.signal.aborted) throw fault;
    return err(nexusError(closing.aborted ? 'session.locked' : 'aborted'));
  } finally {
    run.end();
  }
}

function createSnapshotCalls(deps: BackupDeps): Pick<Calls, 'backupOverview' | 'createSnapshot' | 'deleteSnapshot' | 'setRetention' | 'openSnapshotDownload'> {
  const { current, announce, clock } = deps;
  const changed = () => announce({ type: 'backup.changed' });

  async function remove(home: MountedHome, ids: readonly BundleId[]): Promise<void> {
    if (ids.length === 0) return;
    await home.db.write(['snapshots'], async (tx) => {
      for (const id of ids) await tx.remove('snapshots', id);
    }, { durability: 'strict' });
    await home.pinsChanged();
  }

  async function retain(home: MountedHome): Promise<void> {
    const retention = await deps.retention.read();
    if (!retention.ok) return;
    const cards = (await snapshotRows(home)).flatMap((row) => cardOf(row) ?? []);
    await remove(home, evicted(cards, { ...retention.value, keep: Math.min(retention.value.keep, LIMITS.snapshots) }));
  }

  async function markDownloaded(home: MountedHome, id: BundleId): Promise<void> {
    await home.db.write(['snapshots'], async (tx) => {
      const row = await tx.get('snapshots', id);
      if (row) await tx.put('snapshots', { ...row, downloaded: clock() });
    });
    changed();
  }

  return {
    async backupOverview() {
      const home = current();
      if (!home.ok) return home;
      const retention = await deps.retention.read();
      if (!retention.ok) return retention;
      const snapshots = (await snapshotRows(home.value)).flatMap((row) => cardOf(row) ?? []).sort((a, b) => b.created - a.created);
      const meta = await home.value.db.read(['meta'], (tx) => tx.get('meta', 'verified'));
      return ok({ snapshots, retention: retention.value, ...(meta?.verified !== undefined && { lastVerified: meta.verified }) });
    },

    createSnapshot: ({ command, port }) => long(deps, port, async (run) => {
      const home = current();
      if (!home.ok) return home;
      const card = await home.value.alone(() => createSnapshot(deps, home.value, { command, run }));
      if (!card.ok) return card;
      await home.value.pinsChanged();
      await retain(home.value);
      changed();
      return card;
    }),

    async deleteSnapshot({ id }) {
      const home = current();
      if (!home.ok) return home;
      await remove(home.value, [id]);
      changed();
      return ok();
    },

    async setRetention(change) {
      const home = current();
      if (!home.ok) return home;
      const written = await deps.retention.write(change);
      if (!written.ok) return written;
      await retain(home.value);
      changed();
      return ok();
    },

    async openSnapshotDownload({ id }) {
      const home = current();
      if (!home.ok) return home;
      const row = await snapshotRow(home.value, id);
      if (!row.ok) return row;
      const plan = await planOf(row.value);
      if (!plan.ok) return err(errorOf(plan.error));
      const entries = entriesOf(home.value.db, row.value);
      const { manifest: manifestBytes, seal, bytes, created } = row.value;
      return ok(deps.desk.offer({
        mediaType: 'application/vnd.nexus.nbk+zip', saveAs: `Nexus backup ${new Date(created).toISOString().slice(0, 10)}.nbk`, size: bytes, ranges: false,
        open: () => streamBundle(plan.value, { manifestBytes, seal }, async (path) => (await entries.read(path)) ?? new Uint8Array(0)),
        finished: () => void markDownloaded(home.value, id),
      }));
    },
  };
}

function createVerifyCalls(deps: BackupDeps): Pick<Calls, 'verifySnapshot' | 'verifyBundle'> {
  const { aead, random, clock, current } = deps;

  async function verify(bundle: Bundle, opened: OpenedBundle | undefined, { depth, percent, run }: { readonly depth: BundleReport['depth']; readonly percent: number | undefined; readonly run: LongWorkRun }): Promise<Result<VerifyReport, NexusError>> {
    const report = await verifyBundle(bundle, {
      depth, random, signal: run.signal, ...(percent !== undefined && { percent }), ...(opened && { opened }),
      onProgress: (doneBytes, totalBytes) => run.report({ phase: 'working', doneBytes, totalBytes, doneItems: 0, totalItems: bundle.directory.count }),
    });
    if (!report.ok) return err(errorOf(report.error));
    return ok({ ...report.value, damaged: [...new Set(report.value.damaged.map(({ path }) => path))] });
  }

  /** Only what was read to some depth and held counts as verified. */
  async function remember(home: MountedHome, report: VerifyReport, id?: BundleId): Promise<void> {
    if (!report.ok || report.depth === 'quick') return;
    await home.db.write(['snapshots', 'meta'], async (tx) => {
      const row = id && (await tx.get('snapshots', id));
      if (row) await tx.put('snapshots', { ...row, verified: clock() });
      await tx.put('meta', { key: 'verified', verified: clock() });
    });
    deps.announce({ type: 'backup.changed' });
  }

  return {
    verifySnapshot: ({ id, depth, percent, port }) => long(deps, port, async (run) => {
      const home = current();
      if (!home.ok) return home;
      const row = await snapshotRow(home.value, id);
      if (!row.ok) return row;
      const bundle = await bundleOf(home.value.db, row.value);
      if (!bundle.ok) return err(errorOf(bundle.error));
      const opened = await openWithKeys(bundle.value, aead, home.value.keys);
      if (!opened.ok) return err(errorOf(opened.error));
      const report = await verify(bundle.value, opened.value, { depth, percent, run });
      if (report.ok) await remember(home.value, report.value, id);
      return report;
    }),

    verifyBundle: ({ file, depth, percent, port }) => long(deps, port, async (run) => {
      const bundle = await openBundle(fileAccess(file));
      if (!bundle.ok) return err(errorOf(bundle.error));
      const home = current();
      const own = home.ok && toHex(home.value.homeId) === bundle.value.manifest.homeId;
      const opened = own ? await openWithKeys(bundle.value, aead, home.value.keys) : undefined;
      if (opened && !opened.ok) return err(errorOf(opened.error));
      const report = await verify(bundle.value, opened?.value, { depth, percent, run });
      if (report.ok && own) await remember(home.value, report.value, parseBundleId(bundle.value.manifest.id));
      return report;
    }),
  };
}

function createRestoreCalls(deps: BackupDeps): Pick<Calls, 'openBundle' | 'planRestore' | 'applyRestore' | 'closeBundle'> {
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

  async function unlocked(bundle: Bundle, secret: Uint8Array<ArrayBuffer>): Promise<Result<OpenRestore, NexusError>> {
    const opened = await openWithSecret(bundle, aead, { secret });
    if (!opened.ok) return err(errorOf(opened.error));
    const tree = await readTree(opened.value, { signal: deps.closing });
    if (!tree.ok) return err(errorOf(tree.error));
    const prefs = await readSealed(opened.value, 'prefs');
    return ok({ opened: opened.value, tree: tree.value, prefs: prefs.ok ? prefs.value : undefined });
  }

  function intoHome(into: string | undefined): Result<{ home: MountedHome; folder: string } | undefined, NexusError> {
    if (into === undefined) return ok(undefined);
    const home = current();
    return home.ok ? ok({ home: home.value, folder: into }) : home;
  }

  return {
    async openBundle({ source, secret }) {
      const bundle = await sourceBundle(source);
      if (!bundle.ok) return bundle;
      const restore = await unlocked(bundle.value, secret);
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
      const [restore, into] = [bundles.get(id), intoHome(folder)];
      if (!restore.ok) return restore;
      if (!into.ok) return into;
      const plan = await planFor(restore.value, { clash, ...(path !== undefined && { path }), ...(into.value && { into: { home: into.value.home, target: targetIn(into.value.home, into.value.folder) } }) });
      const lines = plan.lines.slice(0, LIMITS.listPage).map(({ entry, fate, reason }) => ({ path: entry.path, kind: entry.kind, size: entry.size, fate, ...(reason && { reason }) }));
      return ok({ lines, counts: plan.counts, bytes: plan.bytes });
    },

    applyRestore: ({ restore: id, into: folder, path, clash, port, ...args }) => long(deps, port, async (run) => {
      const [restore, into] = [bundles.get(id), intoHome(folder)];
      if (!restore.ok) return restore;
      if (!into.ok) return into;
      if (!into.value) return restoreNewHome(deps, restore.value, { args, run });
      const { home, folder: to } = into.value;
      return home.alone(async () => {
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

export const createBackup = (deps: BackupDeps): Calls => ({ ...createSnapshotCalls(deps), ...createVerifyCalls(deps), ...createRestoreCalls(deps) });
