// Calls about bundles in the account that the home is linked to. None of them is needed for anything else: a bundle can always
// be downloaded as a file.
import { err, ok } from '../../result.ts';
import { EXTENTS_NAMED } from '../../sync/wire/limits.ts';
import { nexusError } from '../contract/errors.ts';
import type { BundleId } from '../contract/ids.ts';
import type { BackupSurface, Served } from '../contract/surface.ts';
import { unpackExtents } from '../store/snapshot-lists.ts';
import type { BackupDeps } from './backup-deps.ts';
import { bringBundle, readCloudBundle } from './cloud-bring.ts';
import { type Place, readList, told } from './cloud-list.ts';
import { longWork } from './long-work.ts';
import { cardOf, snapshotRow, snapshotRows } from './snapshot.ts';
import { letGo, placeOf, toAccount } from './to-account.ts';

export function createCloudCalls(deps: BackupDeps): Pick<Served<BackupSurface>, 'listCloudBackups' | 'uploadBackup' | 'bringBackup' | 'checkCloudBackup' | 'deleteCloudBackup'> {
  const { announce, clock } = deps;
  const changed = () => announce({ type: 'backup.changed' });

  async function markUploaded({ home }: Place, id: BundleId): Promise<void> {
    await home.db.write(['snapshots'], async (tx) => {
      const row = await tx.get('snapshots', id);
      if (row) await tx.put('snapshots', { ...row, uploaded: clock() });
    });
  }

  return {
    async listCloudBackups() {
      const at = await placeOf(deps);
      if (!at.ok) return at;
      const list = await readList(at.value);
      if (!list.ok) return told(list);
      const here = new Set((await snapshotRows(at.value.home)).map(({ id }) => id));
      return ok(list.value.bundles.map((bundle) => ({ ...bundle, here: here.has(bundle.id) })));
    },

    uploadBackup: ({ id, port }) => longWork(deps, port, async (run) => {
      const at = await placeOf(deps);
      if (!at.ok) return at;
      const row = await snapshotRow(at.value.home, id);
      if (!row.ok) return row;
      // Whole ones might go to make room for it.
      if (row.value.partial) return err(nexusError('sync.partial'));
      const uploaded = await toAccount(deps, at.value, { row: row.value, run });
      if (!uploaded.ok) return uploaded;
      await markUploaded(at.value, id);
      changed();
      return ok();
    }),

    bringBackup: ({ id, command, port }) => longWork(deps, port, async (run) => {
      const at = await placeOf(deps);
      if (!at.ok) return at;
      const row = await bringBundle({ ...at.value, id, command, run });
      if (!row.ok) return told(row);
      changed();
      const card = cardOf(row.value);
      return card ? ok(card) : err(nexusError('backup.damaged'));
    }),

    async checkCloudBackup({ id }) {
      const at = await placeOf(deps);
      if (!at.ok) return at;
      const bundle = await readCloudBundle({ ...at.value, id });
      if (!bundle.ok) return told(bundle);
      const extents = unpackExtents(bundle.value.extents);
      if (!extents) return err(nexusError('backup.damaged'));
      const names = [...bundle.value.parts, ...extents.map((extent) => extent.id)];
      let missing = 0;
      for (let from = 0; from < names.length; from += EXTENTS_NAMED) {
        const some = await at.value.cloud.missing(names.slice(from, from + EXTENTS_NAMED));
        if (!some.ok) return told(some);
        missing += some.value.missing.length;
      }
      return ok({ ok: missing === 0, missing });
    },

    async deleteCloudBackup({ id }) {
      const at = await placeOf(deps);
      if (!at.ok) return at;
      const gone = await letGo(deps, at.value, () => [id]);
      changed();
      return gone.ok ? ok() : told(gone);
    },
  };
}
