// Calls about bundles in the account that the home is linked to. None of them is needed for anything else: a bundle can always
// be downloaded as a file.
import { err, ok, type Result } from '../../result.ts';
import type { CloudClient } from '../../sync/cloud-client.ts';
import { EXTENTS_NAMED } from '../../sync/wire/limits.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { BundleId } from '../contract/ids.ts';
import type { BackupSurface, Served } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { unpackExtents } from '../store/snapshot-lists.ts';
import type { BackupDeps } from './backup-deps.ts';
import { bringBundle, readCloudBundle } from './cloud-bring.ts';
import { LIST_ID, type ListedBundle, objectIdOf, openList, sealList } from './cloud-index.ts';
import { type UploadFailure, uploadSnapshot } from './cloud-upload.ts';
import { longWork } from './long-work.ts';
import { cardOf, snapshotRow } from './snapshot.ts';

const BUNDLES = 'bundles';
const MOST_BUNDLES = 200;
/** Other devices change the list too. */
const TRIES = 4;

const told = <T>(result: Result<T, UploadFailure>): Result<T, NexusError> => (result.ok ? result : err(typeof result.error === 'string' ? cloudError(result.error) : result.error));

interface Place {
  readonly home: MountedHome;
  readonly cloud: CloudClient;
}

interface List {
  readonly rev: string | undefined;
  readonly bundles: readonly ListedBundle[];
}

async function readList({ home, cloud }: Place): Promise<Result<List, UploadFailure>> {
  const found = await cloud.object(BUNDLES, LIST_ID);
  if (!found.ok) return found;
  if (!found.value) return ok({ rev: undefined, bundles: [] });
  const bundles = await openList(home, found.value.body);
  return bundles ? ok({ rev: found.value.rev, bundles }) : err(nexusError('backup.damaged', { detail: 'list' }));
}

export function createCloudCalls(deps: BackupDeps): Pick<Served<BackupSurface>, 'listCloudBackups' | 'uploadBackup' | 'bringBackup' | 'checkCloudBackup' | 'deleteCloudBackup'> {
  const { announce, clock, current, random } = deps;
  const changed = () => announce({ type: 'backup.changed' });

  async function place(): Promise<Result<Place, NexusError>> {
    const home = current();
    if (!home.ok) return home;
    const cloud = await deps.cloud();
    return cloud ? ok({ home: home.value, cloud }) : err(nexusError('sync.not_linked'));
  }

  async function changeList(at: Place, change: (bundles: readonly ListedBundle[]) => readonly ListedBundle[]): Promise<Result<void, UploadFailure>> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const list = await readList(at);
      if (!list.ok) return list;
      const put = await at.cloud.putObject(BUNDLES, LIST_ID, { rev: list.value.rev, body: await sealList(at.home, random, change(list.value.bundles)) });
      if (!put.ok) return put;
      if (put.value) return ok();
    }
    return err('unreachable');
  }

  async function markUploaded({ home }: Place, id: BundleId): Promise<void> {
    await home.db.write(['snapshots'], async (tx) => {
      const row = await tx.get('snapshots', id);
      if (row) await tx.put('snapshots', { ...row, uploaded: clock() });
    });
  }

  return {
    async listCloudBackups() {
      const at = await place();
      if (!at.ok) return at;
      const list = await readList(at.value);
      if (!list.ok) return told(list);
      const here = new Set(await at.value.home.db.read(['snapshots'], (tx) => tx.keys('snapshots')));
      return ok(list.value.bundles.map((bundle) => ({ ...bundle, here: here.has(bundle.id) })));
    },

    uploadBackup: ({ id, port }) => longWork(deps, port, async (run) => {
      const at = await place();
      if (!at.ok) return at;
      const row = await snapshotRow(at.value.home, id);
      if (!row.ok) return row;
      const card = cardOf(row.value);
      if (!card) return err(nexusError('backup.damaged'));
      const uploaded = await uploadSnapshot({ ...at.value, random, row: row.value, run });
      if (!uploaded.ok) return told(uploaded);
      const { created, bytes, nodes } = card;
      const listed = await changeList(at.value, (bundles) => [{ id, created, bytes, nodes }, ...bundles.filter((one) => one.id !== id)].slice(0, MOST_BUNDLES));
      if (!listed.ok) return told(listed);
      await markUploaded(at.value, id);
      changed();
      return ok();
    }),

    bringBackup: ({ id, command, port }) => longWork(deps, port, async (run) => {
      const at = await place();
      if (!at.ok) return at;
      const row = await bringBundle({ ...at.value, id, command, run });
      if (!row.ok) return told(row);
      changed();
      const card = cardOf(row.value);
      return card ? ok(card) : err(nexusError('backup.damaged'));
    }),

    async checkCloudBackup({ id }) {
      const at = await place();
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
        missing += some.value.length;
      }
      return ok({ ok: missing === 0, missing });
    },

    async deleteCloudBackup({ id }) {
      const at = await place();
      if (!at.ok) return at;
      const object = await objectIdOf(id);
      const found = await at.value.cloud.object(BUNDLES, object);
      if (!found.ok) return told(found);
      const gone = found.value ? await at.value.cloud.deleteObject(BUNDLES, object, found.value.rev) : ok(true);
      if (!gone.ok) return told(gone);
      const listed = await changeList(at.value, (bundles) => bundles.filter((one) => one.id !== id));
      changed();
      return told(listed);
    },
  };
}
