// Parts of bundles that left the account, to be collected at its server: one sealed row of the home, of one account. Nothing but
// bundles names parts. Where the row cannot be read there are none, and they stay at the server.
import { type Bytes, concat, fromHex, toHex } from '../../crypto/bytes.ts';
import { isBytes, isUint, textAt, uintAt } from '../../crypto/canonical-cbor.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields, type SealedName } from '../../crypto/sealed.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { createTurn } from '../store/in-turn.ts';

export interface LooseParts {
  /** Ids, and when they were noted. */
  readonly batches: readonly { readonly at: number; readonly parts: readonly string[] }[];
  /** When to collect next; absent: as soon as it can be. */
  readonly next?: number;
}

export interface PartsKeeper {
  read(home: MountedHome, account: string): Promise<LooseParts>;
  change(home: MountedHome, account: string, change: (loose: LooseParts) => LooseParts): Promise<void>;
}

const ROW = 'choice/loose-parts';
const ID = new Uint8Array(16).fill(3, 15);
const PART_BYTES = 32;
/** In all; what is more stays at the server. */
const MOST_PARTS = 20_000;
const MOST_BATCHES = 1000;
const NONE: LooseParts = { batches: [] };

const rowName = (homeId: Bytes): SealedName => ({ kind: 'choice', homeId, id: ID });

function unpacked(packed: Bytes): readonly string[] {
  return Array.from({ length: Math.floor(packed.length / PART_BYTES) }, (_, at) => toHex(packed.subarray(at * PART_BYTES, (at + 1) * PART_BYTES)));
}

function batchOf(value: unknown): LooseParts['batches'] {
  const [at, packed] = Array.isArray(value) ? value as readonly unknown[] : [];
  return isUint(at) && isBytes(packed) ? [{ at, parts: unpacked(packed) }] : [];
}

/** The newest, as many as there is room for. */
function bounded(batches: LooseParts['batches']): LooseParts['batches'] {
  let room = MOST_PARTS;
  const kept = [...batches].sort((a, b) => b.at - a.at).slice(0, MOST_BATCHES).map(({ at, parts }) => {
    const some = parts.slice(0, room);
    room -= some.length;
    return { at, parts: some };
  });
  return kept.filter(({ parts }) => parts.length > 0);
}

async function readRow({ db, keys, aead, homeId }: MountedHome, account: string): Promise<LooseParts> {
  const row = await db.read(['sealed'], (tx) => tx.get('sealed', ROW));
  const opened = row && openFields(aead, await domainKey(keys, 'choice'), rowName(homeId), row.bytes);
  if (!opened?.ok || textAt(opened.value, 'account') !== account) return NONE;
  const [batches, next] = [opened.value.get('batches'), uintAt(opened.value, 'next')];
  return { batches: (Array.isArray(batches) ? batches as readonly unknown[] : []).flatMap(batchOf), ...(next !== undefined && { next }) };
}

export function createPartsKeeper(random: Random): PartsKeeper {
  const inTurn = createTurn();
  return {
    read: readRow,
    change: (home, account, change) => inTurn(async () => {
      const { batches, next } = change(await readRow(home, account));
      const packed = bounded(batches).map(({ at, parts }) => [at, concat(...parts.map((id) => fromHex(id, PART_BYTES)!))]);
      const bytes = sealFields({ aead: home.aead, random }, await domainKey(home.keys, 'choice'), rowName(home.homeId), { account, batches: packed, next });
      await home.db.write(['sealed'], (tx) => tx.put('sealed', { key: ROW, bytes }), { durability: 'strict' });
    }),
  };
}
