// A person's settings, sealed in their home; name and seal go along, so that a restored home knows whose it is.
import { toHex } from '../../crypto/bytes.ts';
import { type CborMap, encodeMap } from '../../crypto/canonical-cbor.ts';
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
import type { SealedRow } from '../store/home-schema.ts';

/** As people are shown sizes. */
const GIGABYTE = 1e9;
export const DEFAULT_PREFS: Prefs = {
  language: 'system', appearance: 'system', autoLockMs: AUTO_LOCK.defaultMs, filesView: 'list',
  retention: { keep: 10, softBytes: 20 * GIGABYTE, hardBytes: 100 * GIGABYTE },
};

/** Whose home it is. */
export interface Owner {
  readonly name: string;
  readonly seal: Seal;
}

export const SETTINGS = ['language', 'appearance', 'filesView', 'autoLockMs', 'retention'] as const satisfies readonly (keyof Prefs)[];
export type SettingName = (typeof SETTINGS)[number];

const oneOf = <T>(values: readonly T[]) => (value: unknown): T | undefined => values.find((one) => one === value);
const within = (low: number, high: number) => (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high ? value : undefined;

const autoLockMs = within(AUTO_LOCK.minMs, AUTO_LOCK.maxMs);
const snapshotsKept = within(1, LIMITS.snapshots);
const retentionBytes = within(0, LIMITS.retentionBytes);

function retentionParts(value: unknown): { readonly [K in keyof Retention]: Retention[K] | undefined } {
  const map: ReadonlyMap<unknown, unknown> = value instanceof Map ? value : new Map();
  return { keep: snapshotsKept(map.get('keep')), softBytes: retentionBytes(map.get('softBytes')), hardBytes: retentionBytes(map.get('hardBytes')) };
}

function retentionOf(value: unknown): Retention | undefined {
  const { keep, softBytes, hardBytes } = retentionParts(value);
  return keep === undefined || softBytes === undefined || hardBytes === undefined ? undefined : { keep, softBytes, hardBytes };
}

/** What each setting may be; undefined for anything else. */
const PARSE: { readonly [N in SettingName]: (value: unknown) => Prefs[N] | undefined } = {
  language: oneOf([...LANGUAGES, 'system'] as const),
  appearance: oneOf(['system', 'light', 'dark'] as const),
  filesView: oneOf(['list', 'grid'] as const),
  autoLockMs: (value) => (value === null ? null : autoLockMs(value)),
  retention: retentionOf,
};

export const parseSetting = <N extends SettingName>(name: N, value: unknown): Prefs[N] | undefined => PARSE[name](value);

/** Of one setting, as a sealed map has it. */
export const settingValue = (prefs: Prefs, name: SettingName): unknown => (name === 'retention' ? new Map<string, unknown>(Object.entries(prefs.retention)) : prefs[name]);

export const sameSetting = (a: Prefs, b: Prefs, name: SettingName): boolean =>
  toHex(encodeMap({ value: settingValue(a, name) })) === toHex(encodeMap({ value: settingValue(b, name) }));

/** Authentic fields of a later build that this one does not know fall back to the default. */
export function prefsOf(map: CborMap): Prefs {
  const or = <N extends SettingName>(name: N): Prefs[N] => {
    const value = parseSetting(name, map.get(name));
    return value === undefined ? DEFAULT_PREFS[name] : value;
  };
  const { keep, softBytes, hardBytes } = retentionParts(map.get('retention'));
  const otherwise = DEFAULT_PREFS.retention;
  return {
    language: or('language'), appearance: or('appearance'), autoLockMs: or('autoLockMs'), filesView: or('filesView'),
    retention: { keep: keep ?? otherwise.keep, softBytes: softBytes ?? otherwise.softBytes, hardBytes: hardBytes ?? otherwise.hardBytes },
  };
}

const fieldsOf = (prefs: Prefs, { name, seal }: Owner) => ({
  ...prefs, retention: settingValue(prefs, 'retention'), name, picture: seal.picture, colour: seal.colour,
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

/** The row that keeps them. */
export async function prefsRow({ keys, aead, homeId }: MountedHome, random: Random, prefs: Prefs, owner: Owner): Promise<SealedRow> {
  return { key: 'prefs', bytes: sealFields({ aead, random }, await domainKey(keys, 'prefs'), prefsName(homeId), fieldsOf(prefs, owner)) };
}

export async function writePrefs(home: MountedHome, random: Random, prefs: Prefs, owner: Owner): Promise<void> {
  const row = await prefsRow(home, random, prefs, owner);
  await home.db.write(['sealed'], (tx) => tx.put('sealed', row));
}
