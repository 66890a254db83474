// The notes themselves: text files in the folder that the person chose, named by their titles. It draws nothing.
import type { Files } from '../../sdk/nexus.ts';

export interface Note {
  /** The file's name without its ending. */
  readonly title: string;
  readonly modified: number;
}

export type Order = 'title' | 'modified';

const ENDING = '.md';
const fileOf = (title: string): string => title + ENDING;

/** What a title cannot be as a file's name: slashes become dashes, an empty one gets a word. */
export function titleFrom(text: string): string {
  const title = text.normalize('NFC').replace(/[/\\\p{Cc}]/gu, '-').replace(/^\.+/, '').trim().slice(0, 80).trim();
  return title === '' ? 'Untitled' : title;
}

export function sorted(notes: readonly Note[], order: Order): readonly Note[] {
  return [...notes].sort((a, b) => (order === 'modified' ? b.modified - a.modified : 0) || a.title.localeCompare(b.title));
}

/** A title that no other note has: `Untitled`, `Untitled 2` … */
export function freeTitle(wanted: string, notes: readonly Note[]): string {
  const taken = new Set(notes.map(({ title }) => title));
  for (let count = 1; ; count += 1) {
    const title = count === 1 ? wanted : `${wanted} ${count}`;
    if (!taken.has(title)) return title;
  }
}

export interface Notebook {
  list(): Promise<readonly Note[]>;
  read(title: string): Promise<string>;
  write(title: string, text: string): Promise<void>;
  rename(title: string, next: string): Promise<void>;
  remove(title: string): Promise<void>;
}

export function openNotebook(files: Files): Notebook {
  return {
    async list() {
      const entries = await files.list();
      return entries.flatMap((entry) => (entry.kind === 'file' && entry.name.endsWith(ENDING) ? [{ title: entry.name.slice(0, -ENDING.length), modified: entry.modified }] : []));
    },
    read: async (title) => (await files.read(fileOf(title))).text(),
    write: async (title, text) => { await files.write(fileOf(title), new Blob([text], { type: 'text/markdown' })); },
    rename: (title, next) => files.rename(fileOf(title), fileOf(next)),
    remove: (title) => files.remove(fileOf(title)),
  };
}
