// The sealed form of a node, as it lies at rest, in bundles and in the cloud (docs/formats.md, "The tree").
import { err, ok, type Result } from '../result.ts';
import { type Aead, NONCE_BYTES, TAG_BYTES } from './aead.ts';
import { type Bytes, concat, equal, u32, utf8, viewOf } from './bytes.ts';
import { decodeMap, encodeMap } from './canonical-cbor.ts';
import { type CryptoFailure, malformed, tampered, tooLarge } from './failure.ts';
import { type HomeNode, nodeFields, parseNode } from './node.ts';
import type { Random } from './random.ts';

export const MAX_RECORD_BYTES = 2 * 1024 * 1024;
const PAD_BYTES = 256;
const PADDING = new Uint8Array(PAD_BYTES);
const AAD_PREFIX = utf8('nexus/node/v1');

const nodeAad = (nodeId: Bytes): Bytes => concat(AAD_PREFIX, nodeId);

/** Seals under the `nodes` key; `too_large` where the record would pass 2 MiB. */
export function sealNode({ aead, random }: { readonly aead: Aead; readonly random: Random }, key: Bytes, node: HomeNode): Result<Bytes, CryptoFailure> {
  const cbor = encodeMap(nodeFields(node));
  const padded = new Uint8Array(Math.ceil((cbor.length + 4) / PAD_BYTES) * PAD_BYTES);
  padded.set(u32(cbor.length));
  padded.set(cbor, 4);
  if (padded.length + NONCE_BYTES + TAG_BYTES > MAX_RECORD_BYTES) return err(tooLarge('node'));
  const nonce = random(NONCE_BYTES);
  return ok(concat(nonce, aead.seal(key, nonce, padded, nodeAad(node.id))));
}

/** Opens and checks the record that is stored under `nodeId`. */
export function openNode(aead: Aead, key: Bytes, nodeId: Bytes, record: Bytes): Result<HomeNode, CryptoFailure> {
  const bodyBytes = record.length - NONCE_BYTES - TAG_BYTES;
  if (record.length > MAX_RECORD_BYTES || bodyBytes < PAD_BYTES || bodyBytes % PAD_BYTES !== 0) return err(malformed('node'));
  const padded = aead.open(key, record.subarray(0, NONCE_BYTES), record.subarray(NONCE_BYTES), nodeAad(nodeId));
  if (!padded) return err(tampered('node'));
  const length = viewOf(padded).getUint32(0, true);
  if (length > padded.length - 4 || padded.length - 4 - length >= PAD_BYTES) return err(malformed('node'));
  if (!equal(padded.subarray(4 + length), PADDING.subarray(0, padded.length - 4 - length))) return err(malformed('node'));
  const map = decodeMap(padded.subarray(4, 4 + length), 'node');
  if (!map.ok) return map;
  const node = parseNode(map.value);
  return node.ok && !equal(node.value.id, nodeId) ? err(tampered('node.id')) : node;
}
