// Files as an app reaches them: by names below the one folder, or the one file, that its binding names. Every change goes the way that
// a person's changes go, so nothing that it does is past help.
import { type Bytes, concat, toHex } from '../../crypto/bytes.ts';
import type { FileNode, HomeNode } from '../../crypto/node.ts';
import { nameFault } from '../../crypto/node-name.ts';
import { err, ok, type Result } from '../../result.ts';
import { APP_LIMITS, type AppContent, type AppEntry } from '../contract/app-protocol.ts';
import { ERROR_CODES, nexusError, type NexusError } from '../contract/errors.ts';
import { type NodeId, parseNodeId } from '../contract/ids.ts';
import type { PortMessage } from '../contract/surface.ts';
import { createTurns } from '../store/in-turn.ts';
import { type AppPlaces, commandFrom, idOf, type PlacesDeps } from './app-places.ts';

export interface AppFiles {
  list(root: NodeId, path: string): Promise<Result<readonly AppEntry[], NexusError>>;
  stat(root: NodeId, path: string): Promise<Result<AppEntry, NexusError>>;
  read(root: NodeId, path: string, range: { readonly from: number; readonly length: number }): Promise<Result<Bytes, NexusError>>;
  /** Called off, and undone, where `ended` aborts before it is whole. */
  write(root: NodeId, path: string, what: { readonly content: AppContent; readonly ended: AbortSignal }): Promise<Result<AppEntry, NexusError>>;
  rename(root: NodeId, path: string, name: string): Promise<Result<void, NexusError>>;
  remove(root: NodeId, path: string): Promise<Result<void, NexusError>>;
}

const namesOf = (path: string): readonly string[] => (path === '' ? [] : path.split('/'));
const entryOf = (node: HomeNode): AppEntry => (node.kind === 'folder' ? { kind: 'folder', name: node.name }
  : { kind: 'file', name: node.name, size: node.content.size, modified: node.content.modified, mediaType: node.mediaType });
const missing = (): Result<never, NexusError> => err(nexusError('home.not_found'));

export function createAppFiles(deps: PlacesDeps, { standing, down, children }: AppPlaces): AppFiles {
  const { home, surface, clock } = deps;
  // Changes below one root, one after the other: two of one new name are one file with two contents, not two files.
  const inTurn = createTurns<NodeId>();

  async function resolve(root: NodeId, path: string): Promise<Result<HomeNode, NexusError>> {
    const from = await standing(root);
    if (!from.ok) return from;
    const node = await down(from.value, namesOf(path));
    return node ? ok(node) : missing();
  }

  async function resolveFile(root: NodeId, path: string): Promise<Result<FileNode, NexusError>> {
    const node = await resolve(root, path);
    if (!node.ok) return node;
    return node.value.kind === 'file' ? ok(node.value) : err(nexusError('home.not_a_file'));
  }

  /** Where new content goes: a folder, and a path from it. */
  async function target(root: HomeNode, path: string): Promise<Result<{ readonly to: NodeId; readonly path: string }, NexusError>> {
    const parent = parseNodeId(toHex(root.parent));
    if (root.kind === 'file') return path === '' && parent ? ok({ to: parent, path: root.name }) : err(nexusError('home.not_a_folder'));
    const fault = path === '' ? 'empty' : namesOf(path).map((name) => nameFault(name.normalize('NFC'))).find((each) => each !== undefined);
    if (fault) return err(nexusError('home.name_invalid', { detail: fault }));
    const there = await down(root, namesOf(path));
    return there?.kind === 'folder' ? err(nexusError('home.not_a_file')) : ok({ to: idOf(root), path });
  }

  async function add(to: NodeId, path: string, { content, ended }: { readonly content: AppContent; readonly ended: AbortSignal }): Promise<Result<void, NexusError>> {
    const { port1, port2 } = new MessageChannel();
    const abort = () => port1.postMessage({ abort: true } satisfies PortMessage);
    ended.addEventListener('abort', abort, { once: true });
    if (ended.aborted) abort();
    try {
      const [part, type] = content instanceof Blob ? [content, content.type] : [content.bytes, content.mediaType];
      const file = new File([part], path.split('/').at(-1) ?? '', { type, lastModified: clock() });
      const report = await surface.addFiles({ ...commandFrom(deps), port: port2, to, items: [{ path, file }], clash: 'replace' });
      if (!report.ok) return report;
      const [failed] = report.value.failed;
      return failed ? err(nexusError(ERROR_CODES.find((code) => code === failed.code) ?? 'home.file_unreadable')) : ok();
    } finally {
      ended.removeEventListener('abort', abort);
      port1.close();
      port2.close();
    }
  }

  return {
    async list(root, path) {
      const node = await resolve(root, path);
      if (!node.ok) return node;
      if (node.value.kind === 'file') return path === '' ? ok([entryOf(node.value)]) : err(nexusError('home.not_a_folder'));
      return ok((await children(node.value)).map(entryOf).sort((a, b) => (a.name < b.name ? -1 : 1)));
    },
    async stat(root, path) {
      const node = await resolve(root, path);
      return node.ok ? ok(entryOf(node.value)) : node;
    },
    async read(root, path, { from, length }) {
      const file = await resolveFile(root, path);
      if (!file.ok) return file;
      const { content } = file.value;
      const range = { start: Math.min(from, content.size), end: Math.min(from + Math.min(length, APP_LIMITS.readBytes), content.size) };
      const pieces: Bytes[] = [];
      try {
        if (range.end > range.start) for await (const piece of home.read(content, range)) pieces.push(piece);
      } catch (fault) {
        if (fault instanceof Error && fault.name === 'ContentTampered') return err(nexusError('integrity.tampered'));
        if (fault instanceof Error && fault.name === 'ContentAbsent') return err(nexusError('sync.not_here'));
        throw fault;
      }
      return ok(concat(...pieces));
    },
    write: (root, path, what) => inTurn(root, async () => {
      const from = await standing(root);
      const place = from.ok ? await target(from.value, path) : from;
      if (!place.ok) return place;
      const added = await add(place.value.to, place.value.path, what);
      if (!added.ok) return added;
      const node = await resolve(root, path);
      return node.ok ? ok(entryOf(node.value)) : node;
    }),
    rename: (root, path, name) => inTurn(root, async () => {
      const node = path === '' ? missing() : await resolve(root, path);
      return node.ok ? surface.renameNode({ ...commandFrom(deps), node: idOf(node.value), name }) : node;
    }),
    remove: (root, path) => inTurn(root, async () => {
      const node = path === '' ? missing() : await resolve(root, path);
      return node.ok ? surface.trashNodes({ ...commandFrom(deps), nodes: [idOf(node.value)] }) : node;
    }),
  };
}
