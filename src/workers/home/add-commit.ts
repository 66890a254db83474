// A batch of an add made live in one strict transaction; names are settled here, where nothing else can change them.
import { equal, fromHex, toHex } from '../../crypto/bytes.ts';
import type { Content, FileNode, HomeNode } from '../../crypto/node.ts';
import { addContent, dropStaged, unstage } from './add-content.ts';
import type { AddRun, ReadyFile } from './add-run.ts';
import type { Change } from './change.ts';
import { collectExtents } from './collect.ts';
import type { HomeContext } from './context.ts';
import { freeName } from '../../crypto/free-name.ts';
import { withContent } from './versions.ts';

const MEDIA_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/;

const mediaTypeOf = (file: File): string => (MEDIA_TYPE.test(file.type) ? file.type : 'application/octet-stream');

function fileNodeOf({ clock, device }: HomeContext, { added, id, content, folder }: ReadyFile, name: string): FileNode {
  const parent = fromHex(folder, 16);
  if (!parent) throw new Error('a folder is named by 32 hex digits');
  return { kind: 'file', id, parent, name, mediaType: mediaTypeOf(added.file), content, versions: [], clock: clock.tick(), device };
}

/** What a file kept of its earlier content goes with that, where it was deleted for good meanwhile: then all of it is sealed anew. */
async function wholeContent(home: HomeContext, { command, work }: AddRun, { added, content, replaces }: ReadyFile): Promise<Content> {
  if (!replaces || !content.extents) return content;
  const ids = content.extents.map(([id]) => toHex(id));
  const stored = await home.db.read(['extents'], (tx) => Promise.all(ids.map(async (id) => (await tx.keys('extents', { only: id })).length)));
  if (!stored.includes(0)) return content;
  await dropStaged(home, command, content);
  return addContent(home, { file: added.file, fileId: home.random(16), command, signal: work.signal, onBytes: () => undefined });
}

/** A name that is free in the folder and among the files of the batch. */
async function nameIn({ tree }: HomeContext, promised: Map<string, Set<string>>, { folder, added }: ReadyFile): Promise<string> {
  const names = promised.get(folder) ?? new Set();
  promised.set(folder, names);
  const taken = await tree.taken(folder);
  const name = freeName(added.name, (one) => names.has(one) || taken(one));
  names.add(name);
  return name;
}

interface Commit {
  readonly put: HomeNode[];
  readonly alsos: NonNullable<Change['also']>[];
  readonly dropped: string[];
  /** What is no longer staged afterwards. */
  readonly contents: Content[];
  readonly promised: Map<string, Set<string>>;
}

/** What this file changes, by what stands in the home now: since it was made ready its place may have changed, or gone. */
async function settle(home: HomeContext, run: AddRun, ready: ReadyFile, { put, alsos, dropped, contents, promised }: Commit): Promise<void> {
  const target = ready.replaces;
  // Two of a batch may replace the same file: the later one comes over the earlier one.
  const at = target ? put.findIndex(({ id }) => equal(id, target.id)) : -1;
  const current = put[at] ?? (target && (await home.tree.node(toHex(target.id))));
  const folder = await home.tree.node(ready.folder);
  if (current && current !== 'damaged' && current.kind === 'file' && current.trashed === undefined) {
    const replaced = await withContent(home, current, ready.content, { mediaType: mediaTypeOf(ready.added.file) });
    put.splice(at < 0 ? put.length : at, 1, replaced.node);
    alsos.push(replaced.also);
    dropped.push(...replaced.dropped);
    run.counts.replaced += 1;
  } else if (!folder || folder === 'damaged' || folder.kind !== 'folder') {
    await dropStaged(home, run.command, ready.content);
    run.failed.push({ path: ready.added.given, code: 'home.not_found' });
    return;
  } else {
    put.push(fileNodeOf(home, ready, await nameIn(home, promised, ready)));
    run.created.push(toHex(ready.id));
    run.counts.added += 1;
  }
  contents.push(ready.content);
}

export function commitBatch(home: HomeContext, run: AddRun, batch: readonly ReadyFile[]): Promise<void> {
  return home.alone(async () => {
    const commit: Commit = { put: [], alsos: [], dropped: [], contents: [], promised: new Map() };
    for (const ready of batch) await settle(home, run, { ...ready, content: await wholeContent(home, run, ready) }, commit);
    await home.tree.commit({
      put: commit.put,
      also: async (tx) => {
        for (const also of commit.alsos) await also(tx);
        for (const content of commit.contents) await unstage(tx, run.command, content);
      },
    });
    await collectExtents(home, commit.dropped);
    home.changed(new Set(batch.map(({ folder }) => folder)));
  });
}
