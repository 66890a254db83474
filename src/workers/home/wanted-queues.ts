// Extents that are not here, each with the folder of its file, in the order in which they are to be brought.

export interface Wanted {
  readonly wanted: boolean;
  /** It is what a file is now. */
  readonly now: boolean;
  readonly folder: string;
}

export interface WantedQueues {
  put(id: string, what: Wanted): void;
  has(id: string): boolean;
  folderOf(id: string): string | undefined;
  remove(id: string): void;
  clear(): void;
  /** A folder is shown: what files in it are now comes first, from the next time on that `ids` are gone through. */
  looksAt(folder: string): void;
  /** Those that are to be brought; after them, where `online`, all others. */
  ids(online: boolean): Iterable<string>;
  /** How many are to be brought. */
  count(): number;
  /** How many are not here. */
  absent(): number;
}

export function createWantedQueues(): WantedQueues {
  /** Of files in the folder that is shown, what they are now; of others; what any were; and what stays at the server until it is opened. */
  const [shown, now, earlier, online] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string>(), new Map<string, string>()];
  const all = [shown, now, earlier, online];
  let folderShown: string | undefined;
  let folderNext: string | undefined;

  function show(folder: string): void {
    folderShown = folder;
    for (const [id, of] of shown) now.set(id, of);
    shown.clear();
    for (const [id, of] of now) if (of === folder) shown.set(id, of);
    for (const id of shown.keys()) now.delete(id);
  }

  return {
    put: (id, what) => void (!what.wanted ? online : !what.now ? earlier : what.folder === folderShown ? shown : now).set(id, what.folder),
    has: (id) => all.some((queue) => queue.has(id)),
    folderOf: (id) => all.find((queue) => queue.has(id))?.get(id),
    remove(id) { for (const queue of all) queue.delete(id); },
    clear() { for (const queue of all) queue.clear(); },
    looksAt(folder) { folderNext = folder; },
    *ids(withOnline) {
      if (folderNext !== undefined && folderNext !== folderShown) show(folderNext);
      for (const queue of withOnline ? all : [shown, now, earlier]) yield* queue.keys();
    },
    count: () => shown.size + now.size + earlier.size,
    absent: () => all.reduce((sum, queue) => sum + queue.size, 0),
  };
}
