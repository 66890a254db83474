// Finding by name: every node is opened once, its folded name kept while the home is open. Case and marks do not matter.
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import { ok } from '../../result.ts';
import type { ConflictCopy, SearchHit } from '../contract/home.ts';
import { LIMITS } from '../contract/limits.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import { conflictMarks, mayBeCopy } from './conflict-marks.ts';
import type { HomeContext } from './context.ts';
import { nodeIdOf } from './entry.ts';
import { markedEntries } from './marked-entries.ts';
import { ancestry } from './places.ts';

export interface NameIndex {
  find(query: string): Promise<readonly string[]>;
  /** Nodes that were written or removed. */
  changed(put: readonly HomeNode[], removed: readonly string[]): void;
  forget(): void;
}

export const foldedName = (name: string): string => name.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase('und');

export function createNameIndex(all: () => AsyncIterable<HomeNode>): NameIndex {
  let names: Promise<Map<string, string>> | undefined;

  async function read(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for await (const node of all()) found.set(toHex(node.id), foldedName(node.name));
    return found;
  }

  return {
    async find(query) {
      // What could not be read is read again by the next who looks.
      names ??= read().catch((fault: unknown) => {
        names = undefined;
        throw fault;
      });
      const folded = foldedName(query.trim());
      return folded === '' ? [] : [...(await names)].filter(([, name]) => name.includes(folded)).map(([id]) => id);
    },
    changed(put, removed) {
      void names?.then((known) => {
        for (const node of put) known.set(toHex(node.id), foldedName(node.name));
        for (const id of removed) known.delete(id);
      }, () => undefined);
    },
    forget() {
      names = undefined;
    },
  };
}

/** A node whose every folder is live, and the way to it. */
interface Hit { readonly node: HomeNode; readonly path: SearchHit['path'] }

/** Of hits that may be copies, by what lies beside each. */
async function conflictsAmong(home: HomeContext, nodes: readonly HomeNode[]): Promise<ReadonlyMap<string, ConflictCopy>> {
  const folders = new Set(nodes.filter(mayBeCopy).map(({ parent }) => toHex(parent)));
  const marks = await Promise.all([...folders].map(async (id) => conflictMarks(home, (await home.tree.folder(id)).nodes.values())));
  return new Map(marks.flatMap((each) => [...each]));
}

export function createSearch(home: HomeContext, index: NameIndex): Pick<Served<HomeSurface>, 'searchHome'> {
  const { tree, homeId } = home;

  async function hitOf(id: string): Promise<Hit | undefined> {
    const node = await tree.node(id);
    if (!node || node === 'damaged' || id === homeId) return undefined;
    const above = await ancestry(tree, homeId, node);
    if (!above.ok || above.value.some(({ trashed }) => trashed !== undefined)) return undefined;
    const crumbs = above.value.slice(0, -1).map(({ id: folder, name }) => ({ id: nodeIdOf(toHex(folder)), name }));
    return { node, path: [{ id: homeId, name: '' }, ...crumbs] };
  }

  return {
    async searchHome({ query }) {
      const found: Hit[] = [];
      for (const id of await index.find(query)) {
        const hit = await hitOf(id);
        if (hit) found.push(hit);
        if (found.length >= LIMITS.searchHits) break;
      }
      const nodes = found.map(({ node }) => node);
      const entries = await markedEntries(home, nodes, await conflictsAmong(home, nodes));
      const hits = entries.map((entry, at) => ({ entry, path: found[at]!.path }));
      return ok(hits.sort((a, b) => a.entry.name.length - b.entry.name.length || (a.entry.name < b.entry.name ? -1 : 1)));
    },
  };
}
