// A person's settings, sealed in their home; name and seal go along, so that a restored home knows whose it is.
import type { CborMap } from '../../crypto/canonical-cbor.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, type SealedName, sealFields } from '../../crypto/sealed.ts';
import { err, ok, type Result } from '../../result.ts';
import type { Retention } from '../contract/backup.ts';
import type { Seal } from '../contract/device.ts';
import type { NexusError } from '../contract/errors.ts';
import { AUTO_LOCK, LIMITS } from '../contract/limits.ts';
import { LANGUAGES, type Prefs } from '../contract/prefs.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { errorOf } from '../keystore/failure-code.ts';

const GIBIBYTE = 1024 ** 3;
export const DEFAULT_PREFS: Prefs = {
  language: 'system', appearance: 'system', autoLockMs: AUTO_LOCK.defaultMs, filesView: 'list',
  retention: { keep: 10, softBytes: 20 * GIBIBYTE, hardBytes: 100 * GIBIBYTE },
};

/** Whose home it is. */
export interface Owner {
  readonly name: string;
  readonly seal: Seal;
}

const known = <T>(value: unknown, values: readonly T[], otherwise: T): T => values.find((one) => one === value) ?? otherwise;
const number = (value: unknown, otherwise: number, [low, high]: readonly [number, number]): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high ? value : otherwise;

function retentionOf(value: unknown): Retention {
  const map: ReadonlyMap<unknown, unknown> = value instanceof Map ? value : new Map();
  const { keep, softBytes, hardBytes } = DEFAULT_PREFS.retention;
  const bytes = [0, Number.MAX_SAFE_INTEGER] as const;
  return {
    keep: number(map.get('keep'), keep, [1, LIMITS.snapshots]),
    softBytes: number(map.get('softBytes'), softBytes, bytes), hardBytes: number(map.get('hardBytes'), hardBytes, bytes),
  };
}

/** Authentic fields of a later build that this one does not know fall back to the default. */
export function prefsOf(map: CborMap): Prefs {
  const autoLock: unknown = map.get('autoLockMs');
  return {
    language: known(map.get('language'), [...LANGUAGES, 'system'] as const, 'system'),
    appearance: known(map.get('appearance'), ['system', 'light', 'dark'] as const, 'system'),
    autoLockMs: autoLock === null ? null : number(autoLock, AUTO_LOCK.defaultMs, [AUTO_LOCK.minMs, AUTO_LOCK.maxMs]),
    filesView: known(map.get('filesView'), ['list', 'grid'] as const, 'list'),
    retention: retentionOf(map.get('retention')),
  };
}

const fieldsOf = (prefs: Prefs, { name, seal }: Owner) => ({
  ...prefs, retention: new Map<string, unknown>(Object.entries(prefs.retention)), name, picture: seal.picture, colour: seal.colour,
});

export const prefsName = (homeId: MountedHome['homeId']): SealedName => ({ kind: 'prefs', homeId, id: new Uint8Array(0) });

/** The defaults where a home has none yet. */
export async function readPrefs({ db, keys, aead, homeId }: MountedHome): Promise<Result<Prefs, NexusError>> {
  const key = await domainKey(keys, 'prefs');
  const row = await db.read(['sealed'], (tx) => tx.get('sealed', 'prefs'));
  if (!row) return ok(DEFAULT_PREFS);
  const opened = openFields(aead, key, prefsName(homeId), row.bytes);
  return opened.ok ? ok(prefsOf(opened.value)) : err(errorOf(opened.error));
}

export async function writePrefs({ db, keys, aead, homeId }: MountedHome, random: Random, prefs: Prefs, owner: Owner): Promise<void> {
  const bytes = sealFields({ aead, random }, await domainKey(keys, 'prefs'), prefsName(homeId), fieldsOf(prefs, owner));
  await db.write(['sealed'], (tx) => tx.put('sealed', { key: 'prefs', bytes }));
}
