// What an account keeps of a home's devices, sealed: what each is called and by which sign-in the server knows it (docs/formats.md,
// "In an account").
import type { Aead } from '../../crypto/aead.ts';
import { type Bytes, fromHex, toHex } from '../../crypto/bytes.ts';
import { isBytes } from '../../crypto/canonical-cbor.ts';
import { domainKey, everyEpoch, type HomeKeys } from '../../crypto/home-keys.ts';
import { DEVICE_ID_BYTES } from '../../crypto/node.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, type SealedName, sealFields } from '../../crypto/sealed.ts';
import { parseSignInId, type SignInId } from '../contract/ids.ts';
import { SYNC_LIMITS } from '../contract/limits.ts';

/** Of the one list of an account. */
export const DEVICES = { collection: 'devices', id: '0'.repeat(32) } as const;

export interface ListedDevice {
  /** Hex. */
  readonly device: string;
  readonly name: string;
  readonly signIn: SignInId;
}

export interface DeviceList {
  readonly devices: readonly ListedDevice[];
  /** Sealed by the newest key: one of an earlier key is to be sealed anew. */
  readonly newest: boolean;
}

const MOST = 256;
const MOST_BYTES = 64 * 1024;

const nameOf = (homeId: Bytes): SealedName => ({ kind: 'checkpoint', homeId, id: new Uint8Array(16) });

/** Trimmed and in NFC; undefined for what no device may be called. */
export function deviceName(name: string): string | undefined {
  const said = name.normalize('NFC').trim();
  return said.length > 0 && said.length <= SYNC_LIMITS.deviceNameChars && !/\p{Cc}/u.test(said) ? said : undefined;
}

function deviceOf(said: unknown): ListedDevice | undefined {
  if (!Array.isArray(said) || said.length !== 3) return undefined;
  const [device, name, signIn] = said as readonly unknown[];
  const [called, by] = [typeof name === 'string' ? deviceName(name) : undefined, parseSignInId(signIn)];
  return isBytes(device, DEVICE_ID_BYTES) && called !== undefined && by !== undefined ? { device: toHex(device), name: called, signIn: by } : undefined;
}

export async function sealDevices({ aead, random, keys }: { readonly aead: Aead; readonly random: Random; readonly keys: HomeKeys }, devices: readonly ListedDevice[]): Promise<Bytes> {
  const listed = devices.slice(0, MOST).map(({ device, name, signIn }) => [fromHex(device, DEVICE_ID_BYTES), name, signIn]);
  return sealFields({ aead, random }, await domainKey(keys, 'checkpoint'), nameOf(keys.homeId), { devices: listed });
}

/** Undefined for what is none that this release can read. Once the account is `whole`, one of an earlier key is none: whoever was removed could have made it. */
export async function openDevices(aead: Aead, { keys, whole }: { readonly keys: HomeKeys; readonly whole: boolean }, body: Bytes): Promise<DeviceList | undefined> {
  if (body.length > MOST_BYTES) return undefined;
  for (const [back, at] of (whole ? [keys] : everyEpoch(keys)).entries()) {
    const opened = openFields(aead, await domainKey(at, 'checkpoint'), nameOf(keys.homeId), body);
    const said: unknown = opened.ok && opened.value.get('v') === 1 ? opened.value.get('devices') : undefined;
    if (!Array.isArray(said) || said.length > MOST) continue;
    const devices = said.map(deviceOf).filter((device) => device !== undefined);
    return devices.length === said.length ? { devices, newest: back === 0 } : undefined;
  }
  return undefined;
}
