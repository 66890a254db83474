// Nodes to rows and back: the sealed record, the keyed tag of the parent, the digest (docs/home-layout.md).
import type { Aead } from '../../crypto/aead.ts';
import { type Bytes, fromHex, toHex } from '../../crypto/bytes.ts';
import { hmacSha256, importHmacKey, recordDigests } from '../../crypto/digest.ts';
import { domainKey, everyEpoch, type HomeKeys } from '../../crypto/home-keys.ts';
import type { HomeNode } from '../../crypto/node.ts';
import { openNode, sealNode } from '../../crypto/node-record.ts';
import type { Random } from '../../crypto/random.ts';
import { unwrap } from '../../result.ts';
import type { NodeRow } from '../store/home-schema.ts';

const TAG_BYTES = 16;
/** The parent whose tag marks what lies in the trash itself. */
export const TRASH = '0'.repeat(32);

export interface NodeCodec {
  /** Whether rows here may still be of an earlier key: from an opening that found some to be sealed anew, until the next. */
  earlierHere: boolean;
  seal(node: HomeNode): Promise<NodeRow>;
  /** The row of a record that was sealed elsewhere. */
  rowOf(node: HomeNode, record: Bytes): Promise<NodeRow>;
  /** Undefined where the record does not open, or not as this row's node. */
  open(row: Pick<NodeRow, 'id' | 'record'>): HomeNode | undefined;
  /** The same of a record that a key of an earlier epoch sealed; undefined for one of the newest. */
  openEarlier(row: Pick<NodeRow, 'id' | 'record'>): HomeNode | undefined;
  /** As `open`, of a row of this home: while some are still to be sealed anew, of an earlier key too. */
  openHere(row: Pick<NodeRow, 'id' | 'record'>): HomeNode | undefined;
  /** Hex of the tag under which the children of `parent` (hex) lie. */
  tagOf(parent: string): Promise<string>;
  /** The tag that this node's row must have. */
  tagFor(node: HomeNode): Promise<string>;
}

export async function createNodeCodec(keys: HomeKeys, aead: Aead, random: Random): Promise<NodeCodec> {
  const [[nodesKey, ...earlierKeys], indexKey] = await Promise.all([Promise.all(everyEpoch(keys).map((at) => domainKey(at, 'nodes'))), domainKey(keys, 'index')]);
  if (!nodesKey) throw new Error('a home has a newest key');
  const [tagKey, digestOf] = await Promise.all([importHmacKey(indexKey), recordDigests()]);
  const tags = new Map<string, Promise<string>>();

  const keyedTag = async (bytes: Bytes): Promise<string> => toHex((await hmacSha256(tagKey, bytes)).subarray(0, TAG_BYTES));

  function tagOf(parent: string): Promise<string> {
    const known = tags.get(parent);
    if (known) return known;
    const id = fromHex(parent, 16);
    if (!id) throw new Error('a parent is named by 32 hex digits');
    const tag = keyedTag(id);
    tags.set(parent, tag);
    return tag;
  }

  const tagFor = (node: HomeNode) => tagOf(node.trashed === undefined ? toHex(node.parent) : TRASH);

  async function rowOf(node: HomeNode, record: Bytes): Promise<NodeRow> {
    const [digest, tag] = [await digestOf(record), await tagFor(node)];
    return { id: toHex(node.id), tag, record, digest: toHex(digest) };
  }

  function openBy(key: Bytes, row: Pick<NodeRow, 'id' | 'record'>): HomeNode | undefined {
    const id = fromHex(row.id, 16);
    const node = id && openNode(aead, key, id, row.record);
    return node?.ok ? node.value : undefined;
  }

  const codec: NodeCodec = {
    earlierHere: false,
    tagOf,
    tagFor,
    rowOf,
    seal: (node) => rowOf(node, unwrap(sealNode({ aead, random }, nodesKey, node))),
    open: (row) => openBy(nodesKey, row),
    openHere: (row) => codec.open(row) ?? (codec.earlierHere ? codec.openEarlier(row) : undefined),
    openEarlier(row) {
      for (const key of earlierKeys) {
        const node = openBy(key, row);
        if (node) return node;
      }
      return undefined;
    },
  };
  return codec;
}
