// Adding files and folder trees. Each file is whole or not there: small ones are committed in batches, large ones alone.
// Sent again after a takeover, what is there already is passed over: a new node's id follows from command and path.
import { fromHex, toHex, utf8, concat, type Bytes } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import { type Content, type FileNode, type HomeNode, MAX_FILE_BYTES, MAX_INLINE_BYTES } from '../../crypto/node.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AddReport } from '../contract/home.ts';
import { type LongWorkRun, startWork } from '../contract/long-work.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import { addContent, dropStaged, FileFailed, sameContent, unstage } from './add-content.ts';
import { type AddedFile, addPaths } from './add-paths.ts';
import { createAddPlan } from './add-plan.ts';
import { collectExtents } from './collect.ts';
import type { HomeContext } from './context.ts';
import { freeName } from './free-name.ts';
import { newFolder } from './moves.ts';
import { ancestry, childNamed, folderNode } from './places.ts';
import { withContent } from './versions.ts';

const BATCH = { files: 64, bytes: 8 * 1024 * 1024 } as const;
const SMALL_IN_FLIGHT = 16;
const MEDIA_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/;

type Adds = Pick<Served<HomeSurface>, 'planAdd' | 'addFiles'>;
type Args = Parameters<Adds['addFiles']>[0];

/** One file on its way: sealed, not yet live. */
interface Ready {
  readonly added: AddedFile;
  readonly folder: string;
  readonly id: Bytes;
  readonly content: Content;
  readonly replaces?: FileNode;
}

interface Run {
  readonly args: Args;
  readonly work: LongWorkRun;
  /** Folder ids, in hex, by path under the target. */
  readonly folders: Map<string, string>;
  /** Names promised to files of this run, by folder. */
  readonly promised: Map<string, Set<string>>;
  readonly created: string[];
  readonly failed: { path: string; code: string }[];
  readonly counts: { added: number; replaced: number; skipped: number };
  progress: { doneBytes: number; totalBytes: number; doneItems: number; totalItems: number };
}

async function derivedId(command: string, path: string): Promise<Bytes> {
  return (await sha256(concat(utf8(command), utf8(path)))).slice(0, 16);
}

const mediaTypeOf = (file: File): string => (MEDIA_TYPE.test(file.type) ? file.type : 'application/octet-stream');

export function createAdds(home: HomeContext): Adds {
  const { tree, homeId, alone, changed, clock, device } = home;

  /** Makes the folders that are missing. One whose name a file has takes its files down with it. */
  async function makeFolders(run: Run, paths: readonly (readonly string[])[]): Promise<void> {
    const { command, to } = run.args;
    const fresh: HomeNode[] = [];
    const freshNames = new Map<string, Set<string>>();
    for (const names of paths) {
      const path = names.join('/');
      const parent = run.folders.get(names.slice(0, -1).join('/'));
      const name = names.at(-1) ?? '';
      if (parent === undefined) continue;
      const there = freshNames.has(parent) ? undefined : await childNamed(tree, parent, name);
      if (there?.kind === 'folder') run.folders.set(path, toHex(there.id));
      else if (!there) {
        const node = newFolder(home, { id: toHex(await derivedId(command, `${path}/`)), parent, name });
        fresh.push(node);
        run.folders.set(path, toHex(node.id));
        freshNames.set(toHex(node.id), new Set());
      }
    }
    for (let from = 0; from < fresh.length; from += 500) {
      const batch = fresh.slice(from, from + 500);
      await tree.commit({ put: batch });
      run.created.push(...batch.map(({ id }) => toHex(id)));
    }
    if (fresh.length > 0) changed([to, ...fresh.map(({ parent }) => toHex(parent))]);
  }

  /** Where a file goes: a fresh node, an earlier one whose content it replaces, or nowhere. */
  async function targetOf(run: Run, added: AddedFile): Promise<Pick<Ready, 'folder' | 'id' | 'replaces'> | 'skip' | 'no_folder'> {
    const folder = run.folders.get(added.folders.join('/'));
    if (folder === undefined) return 'no_folder';
    const id = await derivedId(run.args.command, added.given);
    if (await tree.node(toHex(id))) return 'skip';
    const there = await childNamed(tree, folder, added.name);
    if (there && run.args.clash === 'skip') return 'skip';
    if (there?.kind === 'file' && run.args.clash === 'replace') return { folder, id: there.id, replaces: there };
    return { folder, id };
  }

  async function prepare(run: Run, added: AddedFile): Promise<Ready | undefined> {
    const { file, given } = added;
    const failed = (code: string) => {
      run.failed.push({ path: given, code });
      done(run, file.size);
    };
    if (file.size > MAX_FILE_BYTES) return void failed('home.file_too_large');
    const target = await targetOf(run, added);
    if (target === 'no_folder') return void failed('home.name_taken');
    if (target === 'skip') {
      run.counts.skipped += 1;
      return void done(run, file.size);
    }
    const { replaces } = target;
    try {
      if (replaces && (await sameContent(home, replaces.content, file))) return void unchanged(run, file.size);
      const content = await addContent(home, {
        file, command: run.args.command, signal: run.work.signal, fileId: replaces?.content.fileId ?? home.random(16),
        onBytes: (bytes) => done(run, bytes, 0), ...(replaces && { before: replaces.content }),
      });
      done(run, 0);
      if (replaces && content.extents && (await sameContent(home, replaces.content, file, content))) {
        run.counts.replaced += 1;
        return undefined;
      }
      return { added, content, ...target };
    } catch (fault) {
      if (!(fault instanceof FileFailed)) throw fault;
      return void failed(fault.code);
    }
  }

  function unchanged(run: Run, bytes: number): void {
    run.counts.replaced += 1;
    done(run, bytes);
  }

  function done(run: Run, bytes: number, items = 1): void {
    run.progress = { ...run.progress, doneBytes: run.progress.doneBytes + bytes, doneItems: run.progress.doneItems + items };
    run.work.report({ phase: 'working', ...run.progress });
  }

  const fileNodeOf = ({ added, id, content, folder }: Ready, name: string): FileNode => {
    const parent = fromHex(folder, 16);
    if (!parent) throw new Error('a folder is named by 32 hex digits');
    return { kind: 'file', id, parent, name, mediaType: mediaTypeOf(added.file), content, versions: [], clock: clock.tick(), device };
  };

  /** Makes a batch live in one strict transaction; names are settled here, where nothing else can change them. */
  const commit = (run: Run, batch: readonly Ready[]) => alone(async () => {
    const put: HomeNode[] = [];
    const alsos: ((tx: Parameters<NonNullable<Parameters<typeof tree.commit>[0]['also']>>[0]) => Promise<void>)[] = [];
    const dropped: string[] = [];
    for (const ready of batch) {
      const current = ready.replaces && (await tree.node(toHex(ready.replaces.id)));
      if (current && current !== 'damaged' && current.kind === 'file' && current.trashed === undefined) {
        const replaced = await withContent(home, current, ready.content, { mediaType: mediaTypeOf(ready.added.file) });
        put.push(replaced.node);
        alsos.push(replaced.also);
        dropped.push(...replaced.dropped);
        run.counts.replaced += 1;
      } else {
        put.push(fileNodeOf(ready, await promisedName(run, ready)));
        run.created.push(toHex(ready.id));
        run.counts.added += 1;
      }
    }
    await tree.commit({
      put,
      also: async (tx) => {
        for (const also of alsos) await also(tx);
        for (const { content } of batch) await unstage(tx, run.args.command, content);
      },
    });
    await collectExtents(home, dropped);
    changed(new Set(batch.map(({ folder }) => folder)));
  });

  async function promisedName(run: Run, { folder, added }: Ready): Promise<string> {
    const promised = run.promised.get(folder) ?? new Set([...(await tree.folder(folder)).nodes.values()].map(({ name }) => name));
    run.promised.set(folder, promised);
    const fresh = new Set([...(await tree.folder(folder)).nodes.values()].map(({ name }) => name));
    const name = freeName(added.name, (one) => promised.has(one) || fresh.has(one));
    promised.add(name);
    return name;
  }

  async function addAll(run: Run, files: readonly AddedFile[]): Promise<void> {
    let batch: Ready[] = [];
    let bytes = 0;
    const flush = async () => {
      const full = batch;
      [batch, bytes] = [[], 0];
      if (full.length > 0) await commit(run, full);
    };
    const take = async (ready: Ready | undefined) => {
      if (!ready) return;
      batch.push(ready);
      bytes += ready.added.file.size;
      if (batch.length >= BATCH.files || bytes >= BATCH.bytes) await flush();
    };
    for (let from = 0; from < files.length; from += SMALL_IN_FLIGHT) {
      run.work.signal.throwIfAborted();
      const some = files.slice(from, from + SMALL_IN_FLIGHT);
      const small = some.filter(({ file }) => file.size <= MAX_INLINE_BYTES);
      for (const ready of await Promise.all(small.map((added) => prepare(run, added)))) await take(ready);
      for (const added of some.filter(({ file }) => file.size > MAX_INLINE_BYTES)) await take(await prepare(run, added));
    }
    await flush();
  }

  /** Cancelled: what this command made goes again, children before their folders. */
  const undo = (run: Run) => alone(async () => {
    const nodes = (await Promise.all(run.created.map((id) => tree.node(id)))).filter((node): node is HomeNode => node !== undefined && node !== 'damaged');
    await tree.commit({ remove: run.created });
    await dropStaged(home, run.args.command);
    await collectExtents(home, nodes.flatMap((node) => (node.kind === 'file' ? (node.content.extents ?? []).map(([id]) => toHex(id)) : [])));
    changed([run.args.to, ...nodes.map(({ parent }) => toHex(parent))]);
  });

  async function runAdd(run: Run, depth: number): Promise<Result<AddReport, NexusError>> {
    const { files, folders, refused } = addPaths(run.args.items, depth);
    run.failed.push(...refused.map(({ path }) => ({ path, code: 'home.name_invalid' })));
    run.progress = { doneBytes: 0, doneItems: 0, totalItems: files.length, totalBytes: files.reduce((sum, { file }) => sum + file.size, 0) };
    home.staging.add(run.args.command);
    try {
      await alone(() => makeFolders(run, folders));
      await addAll(run, files);
      run.work.report({ phase: 'finishing', ...run.progress }, true);
      return ok({ ...run.counts, failed: run.failed });
    } catch (fault) {
      if (home.closing.aborted) return err(nexusError('session.locked'));
      if (run.work.signal.aborted) {
        await undo(run);
        return err(nexusError('aborted'));
      }
      await dropStaged(home, run.args.command);
      throw fault;
    } finally {
      home.staging.delete(run.args.command);
      run.work.end();
    }
  }

  return {
    planAdd: createAddPlan(home),
    async addFiles(args) {
      const target = await folderNode(tree, args.to);
      if (!target.ok) return target;
      const above = await ancestry(tree, homeId, target.value);
      if (!above.ok) return above;
      const work = startWork(args.port, home.closing, home.now);
      const progress = { doneBytes: 0, totalBytes: 0, doneItems: 0, totalItems: 0 };
      const run: Run = {
        args, work, progress, folders: new Map([['', args.to]]), promised: new Map(), created: [], failed: [], counts: { added: 0, replaced: 0, skipped: 0 },
      };
      return runAdd(run, above.value.length);
    },
  };
}

