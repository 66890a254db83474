// What an account keeps of a person's settings, sealed, and what a home keeps of when each was chosen (docs/formats.md,
// "In an account"; docs/sync.md, "Settings").
import type { Bytes } from '../../crypto/bytes.ts';
import { type CborMap, isBytes, isUint } from '../../crypto/canonical-cbor.ts';
import { domainKey, epochOf, everyEpoch, sharedDatasetKey } from '../../crypto/home-keys.ts';
import type { GroupClock } from '../../crypto/node.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, type SealedName, sealFields } from '../../crypto/sealed.ts';
import type { Prefs } from '../contract/prefs.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { SealedRow } from '../store/home-schema.ts';
import { parseSetting, type SettingName, SETTINGS, settingValue } from './prefs.ts';
import type { SharedSetting, SharedSettings } from './settings-merge.ts';

/** When each setting of this device was chosen, and where; a new one is a new object. Without one, the device keeps its settings to itself. */
export type SettingClocks = ReadonlyMap<SettingName, GroupClock>;

type Sealing = Pick<MountedHome, 'keys' | 'aead' | 'homeId'>;

/** Far more than all settings take; checked before anything is opened. */
const MOST_BYTES = 64 * 1024;
const MOST_MS = 2 ** 48;
const MOST_COUNTER = 2 ** 32;
const DEVICE_BYTES = 16;
const ID = new Uint8Array(16).fill(1, 15);
const ROW = 'choice/settings';
/** Of what names no moment that can be: anything else is later. */
const NEVER: GroupClock = [0, 0, new Uint8Array(DEVICE_BYTES)];

const objectName = (homeId: Bytes): SealedName => ({ kind: 'dataset', homeId, id: ID });
const rowName = (homeId: Bytes): SealedName => ({ kind: 'choice', homeId, id: ID });

function clockOf(clock: unknown, device: unknown): GroupClock | undefined {
  if (!Array.isArray(clock) || clock.length !== 2 || !isBytes(device, DEVICE_BYTES)) return undefined;
  const [ms, counter] = clock as readonly unknown[];
  return isUint(ms, MOST_MS) && isUint(counter, MOST_COUNTER) ? [ms, counter, device] : undefined;
}

function settingOf(stored: unknown): SharedSetting {
  const clock = stored instanceof Map ? clockOf((stored as CborMap).get('clock'), (stored as CborMap).get('device')) : undefined;
  return { clock: clock ?? NEVER, stored };
}

/** The value of a setting that this release knows; undefined where none is there, or none that may be. */
export function valueIn<N extends SettingName>(settings: SharedSettings, name: N): Prefs[N] | undefined {
  const stored = settings.get(name)?.stored;
  return stored instanceof Map ? parseSetting(name, (stored as CborMap).get('value')) : undefined;
}

/** Those of this device that have a moment, and that others can read. */
export function settingsOf(prefs: Prefs, clocks: SettingClocks): SharedSettings {
  return new Map(SETTINGS.flatMap((name) => {
    const [clock, value] = [clocks.get(name), settingValue(prefs, name)];
    if (!clock || parseSetting(name, value) === undefined) return [];
    const [ms, counter, device] = clock;
    return [[name, { clock, stored: new Map<string, unknown>([['value', value], ['clock', [ms, counter]], ['device', device]]) }] as const];
  }));
}

export async function sealSettings({ keys, aead, homeId }: Sealing, random: Random, settings: SharedSettings): Promise<Bytes> {
  const fields = new Map([...settings].map(([name, { stored }]) => [name, stored]));
  return sealFields({ aead, random }, await sharedDatasetKey(keys, 'home'), objectName(homeId), { fields });
}

/** Empty where the account has none, or one of an earlier key, which whoever was removed may know; undefined for what is damaged, of another home or of another version. */
export async function openSettings({ keys, aead, homeId }: Sealing, body: Bytes | undefined): Promise<SharedSettings | undefined> {
  if (!body) return new Map();
  if (body.length > MOST_BYTES) return undefined;
  for (const at of everyEpoch(keys)) {
    const opened = openFields(aead, await sharedDatasetKey(at, 'home'), objectName(homeId), body);
    if (!opened.ok) continue;
    if (epochOf(at) < epochOf(keys)) return new Map();
    const fields: unknown = opened.value.get('v') === 1 ? opened.value.get('fields') : undefined;
    return fields instanceof Map ? new Map([...(fields as CborMap)].map(([name, stored]) => [name, settingOf(stored)])) : undefined;
  }
  return undefined;
}

export async function clocksRow({ keys, aead, homeId }: Sealing, random: Random, clocks: SettingClocks): Promise<SealedRow> {
  const fields = new Map([...clocks].map(([name, [ms, counter, device]]) => [name, new Map<string, unknown>([['clock', [ms, counter]], ['device', device]])]));
  return { key: ROW, bytes: sealFields({ aead, random }, await domainKey(keys, 'choice'), rowName(homeId), { fields }) };
}

/** Undefined where nobody chose to share them, or where that cannot be read. */
export async function readClocks({ db, keys, aead, homeId }: MountedHome): Promise<SettingClocks | undefined> {
  const row = await db.read(['sealed'], (tx) => tx.get('sealed', ROW));
  const opened = row && openFields(aead, await domainKey(keys, 'choice'), rowName(homeId), row.bytes);
  const fields: unknown = opened?.ok ? opened.value.get('fields') : undefined;
  if (!(fields instanceof Map)) return undefined;
  return new Map(SETTINGS.flatMap((name) => ((fields as CborMap).has(name) ? [[name, settingOf((fields as CborMap).get(name)).clock] as const] : [])));
}

export const dropClocks = ({ db }: MountedHome): Promise<void> => db.write(['sealed'], (tx) => tx.remove('sealed', ROW), { durability: 'strict' });
