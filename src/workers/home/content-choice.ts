// Which content this device is to hold: all of it, or what is opened and what lies in folders that are kept (docs/sync.md,
// "Only online"). It is this device's own: never sent, never in a bundle.
import { fromHex, toHex } from '../../crypto/bytes.ts';
import { isBytes } from '../../crypto/canonical-cbor.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import { LIMITS } from '../contract/limits.ts';
import type { HomeContext } from './context.ts';
import type { Tree } from './tree.ts';

export interface ContentChoice {
  readonly all: boolean;
  /** Folders, in hex, that stay here with all that lies in them. */
  readonly kept: ReadonlySet<string>;
  /** Content moves on connections that cost too. */
  readonly anyConnection: boolean;
}

export interface ContentChoices {
  /** As it is now: a new one is a new object. */
  current(): ContentChoice;
  change(next: ContentChoice): Promise<void>;
  load(): Promise<void>;
}

const CHOICE = 'choice';
const NODE_ID_BYTES = 16;
/** As long as nobody chose otherwise, and where what was chosen cannot be read. */
const EVERYTHING: ContentChoice = { all: true, kept: new Set(), anyConnection: false };

export function createContentChoices({ db, keys, aead, random }: Pick<HomeContext, 'db' | 'keys' | 'aead' | 'random'>): ContentChoices {
  const name = { kind: CHOICE, homeId: keys.homeId, id: new Uint8Array(0) } as const;
  let current = EVERYTHING;

  return {
    current: () => current,
    async change({ all, kept, anyConnection }) {
      const ids = [...kept].sort().flatMap((id) => fromHex(id, NODE_ID_BYTES) ?? []);
      const bytes = sealFields({ aead, random }, await domainKey(keys, CHOICE), name, { all, kept: ids, any_connection: anyConnection });
      await db.write(['sealed'], (tx) => tx.put('sealed', { key: CHOICE, bytes }), { durability: 'strict' });
      current = { all, kept, anyConnection };
    },
    async load() {
      const row = await db.read(['sealed'], (tx) => tx.get('sealed', CHOICE));
      const opened = row && openFields(aead, await domainKey(keys, CHOICE), name, row.bytes);
      if (!opened?.ok) return;
      const [all, kept] = [opened.value.get('all'), opened.value.get('kept')];
      if (typeof all !== 'boolean' || !Array.isArray(kept) || kept.length > LIMITS.keptFolders) return;
      if (!kept.every((id) => isBytes(id, NODE_ID_BYTES))) return;
      current = { all, kept: new Set(kept.map(toHex)), anyConnection: opened.value.get('any_connection') === true };
    },
  };
}

/** Longer chains than any home has are damage, or a loop that is not mended yet. */
const MOST_FOLDERS = LIMITS.folderDepth * 8;

async function isKept({ node }: Pick<Tree, 'node'>, { kept }: ContentChoice, folder: string): Promise<boolean> {
  let inKept = false;
  let id = folder;
  for (let steps = 0; steps < MOST_FOLDERS; steps += 1) {
    inKept ||= kept.has(id);
    const found = await node(id);
    // A folder that does not open may open tomorrow: what is known below it counts.
    if (!found || found === 'damaged') return inKept;
    if (found.trashed !== undefined) return false;
    const above = toHex(found.parent);
    if (above === id) return inKept;
    id = above;
  }
  return inKept;
}

/** Tells whether what lies in a folder is in one that is kept; the trash keeps nothing. Good for one pass: it remembers. */
export function keptFolders(tree: Pick<Tree, 'node'>, choice: ContentChoice): (folder: string) => Promise<boolean> {
  const known = new Map<string, boolean>();
  return async (folder) => {
    if (choice.kept.size === 0) return false;
    const answer = known.get(folder) ?? (await isKept(tree, choice, folder));
    known.set(folder, answer);
    return answer;
  };
}
