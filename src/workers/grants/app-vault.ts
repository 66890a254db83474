// The vault of one app: few and small secrets under a key of their own, each a row, found by a keyed tag of its name. Names and values leave
// it over the app's own port alone.
import { type Bytes, fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { isBytes } from '../../crypto/canonical-cbor.ts';
import { hmacSha256, importHmacKey } from '../../crypto/digest.ts';
import { vaultKey } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import { err, ok, type Result } from '../../result.ts';
import { APP_LIMITS } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AppId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { DatasetRow } from '../store/home-schema.ts';

/** Throws StorageError. */
export interface AppVault {
  list(): Promise<readonly string[]>;
  /** `integrity.tampered` where it does not open. */
  get(name: string): Promise<Result<Bytes | null, NexusError>>;
  /** `grants.limit` where there are as many as may be, `apps.unknown` where the app is gone. */
  put(name: string, value: Bytes): Promise<Result<void, NexusError>>;
  delete(name: string): Promise<void>;
}

const STRICT = { durability: 'strict' } as const;
const TAG_BYTES = 16;

export const vaultPrefix = (appId: AppId): string => `${appId}:vault/`;

/** How many secrets an app keeps: counted by their rows. */
export const countVault = ({ db }: Pick<MountedHome, 'db'>, appId: AppId): Promise<number> =>
  db.read(['datasets'], async (tx) => (await tx.keys('datasets', { prefix: vaultPrefix(appId) })).length);

export const emptyVault = ({ db }: Pick<MountedHome, 'db'>, appId: AppId): Promise<void> =>
  db.write(['datasets'], (tx) => tx.remove('datasets', { prefix: vaultPrefix(appId) }), STRICT);

export async function createAppVault({ db, keys, aead, homeId }: MountedHome, random: Random, { appId, source }: { readonly appId: AppId; readonly source: string }): Promise<AppVault> {
  const key = await vaultKey(keys, source);
  const tagKey = await importHmacKey(key);
  const prefix = vaultPrefix(appId);
  const tagOf = async (name: string): Promise<Bytes> => (await hmacSha256(tagKey, utf8(name))).slice(0, TAG_BYTES);

  /** The tag is bound into the seal, so a row in another's place does not open. */
  function opened(row: DatasetRow): { readonly name: string; readonly value: Bytes } | undefined {
    const tag = fromHex(row.key.slice(prefix.length), TAG_BYTES);
    const map = tag && openFields(aead, key, { kind: 'dataset', homeId, id: tag }, row.bytes);
    const [name, value] = map?.ok ? [map.value.get('key'), map.value.get('value')] : [];
    return typeof name === 'string' && isBytes(value) ? { name, value } : undefined;
  }

  return {
    async list() {
      const rows = await db.read(['datasets'], (tx) => tx.list('datasets', { prefix }));
      return rows.map((row) => opened(row)?.name).filter((name) => name !== undefined).sort();
    },
    async get(name) {
      const tag = await tagOf(name);
      const row = await db.read(['datasets'], (tx) => tx.get('datasets', prefix + toHex(tag)));
      if (!row) return ok(null);
      const secret = opened(row);
      return secret?.name === name ? ok(secret.value) : err(nexusError('integrity.tampered'));
    },
    async put(name, value) {
      const tag = await tagOf(name);
      const row = { key: prefix + toHex(tag), bytes: sealFields({ aead, random }, key, { kind: 'dataset', homeId, id: tag }, { key: name, value }) };
      return db.write(['apps', 'datasets'], async (tx) => {
        // An app that was removed leaves nothing behind, whatever was under way.
        if (!await tx.get('apps', `${appId}/app`)) return err(nexusError('apps.unknown'));
        const there = await tx.keys('datasets', { prefix });
        if (!there.includes(row.key) && there.length >= APP_LIMITS.vaultEntries) return err(nexusError('grants.limit', { detail: 'vault' }));
        await tx.put('datasets', row);
        return ok();
      }, STRICT);
    },
    async delete(name) {
      const rowKey = prefix + toHex(await tagOf(name));
      await db.write(['datasets'], (tx) => tx.remove('datasets', rowKey), STRICT);
    },
  };
}
