// IndexedDB as a browser holds it, taken out as JSON and put in again: how a home of an earlier release is kept as a vector.
// Both functions are sent to the browser as text, so neither uses anything outside itself.

export interface StoredDatabase {
  readonly name: string;
  readonly version: number;
  readonly stores: readonly {
    readonly name: string;
    readonly key: string;
    readonly indexes: readonly { readonly name: string; readonly path: string | readonly string[] }[];
    /** Bytes are `{ "$": "bytes" | "buffer" | "blob", "base64": … }`. */
    readonly rows: readonly unknown[];
  }[];
}

/** Every database of this origin. */
export async function takeDatabases(): Promise<readonly StoredDatabase[]> {
  const done = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('not read'));
  });
  const base64 = (bytes: Uint8Array) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const encode = async (value: unknown): Promise<unknown> => {
    if (value instanceof Blob) return { $: 'blob', base64: base64(new Uint8Array(await value.arrayBuffer())) };
    if (value instanceof ArrayBuffer) return { $: 'buffer', base64: base64(new Uint8Array(value)) };
    if (value instanceof Uint8Array) return { $: 'bytes', base64: base64(value) };
    if (Array.isArray(value)) return Promise.all(value.map(encode));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([key, inner]) => [key, await encode(inner)] as const)));
  };
  return Promise.all((await indexedDB.databases()).map(async ({ name = '', version = 0 }) => {
    const db = await done(indexedDB.open(name));
    const stores = await Promise.all([...db.objectStoreNames].map(async (store) => {
      const rows = db.transaction(store).objectStore(store);
      const indexes = [...rows.indexNames].map((index) => ({ name: index, path: rows.index(index).keyPath }));
      const key = rows.keyPath as string;
      return { name: store, key, indexes, rows: await Promise.all((await done(rows.getAll())).map(encode)) };
    }));
    db.close();
    return { name, version, stores };
  }));
}

/** Puts them into an origin that has none; without `blobs`, as an engine would have written them that stores none. */
export async function putDatabases(databases: readonly StoredDatabase[], blobs: boolean): Promise<number> {
  const decode = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(decode);
    if (typeof value !== 'object' || value === null) return value;
    const { $: form, base64 } = value as { readonly $?: string; readonly base64?: string };
    if (form === undefined) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
    const bytes = Uint8Array.from(atob(base64 ?? ''), (character) => character.charCodeAt(0));
    return form === 'bytes' ? bytes : form === 'blob' && blobs ? new Blob([bytes]) : bytes.buffer;
  };
  for (const { name, version, stores } of databases) {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name, version);
      opening.onerror = () => reject(opening.error ?? new Error('not opened'));
      opening.onsuccess = () => resolve(opening.result);
      opening.onupgradeneeded = () => {
        for (const store of stores) {
          const made = opening.result.createObjectStore(store.name, { keyPath: store.key });
          for (const index of store.indexes) made.createIndex(index.name, index.path as string | string[]);
        }
      };
    });
    const tx = db.transaction(stores.map((store) => store.name), 'readwrite');
    for (const store of stores) for (const row of store.rows) tx.objectStore(store.name).put(decode(row));
    await new Promise((resolve, reject) => {
      tx.oncomplete = resolve;
      tx.onabort = () => reject(tx.error ?? new Error('not put'));
    });
    db.close();
  }
  return databases.length;
}
