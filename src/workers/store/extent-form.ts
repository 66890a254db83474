// How extents are kept: as Blobs where the engine stores them, else as one ArrayBuffer each. Asked once, by doing it.
import { deleteDB, openDB } from 'idb';
import type { Database } from './database.ts';
import type { HomeRows } from './home-schema.ts';

export type ExtentForm = 'blob' | 'buffer';

/** `probe` names a database of its own, which is gone afterwards. */
export async function extentForm(probe: string): Promise<ExtentForm> {
  const db = await openDB(probe, 1, { upgrade: (fresh) => void fresh.createObjectStore('probe') });
  try {
    await db.put('probe', new Blob([new Uint8Array([1, 2, 3])]), 'probe');
    const read: unknown = await db.get('probe', 'probe');
    return read instanceof Blob && (await read.arrayBuffer()).byteLength === 3 ? 'blob' : 'buffer';
  } catch {
    return 'buffer';
  } finally {
    db.close();
    await deleteDB(probe).catch(() => undefined);
  }
}

/** Bytes of an extent, however it is kept. */
export async function extentData(data: Blob | ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : data);
}

/** The bytes of an extent that is here. */
export async function storedBytes(db: Pick<Database<HomeRows>, 'read'>, id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const row = await db.read(['extents'], (tx) => tx.get('extents', id));
  return row && extentData(row.data);
}

/** An extent that is here as it is kept, to be sent. */
export async function storedBody(db: Pick<Database<HomeRows>, 'read'>, id: string): Promise<Uint8Array<ArrayBuffer> | Blob | undefined> {
  const row = await db.read(['extents'], (tx) => tx.get('extents', id));
  return row && (row.data instanceof Blob ? row.data : new Uint8Array(row.data));
}

export const asExtentData = (form: ExtentForm, bytes: Uint8Array<ArrayBuffer>): Blob | ArrayBuffer =>
  form === 'blob' ? new Blob([bytes]) : bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
