// Calls that verify a snapshot or a bundle's file.
import { toHex } from '../../crypto/bytes.ts';
import { type Bundle, openBundle, type OpenedBundle, openWithKeys } from '../../crypto/nbk/open-bundle.ts';
import { verifyBundle, type VerifyReport as BundleReport } from '../../crypto/nbk/verify.ts';
import { err, ok, type Result } from '../../result.ts';
import type { VerifyReport } from '../contract/backup.ts';
import type { NexusError } from '../contract/errors.ts';
import { type BundleId, parseBundleId } from '../contract/ids.ts';
import type { LongWorkRun } from '../contract/long-work.ts';
import type { BackupSurface, Served } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { BackupDeps } from './backup-deps.ts';
import { errorOf } from './bundle-error.ts';
import { fileAccess } from './file-access.ts';
import { longWork } from './long-work.ts';
import { bundleOf, snapshotRow } from './snapshot.ts';

type Calls = Served<BackupSurface>;

export function createVerifyCalls(deps: BackupDeps): Pick<Calls, 'verifySnapshot' | 'verifyBundle'> {
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
    verifySnapshot: ({ id, depth, percent, port }) => longWork(deps, port, async (run) => {
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

    verifyBundle: ({ file, depth, percent, port }) => longWork(deps, port, async (run) => {
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
