// Calls about snapshots: made, listed, let go, and taken away as a bundle.
import { streamBundle } from '../../crypto/nbk/write-bundle.ts';
import { err, ok } from '../../result.ts';
import { nexusError } from '../contract/errors.ts';
import type { BundleId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { BackupSurface, Served } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { BackupDeps } from './backup-deps.ts';
import { errorOf } from './bundle-error.ts';
import { snapshotInTurn } from './create-snapshot.ts';
import { longWork } from './long-work.ts';
import { evicted } from './retention.ts';
import { cardOf, entriesOf, planOf, snapshotRow, snapshotRows } from './snapshot.ts';

type Calls = Served<BackupSurface>;

export function createSnapshotCalls(deps: BackupDeps): Pick<Calls, 'backupOverview' | 'createSnapshot' | 'deleteSnapshot' | 'setRetention' | 'openSnapshotDownload'> {
  const { current, announce, clock } = deps;
  const changed = () => announce({ type: 'backup.changed' });

  async function remove(home: MountedHome, ids: readonly BundleId[]): Promise<void> {
    if (ids.length === 0) return;
    await home.db.write(['snapshots'], async (tx) => {
      for (const id of ids) await tx.remove('snapshots', id);
    }, { durability: 'strict' });
    await home.pinsRemoved();
  }

  async function retain(home: MountedHome, made?: BundleId): Promise<void> {
    const retention = await deps.retention.read();
    if (!retention.ok) return;
    const cards = (await snapshotRows(home)).flatMap((row) => cardOf(row) ?? []);
    const gone = evicted(cards, { ...retention.value, keep: Math.min(retention.value.keep, LIMITS.snapshots) }, made);
    await remove(home, gone);
    if (gone.length > 0) announce({ type: 'backup.evicted', count: gone.length });
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

    createSnapshot: ({ command, port }) => longWork(deps, port, async (run) => {
      const home = current();
      if (!home.ok) return home;
      // A backup is whole: what is at the server alone comes first.
      const { sync } = home.value;
      if (await sync.link.read()) {
        if (sync.isArriving()) return err(nexusError('sync.arriving'));
        await sync.bringAll(run.signal);
      }
      const card = await snapshotInTurn(deps, home.value, { command, run });
      if (!card.ok) return card;
      await retain(home.value, card.value.id);
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
        open: () => streamBundle(plan.value, { manifestBytes, seal }, entries.read),
        finished: () => void markDownloaded(home.value, id),
      }));
    },
  };
}
