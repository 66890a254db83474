// What each device says of itself in the account, sealed: up to which change it took everything, with nothing of its own waiting, and
// what the server had by then (docs/sync.md, "Checkpoints"; docs/formats.md, "In an account").
import type { Aead } from '../../crypto/aead.ts';
import { type Bytes, concat, fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { isBytes, textAt, uintAt } from '../../crypto/canonical-cbor.ts';
import { sha256 } from '../../crypto/digest.ts';
import { domainKey, everyEpoch, type HomeKeys } from '../../crypto/home-keys.ts';
import { DEVICE_ID_BYTES } from '../../crypto/node.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, type SealedName, sealFields } from '../../crypto/sealed.ts';
import { deviceName } from './device-list.ts';

export const CHECKPOINTS = 'devices';

export interface Checkpoint {
  /** Hex. */
  readonly device: string;
  /** What it is called where the list of devices does not say. */
  readonly name: string;
  /** When it was made, in ms since 1970, by that device's clock. */
  readonly at: number;
  /** Of the server's life that numbers changes; empty of a device that has not taken everything yet. */
  readonly generation: string;
  readonly seq: number;
  readonly nodes: number;
  /** 32 bytes, as `ServerView` has them; none of a device that has not taken everything yet. */
  readonly set: Bytes;
}

const GENERATION = /^(?:[0-9a-f]{16})?$/;
const SET_BYTES = 32;
const MOST_BYTES = 4096;
const PURPOSE = utf8('nexus/checkpoint/v1');

/** The object of a device: a server cannot tell by it that two homes are on the same one. */
export async function checkpointId(homeId: Bytes, device: string): Promise<string> {
  return toHex((await sha256(concat(PURPOSE, homeId, fromHex(device, DEVICE_ID_BYTES) ?? new Uint8Array(0)))).slice(0, 16));
}

const nameOf = (homeId: Bytes, id: string): SealedName => ({ kind: 'checkpoint', homeId, id: fromHex(id, 16) ?? new Uint8Array(16) });

export async function sealCheckpoint({ aead, random, keys }: { readonly aead: Aead; readonly random: Random; readonly keys: HomeKeys }, { device, ...rest }: Checkpoint): Promise<Bytes> {
  const id = await checkpointId(keys.homeId, device);
  return sealFields({ aead, random }, await domainKey(keys, 'checkpoint'), nameOf(keys.homeId, id), { ...rest, device: fromHex(device, DEVICE_ID_BYTES) });
}

/** Undefined for what is none of this home, or of another device than its object's. */
export async function openCheckpoint(aead: Aead, keys: HomeKeys, { id, body }: { readonly id: string; readonly body: Bytes }): Promise<Checkpoint | undefined> {
  if (body.length > MOST_BYTES) return undefined;
  for (const at of everyEpoch(keys)) {
    const opened = openFields(aead, await domainKey(at, 'checkpoint'), nameOf(keys.homeId, id), body);
    if (!opened.ok || opened.value.get('v') !== 1) continue;
    const [device, set, generation] = [opened.value.get('device'), opened.value.get('set'), textAt(opened.value, 'generation')];
    const [name, made, seq, nodes] = [deviceName(textAt(opened.value, 'name') ?? ''), ...['at', 'seq', 'nodes'].map((key) => uintAt(opened.value, key))] as const;
    if (!isBytes(device, DEVICE_ID_BYTES) || !isBytes(set) || generation === undefined || !GENERATION.test(generation)) return undefined;
    if (name === undefined || made === undefined || seq === undefined || nodes === undefined || set.length !== (generation === '' ? 0 : SET_BYTES)) return undefined;
    return (await checkpointId(keys.homeId, toHex(device))) === id ? { device: toHex(device), name, at: made, generation, seq, nodes, set } : undefined;
  }
  return undefined;
}
