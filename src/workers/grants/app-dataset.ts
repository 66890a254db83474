// What one app keeps for itself, under a key of its own: names and values sealed, rows found by a keyed tag of the name. Bounded in
// entries and bytes.
import { type Bytes, toHex, utf8 } from '../../crypto/bytes.ts';
import { isBytes } from '../../crypto/canonical-cbor.ts';
import { hmacSha256, importHmacKey } from '../../crypto/digest.ts';
import { datasetKey } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import { err, ok, type Result } from '../../result.ts';
import { APP_LIMITS } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AppId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { createTurn } from '../store/in-turn.ts';

/** Throws StorageError. */
export interface AppDataset {
  keys(): Promise<readonly string[]>;
  /** `integrity.tampered` where it does not open. */
  get(key: string): Promise<Result<Bytes | null, NexusError>>;
  put(key: string, value: Bytes): Promise<Result<void, NexusError>>;
  delete(key: string): Promise<void>;
  usage(): Promise<{ readonly entries: number; readonly bytes: number }>;
}

export async function createAppDataset({ db, keys, aead, homeId }: MountedHome, random: Random, { appId, source }: { readonly appId: AppId; readonly source: string }): Promise<AppDataset> {
  const key = await datasetKey(keys, source);
  const tagKey = await importHmacKey(key);
  const tagOf = async (name: string): Promise<Bytes> => (await hmacSha256(tagKey, utf8(name))).slice(0, 16);
  const rowKey = (tag: Bytes): string => `${appId}/${toHex(tag)}`;
  const nameOf = (id: Bytes) => ({ kind: 'dataset' as const, homeId, id });
  let sizes: Map<string, number> | undefined;
  // One change after the other, so that bounds hold for many at once.
  const inTurn = createTurn();

  async function opened(name: string): Promise<{ readonly found: boolean; readonly value?: Bytes }> {
    const tag = await tagOf(name);
    const row = await db.read(['datasets'], (tx) => tx.get('datasets', rowKey(tag)));
    const map = row && openFields(aead, key, nameOf(tag), row.bytes);
    const value = map?.ok && map.value.get('key') === name ? map.value.get('value') : undefined;
    return { found: row !== undefined, ...(isBytes(value) && { value }) };
  }

  async function known(): Promise<Map<string, number>> {
    sizes ??= new Map((await db.read(['datasets'], (tx) => tx.list('datasets', { prefix: `${appId}/` }))).map((row) => [row.key, row.bytes.length]));
    return sizes;
  }

  const total = (of: ReadonlyMap<string, number>) => [...of.values()].reduce((sum, each) => sum + each, 0);

  return {
    async keys() {
      const rows = await db.read(['datasets'], (tx) => tx.list('datasets', { prefix: `${appId}/` }));
      const names: string[] = [];
      for (const row of rows) {
        // The tag is bound into the seal, so the row's own key tells it.
        const tag = Uint8Array.from(row.key.slice(appId.length + 1).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
        const map = openFields(aead, key, nameOf(tag), row.bytes);
        const name = map.ok ? map.value.get('key') : undefined;
        if (typeof name === 'string') names.push(name);
      }
      return names.sort();
    },
    async get(name) {
      const { found, value } = await opened(name);
      if (!found) return ok(null);
      return value ? ok(value) : err(nexusError('integrity.tampered'));
    },
    put: (name, value) => inTurn(async () => {
      const tag = await tagOf(name);
      const row = { key: rowKey(tag), bytes: sealFields({ aead, random }, key, nameOf(tag), { key: name, value }) };
      const next = new Map(await known()).set(row.key, row.bytes.length);
      if (next.size > APP_LIMITS.datasetEntries || total(next) > APP_LIMITS.datasetBytes) return err(nexusError('grants.limit', { detail: 'dataset' }));
      const written = await db.write(['apps', 'datasets'], async (tx) => {
        // An app that was removed leaves nothing behind, whatever was under way.
        if (!await tx.get('apps', `${appId}/app`)) return false;
        await tx.put('datasets', row);
        return true;
      }, { durability: 'strict' });
      if (!written) return err(nexusError('apps.unknown'));
      (await known()).set(row.key, row.bytes.length);
      return ok();
    }),
    delete: (name) => inTurn(async () => {
      const rowName = rowKey(await tagOf(name));
      await db.write(['datasets'], (tx) => tx.remove('datasets', rowName), { durability: 'strict' });
      sizes?.delete(rowName);
    }),
    async usage() {
      const all = await known();
      return { entries: all.size, bytes: total(all) };
    },
  };
}
