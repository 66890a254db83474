// Where an app's files lie: live nodes by id, and by names below one. What was moved to the trash is not there, and no name leads up.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Reach } from '../contract/grants.ts';
import { type CommandId, type NodeId, parseCommandId, parseNodeId } from '../contract/ids.ts';
import { GRANTS, LIMITS } from '../contract/limits.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';

export interface PlacesDeps {
  readonly home: MountedHome;
  readonly surface: Served<HomeSurface>;
  readonly clock: () => number;
  readonly random: Random;
}

export interface AppPlaces {
  /** The live node of a `home:` resource. */
  standing(node: NodeId): Promise<Result<HomeNode, NexusError>>;
  /** Names from the root; undefined where it is gone. */
  pathOf(node: NodeId): Promise<readonly string[] | undefined>;
  /** The live node at a path from the root. */
  at(names: readonly string[]): Promise<HomeNode | undefined>;
  down(from: HomeNode, names: readonly string[]): Promise<HomeNode | undefined>;
  children(folder: HomeNode): Promise<readonly HomeNode[]>;
  /** The folder at a path from the root, made where it is missing. */
  makeFolder(names: readonly string[]): Promise<Result<NodeId, NexusError>>;
  /** Whether what is not found may still come from the account. */
  mayCome(): boolean;
  /** Whether one of these folders is `root`, or below it. */
  touches(root: NodeId, folders: readonly NodeId[]): Promise<boolean>;
  measure(root: NodeId): Promise<Reach>;
}

/** More than these: what changed is not looked for any more. */
const FOLDERS_LOOKED_AT = 64;

export const idOf = ({ id }: HomeNode): NodeId => {
  const parsed = parseNodeId(toHex(id));
  if (!parsed) throw new Error('a node id is 32 hex digits');
  return parsed;
};

/** A command of the authority's own. */
export function commandFrom({ clock, random }: Pick<PlacesDeps, 'clock' | 'random'>): { command: CommandId; at: number } {
  const command = parseCommandId(toHex(random(16)));
  if (!command) throw new Error('a command id is 32 hex digits');
  return { command, at: clock() };
}

const missing = (): Result<never, NexusError> => err(nexusError('home.not_found'));

export function createAppPlaces(deps: PlacesDeps): AppPlaces {
  const { home, surface } = deps;
  const rootId = toHex(home.homeId);

  /** From the node up to the root; undefined where the chain breaks off, or leads into the trash. */
  async function above(id: string): Promise<readonly HomeNode[] | undefined> {
    const chain: HomeNode[] = [];
    for (let at = id; ;) {
      const node = await home.node(at);
      if (!node || node === 'damaged' || node.trashed !== undefined || chain.length > LIMITS.folderDepth + 1) return undefined;
      if (at === rootId) return chain;
      chain.unshift(node);
      at = toHex(node.parent);
    }
  }

  async function children(folder: HomeNode): Promise<readonly HomeNode[]> {
    return (await home.children(toHex(folder.id))).filter(({ id }) => toHex(id) !== rootId);
  }

  async function down(from: HomeNode, names: readonly string[]): Promise<HomeNode | undefined> {
    let at: HomeNode | undefined = from;
    for (const name of names) at = at?.kind === 'folder' ? (await children(at)).find((each) => each.name === name.normalize('NFC')) : undefined;
    return at;
  }

  async function standing(id: NodeId): Promise<Result<HomeNode, NexusError>> {
    const chain = await above(id);
    const node = chain && (chain.at(-1) ?? await home.node(rootId));
    return node && node !== 'damaged' ? ok(node) : missing();
  }

  const root = async (): Promise<HomeNode | undefined> => {
    const node = await home.node(rootId);
    return node === 'damaged' ? undefined : node;
  };

  return {
    standing, down, children, mayCome: home.sync.isArriving,
    async pathOf(node) {
      return (await above(node))?.map(({ name }) => name);
    },
    async at(names) {
      const from = await root();
      return from && down(from, names);
    },
    async makeFolder(names) {
      const from = await root();
      if (!from) return missing();
      let id = idOf(from);
      for (const [depth, name] of names.entries()) {
        const there = await down(from, names.slice(0, depth + 1));
        if (there?.kind === 'file') return err(nexusError('home.not_a_folder'));
        if (!there && home.sync.isArriving()) return err(nexusError('sync.arriving'));
        const made = there ? ok({ id: idOf(there) }) : await surface.createFolder({ ...commandFrom(deps), parent: id, name });
        if (!made.ok) return made;
        id = made.value.id;
      }
      return ok(id);
    },
    async touches(from, folders) {
      if (folders.length > FOLDERS_LOOKED_AT) return true;
      for (const folder of folders) {
        const chain = from === rootId ? [] : await above(folder);
        if (folder === from || from === rootId || chain?.some(({ id }) => toHex(id) === from)) return true;
      }
      return false;
    },
    async measure(from) {
      let [files, bytes, seen] = [0, 0, 0];
      const queue = [await standing(from)].flatMap((node) => (node.ok ? [node.value] : []));
      for (const node of queue) {
        seen += 1;
        if (seen > GRANTS.reachNodes) return { files, bytes, more: true };
        if (node.kind === 'file') [files, bytes] = [files + 1, bytes + node.content.size];
        else for (const each of await children(node)) queue.push(each);
      }
      return { files, bytes, more: false };
    },
  };
}
