// A restore into the open home, all or nothing: content is staged first, then one transaction makes every node live.
import { concat, fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import type { RestoreLine, RestorePlan } from '../../crypto/nbk/restore-plan.ts';
import { readNode } from '../../crypto/nbk/read-file.ts';
import type { Content, HomeNode } from '../../crypto/node.ts';
import { err, ok, type Result } from '../../result.ts';
import type { RestoreReport } from '../contract/backup.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { parseNodeId } from '../contract/ids.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { HomeRows } from '../store/home-schema.ts';
import { freeName } from '../../crypto/free-name.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { mendContent, type Restoring, restoreContent } from './restore-content.ts';
import { type RestoreTarget, sameReferences } from './restore-target.ts';

/** Nodes are held until all is staged: past this a restore goes to a home of its own. */
const MOST_INLINE_BYTES = 256 * 1024 * 1024;

type Also = (tx: WriteTransaction<HomeRows>) => Promise<void>;

interface Work {
  readonly put: HomeNode[];
  readonly also: Also[];
  readonly damaged: string[];
  readonly counts: { created: number; replaced: number; mended: number };
  /** Folder ids, in hex, by path under the target. */
  readonly folders: Map<string, string>;
  /** Names that are taken, by their folder's id. */
  readonly names: Map<string, Set<string>>;
  readonly changed: Set<string>;
  inlineBytes: number;
}

const parentPath = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const TOO_LARGE = nexusError('backup.too_large', { detail: 'restore' });

async function nodeId(command: string, path: string) {
  return (await sha256(concat(utf8(command), utf8(`restore/${path}`)))).slice(0, 16);
}

/** A name that nothing in the folder has, neither of what is there nor of what this restore puts there. */
async function nameIn(home: MountedHome, { names }: Work, { parent, name }: { readonly parent: string; readonly name: string }): Promise<string> {
  const taken = names.get(parent) ?? new Set((await home.children(parent)).map((child) => child.name));
  names.set(parent, taken);
  const free = freeName(name, (one) => taken.has(one));
  taken.add(free);
  return free;
}

export interface IntoHome {
  readonly restoring: Restoring;
  readonly target: RestoreTarget;
  /** Hex of the folder that it goes into. */
  readonly folder: string;
}

async function createNode({ restoring }: IntoHome, line: RestoreLine, work: Work): Promise<void> {
  const { home, command } = restoring;
  const { entry } = line;
  const parent = work.folders.get(parentPath(entry.path));
  const parentId = parent && fromHex(parent, 16);
  if (!parentId) return void work.damaged.push(entry.path);
  const id = await nodeId(command, entry.path);
  if (await home.node(toHex(id))) return void work.folders.set(entry.path, toHex(id));
  const base = { id, parent: parentId, clock: home.tick(), device: home.device };
  if (entry.kind === 'folder') {
    work.folders.set(entry.path, toHex(id));
    work.put.push({ ...base, kind: 'folder', name: await nameIn(home, work, { parent, name: entry.name }) });
  } else {
    const node = await readNode(restoring.opened, entry.id);
    const content = node.ok && node.value.kind === 'file' ? await restoreContent(restoring, node.value.content) : undefined;
    if (!content || !node.ok || node.value.kind !== 'file') return void work.damaged.push(entry.path);
    work.put.push({ ...base, kind: 'file', name: await nameIn(home, work, { parent, name: entry.name }), mediaType: node.value.mediaType, content, versions: [] });
    work.inlineBytes += content.inline?.length ?? 0;
  }
  work.changed.add(parent);
  work.counts.created += 1;
}

async function replaceNode({ restoring, target }: IntoHome, { entry }: RestoreLine, work: Work): Promise<void> {
  const [there, node] = [await target.at(entry.path), await readNode(restoring.opened, entry.id)];
  const content: Content | undefined = node.ok && node.value.kind === 'file' ? await restoreContent(restoring, node.value.content) : undefined;
  if (!content || there?.kind !== 'file') return void work.damaged.push(entry.path);
  const replaced = await restoring.home.replaced(there, content);
  work.put.push(replaced.node);
  work.also.push(replaced.also);
  work.inlineBytes += content.inline?.length ?? 0;
  work.changed.add(toHex(there.parent));
  work.counts.replaced += 1;
}

/** A file that is kept since it names the same content: the content itself may be hurt. */
async function mendNode({ restoring, target }: IntoHome, { entry }: RestoreLine, work: Work): Promise<void> {
  const [there, node] = [await target.at(entry.path), await readNode(restoring.opened, entry.id)];
  if (there?.kind !== 'file' || !node.ok || node.value.kind !== 'file' || !sameReferences(node.value.content, there.content)) return;
  if (!(await mendContent(restoring, node.value.content))) return;
  work.changed.add(toHex(there.parent));
  work.counts.replaced += 1;
  work.counts.mended += 1;
}

/** What is being brought from the account relies on what it found here, and stays; what a file names and did not have here is to come again. */
async function dropStaged({ home, command }: Restoring): Promise<void> {
  const own = `${command}/`;
  const gone = await home.db.write(['staging', 'extents'], async (tx) => {
    const keys = await tx.keys('staging');
    const others = new Set(keys.filter((key) => !key.startsWith(own)).map((key) => key.slice(key.indexOf('/') + 1)));
    const ids = keys.filter((key) => key.startsWith(own)).map((key) => key.slice(own.length));
    await tx.remove('staging', { prefix: own });
    for (const id of ids) if (!others.has(id)) await tx.remove('extents', id);
    return ids.filter((id) => !others.has(id));
  });
  await home.sync.content.tell(new Set(gone));
}

async function stageAll(into: IntoHome, plan: RestorePlan, work: Work): Promise<Result<void, NexusError>> {
  for (const line of plan.lines) {
    into.restoring.signal.throwIfAborted();
    if (line.fate === 'create') await createNode(into, line, work);
    else if (line.fate === 'replace') await replaceNode(into, line, work);
    else if (line.fate === 'keep' && line.entry.kind === 'folder') {
      const there = await into.target.at(line.entry.path);
      if (there) work.folders.set(line.entry.path, toHex(there.id));
    } else if (line.fate === 'keep') await mendNode(into, line, work);
    if (work.inlineBytes > MOST_INLINE_BYTES) return err(TOO_LARGE);
  }
  return ok();
}

/** Within the home's turn. On any failure the home is as it was before, and what was staged is given back. */
export async function restoreIntoHome(into: IntoHome, plan: RestorePlan): Promise<Result<RestoreReport, NexusError>> {
  const { restoring, folder } = into;
  const { home, command } = restoring;
  const work: Work = { put: [], also: [], damaged: [], counts: { created: 0, replaced: 0, mended: 0 }, folders: new Map([['', folder]]), names: new Map(), changed: new Set([folder]), inlineBytes: 0 };
  home.staging.add(command);
  try {
    const staged = await stageAll(into, plan, work);
    if (!staged.ok) {
      await dropStaged(restoring);
      return staged;
    }
    const stagedKeys = await home.db.read(['staging'], (tx) => tx.keys('staging', { prefix: `${command}/` }));
    await home.commit({
      put: work.put,
      also: async (tx) => {
        for (const also of work.also) await also(tx);
        for (const key of stagedKeys) await tx.remove('staging', key);
      },
    });
  } catch (fault) {
    await dropStaged(restoring);
    throw fault;
  } finally {
    home.staging.delete(command);
  }
  home.contentChanged([...work.changed].flatMap((id) => parseNodeId(id) ?? []));
  const { created, replaced, mended } = work.counts;
  return ok({ created, replaced, kept: plan.counts.keep - mended, damaged: [...work.damaged].sort() });
}
