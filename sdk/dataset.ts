// What an app keeps for itself, as the SDK gives it to its author: each call over the line, with what was given for it.
import type { DatasetConflict } from '../src/workers/contract/app-protocol.ts';
import type { Line } from './line.ts';
import type { Held } from './nexus.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** JSON, as far as types can say. */
export type Fields = Readonly<Record<string, unknown>>;

/** What the app keeps for itself, encrypted in the person's home, and on their other devices where the manifest says how and they chose so. */
export interface Dataset {
  keys(): Promise<readonly string[]>;
  get(key: string): Promise<Bytes | null>;
  put(key: string, value: Bytes): Promise<void>;
  /** An object of at most 256 fields, of which other devices may change other fields at the same time (`last-writer`). */
  putFields(key: string, fields: Fields): Promise<void>;
  getFields(key: string): Promise<Fields | null>;
  delete(key: string): Promise<void>;
  /** Keys that two devices changed, where the manifest says that the app decides (`app`). */
  conflicts(): Promise<readonly string[]>;
  /** Null where there is none any more. */
  conflict(key: string): Promise<DatasetConflict | null>;
  /** What it comes to; null deletes. `grants.conflict_over` where either side was changed meanwhile: look at it again. */
  resolve(key: string, conflict: Pick<DatasetConflict, 'version'>, value: Bytes | null): Promise<void>;
  /** Calls when something came from another device, or waits to be decided; the function that it gives ends that. */
  watch(changed: () => void): () => void;
}

export const datasetOver = (line: Line, { use }: Held): Dataset => {
  const put = (key: string, value: Bytes, fields: boolean) => use('write:dataset', (binding) => line.call('datasetPut', { binding, key, value, ...(fields && { fields }) }));
  const get = (key: string) => use('read:dataset', (binding) => line.call('datasetGet', { binding, key }));
  return {
    get,
    keys: () => use('read:dataset', (binding) => line.call('datasetKeys', { binding })),
    put: (key, value) => put(key, value, false),
    putFields: (key, fields) => put(key, new TextEncoder().encode(JSON.stringify(fields)), true),
    async getFields(key) {
      const value = await get(key);
      return value && (JSON.parse(new TextDecoder().decode(value)) as Fields);
    },
    delete: (key) => use('write:dataset', (binding) => line.call('datasetDelete', { binding, key })),
    conflicts: () => use('read:dataset', (binding) => line.call('datasetConflicts', { binding })),
    conflict: (key) => use('read:dataset', (binding) => line.call('datasetConflict', { binding, key })),
    resolve: (key, { version }, value) => use('write:dataset', (binding) => line.call('datasetResolve', { binding, key, version, value })),
    watch: (changed) => line.hear(({ event }) => { if (event === 'dataset') changed(); }),
  };
};
