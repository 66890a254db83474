// Keys that an app owns: made, rotated, revoked, and used here. What is written down is which there are; each is derived anew for every
// use (docs/decisions/0013-derived-app-keys.md).
import { appPublicKey, APP_KEY_ID_BYTES, openAppKeyRoot, readAppSeal, sealAsApp, signAsApp, type AppKeyName, type AppSealing, unsealAsApp } from '../../crypto/app-key.ts';
import { type Bytes, concat, fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import { err, ok, type Result } from '../../result.ts';
import { APP_LIMITS, type AppKey, type AppValue, type KeyUse } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AppId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { createTurn } from '../store/in-turn.ts';
import { appKeysFields, appKeysOf, newAppKey } from './app-key-record.ts';
import { errorOf } from './failure-code.ts';

type Answer<T> = Promise<Result<T, NexusError>>;

/**
 * Throws StorageError. `keystore.key_unknown` where the app has no such key for this use, `keystore.key_revoked` where it had, and
 * `integrity.tampered` for everything where what is written of them does not open.
 */
export interface AppKeys {
  list(): Answer<readonly AppKey[]>;
  /** `grants.limit` where there are as many as may be, `apps.unknown` where the app is gone. */
  create(purpose: string, use: KeyUse): Answer<AppKey>;
  rotate(key: string): Answer<AppKey>;
  revoke(key: string): Answer<AppKey>;
  sign(key: string, data: Bytes): Answer<AppValue<'keySign'>>;
  seal(key: string, sealing: AppSealing): Answer<Bytes>;
  /** By the key and version that `sealed` names; one that nothing is written of is derived all the same. */
  unseal(what: { readonly sealed: Bytes; readonly aad: Bytes }): Answer<Bytes>;
}

const nameOf = ({ key, version }: Pick<AppKey, 'key' | 'version'>): AppKeyName => ({ id: fromHex(key, APP_KEY_ID_BYTES) ?? new Uint8Array(0), version });

function inForce(known: readonly AppKey[], key: string, use?: KeyUse): Result<AppKey, NexusError> {
  const found = known.find((each) => each.key === key && (use === undefined || each.use === use));
  if (!found) return err(nexusError('keystore.key_unknown'));
  return found.state === 'revoked' ? err(nexusError('keystore.key_revoked')) : ok(found);
}

export async function createAppKeys({ db, keys, aead, homeId }: MountedHome, { random, clock }: { readonly random: Random; readonly clock: () => number }, { appId, source }: { readonly appId: AppId; readonly source: string }): Promise<AppKeys> {
  const [root, recordKey] = await Promise.all([openAppKeyRoot(keys, source), domainKey(keys, 'grants')]);
  const record = { kind: 'grants' as const, homeId, id: (await sha256(concat(fromHex(appId, 16) ?? new Uint8Array(0), utf8('keys')))).slice(0, 16) };
  const rowKey = `${appId}/keys`;
  // One change after the other, each of what the last one left.
  const inTurn = createTurn();

  /** What does not open is not taken for nothing: a revoked key would be back. */
  async function list(): Answer<readonly AppKey[]> {
    const row = await db.read(['apps'], (tx) => tx.get('apps', rowKey));
    if (!row) return ok([]);
    const map = openFields(aead, recordKey, record, row.bytes);
    const known = map.ok ? appKeysOf(map.value) : undefined;
    return known ? ok(known) : err(nexusError('integrity.tampered', { detail: 'keys' }));
  }

  async function write(known: readonly AppKey[]): Answer<void> {
    const row = { key: rowKey, bytes: sealFields({ aead, random }, recordKey, record, appKeysFields(known)) };
    const written = await db.write(['apps'], async (tx) => {
      // An app that was removed leaves nothing behind, whatever was under way.
      if (!await tx.get('apps', `${appId}/app`)) return false;
      await tx.put('apps', row);
      return true;
    }, { durability: 'strict' });
    return written ? ok() : err(nexusError('apps.unknown'));
  }

  async function find(key: string, use: KeyUse): Answer<AppKey> {
    const known = await list();
    return known.ok ? inForce(known.value, key, use) : known;
  }

  const publicKeyOf = async (use: KeyUse, of: Pick<AppKey, 'key' | 'version'>): Promise<readonly Bytes[]> => (use === 'sign' ? [await appPublicKey(root, nameOf(of))] : []);

  const change = (key: string, step: (before: AppKey) => Answer<AppKey>): Answer<AppKey> => inTurn(async () => {
    const known = await list();
    if (!known.ok) return known;
    const before = inForce(known.value, key);
    const after = before.ok ? await step(before.value) : before;
    if (!after.ok) return after;
    const written = await write(known.value.map((each) => (each.key === key ? after.value : each)));
    return written.ok ? after : written;
  });

  return {
    list,
    create: (purpose, use) => inTurn(async () => {
      const known = await list();
      if (!known.ok) return known;
      const active = known.value.filter(({ state }) => state === 'active').length;
      if (active >= APP_LIMITS.keys || known.value.length >= APP_LIMITS.keysEver) return err(nexusError('grants.limit', { detail: 'keys' }));
      const key = toHex(random(APP_KEY_ID_BYTES));
      const made = newAppKey({ key, purpose, use, created: clock(), publicKeys: await publicKeyOf(use, { key, version: 1 }) });
      const written = await write([...known.value, made]);
      return written.ok ? ok(made) : written;
    }),
    rotate: (key) => change(key, async (before) => {
      if (before.version >= APP_LIMITS.keyVersions) return err(nexusError('grants.limit', { detail: 'versions' }));
      const version = before.version + 1;
      return ok({ ...before, version, rotated: clock(), publicKeys: [...before.publicKeys, ...await publicKeyOf(before.use, { key, version })] });
    }),
    revoke: (key) => change(key, (before) => Promise.resolve(ok({ ...before, state: 'revoked', revoked: clock() }))),
    async sign(key, data) {
      const found = await find(key, 'sign');
      return found.ok ? ok({ version: found.value.version, signature: await signAsApp(root, nameOf(found.value), data) }) : found;
    },
    async seal(key, sealing) {
      const found = await find(key, 'seal');
      return found.ok ? ok(await sealAsApp({ aead, random }, root, nameOf(found.value), sealing)) : found;
    },
    async unseal(what) {
      const named = readAppSeal(what.sealed);
      if (!named.ok) return err(errorOf(named.error));
      const known = await list();
      if (!known.ok) return known;
      const written = known.value.find(({ key }) => key === toHex(named.value.id));
      if (written?.state === 'revoked') return err(nexusError('keystore.key_revoked'));
      if (written && named.value.version > written.version) return err(nexusError('keystore.key_unknown'));
      const opened = await unsealAsApp(aead, root, what);
      return opened.ok ? opened : err(errorOf(opened.error));
    },
  };
}
