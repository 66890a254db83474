// What one app keeps for itself, under a key of its own: names and values sealed, rows found by a keyed tag of the name. Bounded in
// entries and bytes. Where it is carried to other devices, each change is known as such in the transaction that makes it.
import { type Bytes } from '../../crypto/bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import { APP_LIMITS, type DatasetConflict } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { laterOf } from '../home/group-clocks.ts';
import { decided, type Kept, type Moment, writtenHere } from './dataset-meeting.ts';
import type { DatasetChange, DatasetRows } from './dataset-rows.ts';
import { bytesOf, fieldsOf, latestOf, sameValue, valueOf, type Version, wholeAt, withFields } from './dataset-version.ts';

type Answer<T> = Promise<Result<T, NexusError>>;

/** Throws StorageError. */
export interface AppDataset {
  keys(): Promise<readonly string[]>;
  /** `integrity.tampered` where it does not open. */
  get(key: string): Answer<Bytes | null>;
  /** `byField`: a JSON object, of which other devices may change other fields. */
  put(key: string, value: Bytes, byField?: boolean): Answer<void>;
  delete(key: string): Answer<void>;
  /** Keys whose values wait for a decision. */
  conflicts(): Promise<readonly string[]>;
  conflict(key: string): Promise<DatasetConflict | null>;
  /** What a conflict comes to; null deletes. */
  resolve(key: string, version: string, value: Bytes | null): Answer<void>;
  usage(): Promise<{ readonly entries: number; readonly bytes: number }>;
}

/** `changed` hears of what is to be carried; `moment` is this device's. */
export interface DatasetHooks {
  readonly moment: Moment;
  readonly changed: () => void;
}

/** What a conflict is known by: it is another one once either side is. */
function conflictOf({ version, other, ancestor }: Kept): DatasetConflict | null {
  if (!other) return null;
  const [ms, counter] = latestOf(version);
  return { version: `${other.rev}.${ms}.${counter}`, local: valueOf(version) ?? null, remote: valueOf(other.version) ?? null, ancestor: ancestor ?? null };
}

type Done = 'done' | 'same' | 'full' | 'over';

export function createAppDataset(rows: DatasetRows, { moment, changed }: DatasetHooks): AppDataset {
  /** What the app has written, for this device alone or known as a change that is to be sent. */
  async function write(change: DatasetChange, tag: string, { key, value, fields }: { readonly key: string; readonly value: Bytes | undefined; readonly fields: ReadonlyMap<string, string> | undefined }): Promise<Done> {
    const { carrying } = change;
    if (!carrying) {
      if (!value) await change.remove(tag);
      return !value || await change.put(tag, { key, value, fields: fields !== undefined }) ? 'done' : 'full';
    }
    const before = await change.kept(tag);
    // What does not open, and was never carried, goes as it does elsewhere.
    if (!before && !value) await change.remove(tag);
    if (!before && !value) return 'same';
    if (!before && (await change.names()).length >= APP_LIMITS.datasetNames) return 'full';
    const clock = moment(before && latestOf(before.version));
    const byField = fields !== undefined && carrying.policy === 'last-writer';
    const version: Version = byField ? withFields(before?.version, fields, clock) : wholeAt(clock, value);
    if (before && sameValue(before.version, version)) return 'same';
    if (!await change.keep(tag, writtenHere(before, key, version))) return 'full';
    // There is room again for what was left at the account.
    if (!value && carrying.left) await change.setCarrying({ policy: carrying.policy });
    return 'done';
  }

  function answered(done: Done | undefined, carried: boolean): Result<void, NexusError> {
    if (done === undefined) return err(nexusError('apps.unknown'));
    if (done === 'full') return err(nexusError('grants.limit', { detail: 'dataset' }));
    if (done === 'over') return err(nexusError('grants.conflict_over'));
    if (done === 'done' && carried) changed();
    return ok();
  }

  async function changing(key: string, step: (change: DatasetChange, tag: string) => Promise<Done>): Answer<void> {
    const tag = await rows.tagOf(key);
    let carried = false;
    const done = await rows.change((change) => {
      carried = change.carrying !== undefined;
      return step(change, tag);
    });
    return answered(done, carried);
  }

  return {
    keys: () => rows.read(async (view) => [...(await view.values()).values()].map((stored) => stored.key).sort()),
    async get(key) {
      const tag = await rows.tagOf(key);
      const stored = await rows.read((view) => view.stored(tag));
      if (!stored) return ok(null);
      return stored !== 'damaged' && stored.key === key ? ok(stored.value) : err(nexusError('integrity.tampered'));
    },
    async put(key, value, byField = false) {
      const fields = byField ? fieldsOf(value) : undefined;
      if (byField && !fields) return err(nexusError('format.malformed'));
      // Written out, numbers may be longer than they were.
      const bytes = fields ? bytesOf(fields) : value;
      if (bytes.length > APP_LIMITS.datasetValueBytes) return err(nexusError('format.too_large'));
      return changing(key, (change, tag) => write(change, tag, { key, value: bytes, fields }));
    },
    delete: (key) => changing(key, (change, tag) => write(change, tag, { key, value: undefined, fields: undefined })),
    conflicts: () => rows.read(async (view) => {
      const names: string[] = [];
      for (const tag of view.carrying ? await view.marked('clash') : []) {
        const kept = await view.kept(tag);
        if (kept?.other) names.push(kept.key);
      }
      return names.sort();
    }),
    async conflict(key) {
      const tag = await rows.tagOf(key);
      return rows.read(async (view) => {
        const kept = view.carrying && await view.kept(tag);
        return kept ? conflictOf(kept) : null;
      });
    },
    resolve: (key, version, value) => changing(key, async (change, tag) => {
      const kept = change.carrying && await change.kept(tag);
      if (!kept?.other || conflictOf(kept)?.version !== version) return 'over';
      const clock = moment(laterOf(latestOf(kept.version), latestOf(kept.other.version)));
      return await change.keep(tag, decided(kept, kept.other, wholeAt(clock, value ?? undefined))) ? 'done' : 'full';
    }),
    usage: rows.usage,
  };
}
