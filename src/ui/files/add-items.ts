// Owns: what was dropped or picked, turned into the items of an add. Reads handles only, never content, and a piece at
// a time, so that a large tree holds up nothing. Rules of names are the authority's (docs/home-layout.md); paths are made NFC here.
import type { AddItem } from '../../workers/contract/home.ts';
import { LIMITS } from '../../workers/contract/limits.ts';

export interface Gathered {
  readonly items: readonly AddItem[];
  /** Paths that the browser would not let be read. */
  readonly unreadable: readonly string[];
  /** More than one add may hold: nothing of it should be added. */
  readonly tooMany: boolean;
}

export interface GatherOptions {
  readonly signal?: AbortSignal;
  readonly onCount?: (items: number) => void;
  /** Most items; LIMITS.itemsPerCommand unless a test says less. */
  readonly most?: number;
}

const FILES_AT_ONCE = 32;
const PICKED_AT_ONCE = 50;

/** What a drop holds: folders as entries, and single files. */
export interface Dropped {
  readonly entries: readonly FileSystemEntry[];
  readonly files: readonly File[];
}

/** Must be called while the event is dispatched: afterwards the list is empty. */
export function droppedIn(transfer: DataTransfer): Dropped {
  const items = [...transfer.items].filter((item) => item.kind === 'file').map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  return {
    entries: items.flatMap(({ entry, file }) => (entry && (entry.isDirectory || !file) ? [entry] : [])),
    files: items.flatMap(({ entry, file }) => (file && entry?.isDirectory !== true ? [file] : [])),
  };
}

const fileOf = (entry: FileSystemFileEntry): Promise<File | undefined> =>
  new Promise((resolve) => { entry.file(resolve, () => resolve(undefined)); });

const nextChildren = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[] | undefined> =>
  new Promise((resolve) => { reader.readEntries(resolve, () => resolve(undefined)); });

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const joined = (folder: string, name: string): string => (folder + name).normalize('NFC');

class Gathering {
  readonly items: AddItem[] = [];
  readonly unreadable: string[] = [];
  readonly #options: GatherOptions;
  readonly #most: number;
  readonly #folders: { readonly entry: FileSystemDirectoryEntry; readonly path: string }[] = [];

  constructor(options: GatherOptions) {
    this.#options = options;
    this.#most = options.most ?? LIMITS.itemsPerCommand;
  }

  get tooMany(): boolean {
    return this.items.length > this.#most;
  }

  get stopped(): boolean {
    return this.tooMany || this.#options.signal?.aborted === true;
  }

  async take(entries: readonly FileSystemEntry[], folder: string): Promise<void> {
    for (const entry of entries) if (isFolder(entry)) this.#folders.push({ entry, path: `${joined(folder, entry.name)}/` });
    const files = entries.filter(isFile);
    for (let at = 0; at < files.length && !this.stopped; at += FILES_AT_ONCE) {
      const batch = files.slice(at, at + FILES_AT_ONCE);
      const opened = await Promise.all(batch.map(fileOf));
      batch.forEach((entry, index) => this.#add(joined(folder, entry.name), opened[index]));
    }
  }

  #add(path: string, file: File | undefined): void {
    if (file) this.items.push({ path, file });
    else this.unreadable.push(path);
    this.#options.onCount?.(this.items.length);
  }

  async walk(): Promise<void> {
    for (let next = this.#folders.pop(); next && !this.stopped; next = this.#folders.pop()) await this.#walkFolder(next.entry, next.path);
  }

  async #walkFolder(entry: FileSystemDirectoryEntry, path: string): Promise<void> {
    const reader = entry.createReader();
    let empty = true;
    for (;;) {
      const children = await nextChildren(reader);
      if (!children) this.unreadable.push(path);
      if (!children || children.length === 0 || this.stopped) break;
      empty = false;
      await this.take(children, path);
    }
    if (empty) this.items.push({ path });
  }
}

/** Walks what `droppedIn` gave, folders with all that is below them. */
export async function gatherDropped({ entries, files }: Dropped, options: GatherOptions = {}): Promise<Gathered> {
  const gathering = new Gathering(options);
  gathering.items.push(...files.map((file) => ({ path: file.name.normalize('NFC'), file })));
  await gathering.take(entries, '');
  await gathering.walk();
  return { items: gathering.items, unreadable: gathering.unreadable, tooMany: gathering.tooMany };
}

/** Lets the page draw and answer; not a timer, since nested timers are held back. */
function pause(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** What an `<input type="file">` holds, with the paths of a picked folder. */
export async function gatherPicked(files: ArrayLike<File>, options: GatherOptions = {}): Promise<Gathered> {
  const most = options.most ?? LIMITS.itemsPerCommand;
  if (files.length > most) return { items: [], unreadable: [], tooMany: true };
  const items: AddItem[] = [];
  for (let at = 0; at < files.length && options.signal?.aborted !== true; at += 1) {
    const file = files[at];
    // Asking for the size makes the browser look at the file now, a few at a time, and not at all of them when they are sent on.
    if (file && file.size >= 0) items.push({ path: (file.webkitRelativePath || file.name).normalize('NFC'), file });
    if (at % PICKED_AT_ONCE === PICKED_AT_ONCE - 1) await pause();
    if (items.length % PICKED_AT_ONCE === 0) options.onCount?.(items.length);
  }
  return { items, unreadable: [], tooMany: false };
}
