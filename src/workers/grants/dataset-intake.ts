// What comes in of one app's dataset: which of the account's changes are news here, what is opened of them, and what is taken.
import { equal, fromHex } from '../../crypto/bytes.ts';
import { datasetObjectKey } from '../../crypto/home-keys.ts';
import { openFields } from '../../crypto/sealed.ts';
import { APP_LIMITS } from '../contract/app-protocol.ts';
import { GRANTS } from '../contract/limits.ts';
import type { CarriedDataset, CarriedParts, ObjectRecord } from './carried-dataset.ts';
import { objectFrom } from './dataset-codec.ts';
import { lost, meetByApp, meetLastWriter, type Remote } from './dataset-meeting.ts';
import type { DatasetChange } from './dataset-rows.ts';
import { sameValue, valueOf } from './dataset-version.ts';

type Read = (Omit<Remote, 'rev'> & { readonly key: string }) | 'later' | undefined;

/** Opens what the account has; `later` for what only another release can read. */
async function readerOf({ home: { keys, aead, homeId }, source, rows }: CarriedParts): Promise<(record: ObjectRecord) => Promise<Read>> {
  const key = await datasetObjectKey(keys, source);
  return async ({ id, body }) => {
    const tag = fromHex(id, 16);
    const opened = tag && body && body.length <= GRANTS.datasetObjectBytes ? openFields(aead, key, { kind: 'dataset', homeId, id: tag }, body) : undefined;
    if (!opened?.ok) return undefined;
    const read = objectFrom(opened.value);
    if (!read) return 'later';
    return await rows.tagOf(read.key) === id ? read : undefined;
  };
}

/** What came of taking objects, together. */
interface Tally { came: boolean; left: boolean; names: number | undefined }

export async function intakeOf(parts: CarriedParts): Promise<Pick<CarriedDataset, 'restart' | 'news' | 'take' | 'differs' | 'shared'>> {
  const { home: { device }, rows, moment, came, moved } = parts;
  const read = await readerOf(parts);

  async function takeOne(change: DatasetChange, { id, rev }: ObjectRecord, { read: there, tally }: { readonly read: Read | 'gone'; readonly tally: Tally }): Promise<void> {
    const mine = await change.kept(id);
    if (there === 'later') {
      // What another release wrote is not overwritten by what it replaced.
      tally.left = true;
      return change.mark(id, 'waits', false);
    }
    if (there === 'gone' || there === undefined || rev === undefined) {
      if (mine) await change.keep(id, lost(mine, there === 'gone' ? undefined : rev));
      else tally.left ||= there !== 'gone';
      return;
    }
    tally.names ??= (await change.names()).length;
    if (!mine && tally.names >= APP_LIMITS.datasetNames) tally.left = true;
    if (!mine && tally.names >= APP_LIMITS.datasetNames) return;
    const remote: Remote = { rev, version: there.version, base: there.base };
    const met = change.carrying?.policy === 'app' ? meetByApp(mine, there.key, { there: remote, device }) : meetLastWriter(mine, there.key, { there: remote, moment });
    if (!await change.keep(id, met)) {
      tally.left = true;
      return;
    }
    if (!mine) tally.names += 1;
    tally.came ||= met.kept.other !== undefined || (mine ? !sameValue(mine.version, met.kept.version) : valueOf(met.kept.version) !== undefined);
  }

  return {
    async restart(forget) {
      await rows.change(async (change) => {
        if (!change.carrying) return;
        await change.setCarrying({ policy: change.carrying.policy });
        for (const tag of forget ? await change.names() : []) {
          const kept = await change.kept(tag);
          if (kept) await change.keep(tag, lost(kept, undefined));
        }
      });
    },
    news: (changes) => rows.read(async (view) => {
      const news: (typeof changes)[number][] = [];
      for (const change of changes) {
        const known = (await view.kept(change.id))?.rev;
        if (change.deleted ? known !== undefined : known !== change.rev) news.push(change);
      }
      return news;
    }),
    async take(records, cursor) {
      const opened = await Promise.all(records.map(async (record) => (record.body ? read(record) : 'gone' as const)));
      const tally: Tally = { came: false, left: false, names: undefined };
      const taken = await rows.change(async (change) => {
        const { carrying } = change;
        if (!carrying) return false;
        for (const [at, record] of records.entries()) await takeOne(change, record, { read: opened[at], tally });
        await change.setCarrying({ policy: carrying.policy, cursor: cursor ?? carrying.cursor, left: tally.left || carrying.left });
        return true;
      });
      if (!taken) return;
      if (tally.came) came();
      if (records.length > 0) moved();
    },
    shared: (ids) => rows.read(async (view) => {
      const here = await view.values();
      return ids.filter((id) => here.has(id));
    }),
    async differs(records) {
      const theirs = await Promise.all(records.map(async (record) => (record.body ? read(record) : undefined)));
      return rows.read(async (view) => {
        for (const [at, { id }] of records.entries()) {
          const [there, mine] = [theirs[at], await view.stored(id)];
          if (!there || there === 'later' || !mine || mine === 'damaged') continue;
          const value = valueOf(there.version);
          if (!value || !equal(value, mine.value)) return true;
        }
        return false;
      });
    },
  };
}
