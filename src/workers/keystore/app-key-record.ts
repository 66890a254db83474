// What a home keeps of an app's keys, to a sealed map and back: everything but the keys themselves (docs/formats.md, "Sealed records").
import { fromHex, toHex } from '../../crypto/bytes.ts';
import { APP_KEY_ID_BYTES } from '../../crypto/app-key.ts';
import { type CborFields, type CborMap, isBytes, isUint, textAt, uintAt } from '../../crypto/canonical-cbor.ts';
import { APP_LIMITS, type AppKey, KEY_USES, type KeyUse } from '../contract/app-protocol.ts';

const ALGORITHMS = { sign: 'Ed25519', seal: 'XChaCha20-Poly1305' } as const satisfies Record<KeyUse, AppKey['algorithm']>;
const PUBLIC_KEY_BYTES = 32;

export const newAppKey = (key: Pick<AppKey, 'key' | 'purpose' | 'use' | 'created' | 'publicKeys'>): AppKey => ({ ...key, algorithm: ALGORITHMS[key.use], state: 'active', version: 1 });

export const appKeysFields = (keys: readonly AppKey[]): CborFields => ({
  keys: keys.map(({ key, purpose, use, version, created, rotated, revoked, publicKeys }) => ({
    id: fromHex(key, APP_KEY_ID_BYTES), purpose, use, version, created, publicKeys, ...(rotated !== undefined && { rotated }), ...(revoked !== undefined && { revoked }),
  })),
});

const maybe = (value: unknown): value is number | undefined => value === undefined || isUint(value);

function appKeyOf(map: CborMap): AppKey | undefined {
  const [id, purpose, version, created] = [map.get('id'), textAt(map, 'purpose'), map.get('version'), uintAt(map, 'created')];
  const [rotated, revoked] = [map.get('rotated'), map.get('revoked')];
  const use = KEY_USES.find((each) => each === map.get('use'));
  const publicKeys: unknown = map.get('publicKeys');
  if (!isBytes(id, APP_KEY_ID_BYTES) || purpose === undefined || !use || !isUint(version, APP_LIMITS.keyVersions) || version < 1 || created === undefined) return undefined;
  if (!maybe(rotated) || !maybe(revoked)) return undefined;
  if (!Array.isArray(publicKeys) || publicKeys.length !== (use === 'sign' ? version : 0) || !publicKeys.every((each) => isBytes(each, PUBLIC_KEY_BYTES))) return undefined;
  return {
    key: toHex(id), purpose, use, algorithm: ALGORITHMS[use], state: revoked === undefined ? 'active' : 'revoked', version, created, publicKeys,
    ...(rotated !== undefined && { rotated }), ...(revoked !== undefined && { revoked }),
  };
}

/** Undefined where it is none that this release can read: one key that is unclear makes all of them so. */
export function appKeysOf(map: CborMap): readonly AppKey[] | undefined {
  const list = map.get('keys');
  if (!Array.isArray(list)) return undefined;
  const keys = (list as unknown[]).map((each) => (each instanceof Map ? appKeyOf(each as CborMap) : undefined));
  return keys.every((each) => each !== undefined) ? keys : undefined;
}
