// What a home holds, in 32 bytes: alike as long as no file, folder, setting or way in was changed. What a look at the home writes,
// as its log does, is not in it.
import { type Bytes, concat } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { packNodes } from '../store/snapshot-lists.ts';

const WINDOW = 2000;

/** `slots` are those that a bundle carries. Records are sealed anew with each change, so their digests tell. */
export async function homePrint({ db }: Pick<MountedHome, 'db'>, slots: readonly Bytes[], signal: AbortSignal): Promise<Bytes> {
  const prefs = await db.read(['sealed'], (tx) => tx.get('sealed', 'prefs'));
  let print = await sha256(concat(...(await Promise.all([prefs?.bytes ?? new Uint8Array(0), ...slots].map(sha256)))));
  for (let after: string | undefined; ;) {
    signal.throwIfAborted();
    const from = after;
    const rows = await db.read(['nodes'], (tx) => tx.list('nodes', { limit: WINDOW, ...(from !== undefined && { after: from }) }));
    print = await sha256(concat(print, packNodes(rows.map(({ id, digest, record }) => ({ id, digest, size: record.length })))));
    if (rows.length < WINDOW) return print;
    after = rows.at(-1)?.id;
  }
}
