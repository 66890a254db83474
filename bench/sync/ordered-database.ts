// The storage interface over memory for large homes: keys and indexes are kept in order, so that a query costs what it gives.
// One transaction at a time; it writes in place, and a body that throws ends the measurement.
import type { Database, Query, ReadTransaction, WriteTransaction } from '../../src/workers/store/database.ts';
import { HOME_SCHEMA, type HomeRows } from '../../src/workers/store/home-schema.ts';
import type { DatabaseSchema } from '../../src/workers/store/schema.ts';

type Row = Readonly<Record<string, unknown>>;

class Store {
  readonly rows = new Map<string, Row>();
  readonly #key: string;
  readonly #fields: Readonly<Record<string, string>>;
  readonly #indexes = new Map<string, Map<unknown, Set<string>>>();
  #keys: string[] | undefined;

  constructor({ key, indexes = {} }: { readonly key: string; readonly indexes?: Readonly<Record<string, string>> }) {
    this.#key = key;
    this.#fields = indexes;
    for (const name of Object.keys(indexes)) this.#indexes.set(name, new Map());
  }

  #index(key: string, row: Row, method: 'add' | 'delete'): void {
    for (const [name, field] of Object.entries(this.#fields)) {
      const index = this.#indexes.get(name)!;
      const keys = index.get(row[field]) ?? new Set();
      keys[method](key);
      index.set(row[field], keys);
    }
  }

  put(row: Row): void {
    const key = String(row[this.#key]);
    const before = this.rows.get(key);
    if (before) this.#index(key, before, 'delete');
    else if (this.#keys && (this.#keys.at(-1) ?? '') < key) this.#keys.push(key);
    else this.#keys = undefined;
    this.rows.set(key, row);
    this.#index(key, row, 'add');
  }

  remove(key: string): void {
    const row = this.rows.get(key);
    if (!row) return;
    this.#index(key, row, 'delete');
    this.rows.delete(key);
  }

  /** Every key in order; some may be gone. */
  #ordered(): readonly string[] {
    if (this.#keys && this.#keys.length > 2 * this.rows.size + 1000) this.#keys = undefined;
    return this.#keys ??= [...this.rows.keys()].sort();
  }

  /** Where keys after `key` begin. */
  #after(ordered: readonly string[], key: string): number {
    let [low, high] = [0, ordered.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ordered[middle]! > key) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  select({ index, only, prefix = '', after, limit = Number.POSITIVE_INFINITY }: Query): string[] {
    if (index === undefined && only !== undefined) return this.rows.has(only) ? [only] : [];
    const ordered = index === undefined ? this.#ordered() : [...this.#indexes.get(index)?.get(only) ?? []].sort();
    const found: string[] = [];
    let at = after === undefined && prefix === '' ? 0 : this.#after(ordered, after !== undefined && after >= prefix ? after : prefix);
    if (at > 0 && after === undefined && ordered[at - 1] === prefix) at -= 1;
    for (; at < ordered.length && found.length < limit; at += 1) {
      const key = ordered[at]!;
      if (!key.startsWith(prefix)) break;
      if (this.rows.has(key)) found.push(key);
    }
    return found;
  }
}

function transactionOver(stores: ReadonlyMap<string, Store>): WriteTransaction<HomeRows> {
  const of = (name: string): Store => stores.get(name)!;
  const tx = {
    // Rows come out and go in as copies, as they do with IndexedDB.
    get: async (name: string, key: string) => structuredClone(of(name).rows.get(key)),
    list: async (name: string, query: Query = {}) => of(name).select(query).map((key) => structuredClone(of(name).rows.get(key))),
    keys: async (name: string, query: Query = {}) => of(name).select(query),
    put: async (name: string, row: Row) => of(name).put(structuredClone(row)),
    remove: async (name: string, key: string | { readonly prefix: string }) => {
      for (const one of typeof key === 'string' ? [key] : of(name).select(key)) of(name).remove(one);
    },
  };
  return tx as unknown as WriteTransaction<HomeRows>;
}

export function createOrderedDatabase(): Database<HomeRows> {
  const schema: DatabaseSchema = HOME_SCHEMA;
  const tx = transactionOver(new Map(Object.entries(schema.stores).map(([name, store]) => [name, new Store(store)])));
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(body: () => Promise<T>): Promise<T> => {
    const run = turn.then(body);
    turn = run.catch(() => undefined);
    return run;
  };
  return {
    name: 'home',
    read: (_, body) => inTurn(() => body(tx as ReadTransaction<HomeRows>)),
    write: (_, body) => inTurn(() => body(tx)),
    close: () => undefined,
  };
}
