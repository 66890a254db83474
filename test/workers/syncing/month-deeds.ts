// What a person does in a month, day by day, and what is to be found of it in the end.
import type { NodeId } from '../../../src/workers/contract/ids.ts';
import { bytes, command, type TestHome, value } from '../home/test-home.ts';
import type { MonthDevice, Work } from './month-world.ts';

const LARGE = 40_000;

/** What the home did for each of these, all in a folder of their own: how many files lie elsewhere is no matter. */
export async function measured({ home, work }: MonthDevice, folder: string): Promise<readonly Work[]> {
  const { surface } = home;
  const desk = await home.find(folder);
  const find = (name: string) => home.find(name, desk);
  const did = [
    await work(() => home.add({ 'note.txt': 'a note' }, { to: desk })),
    await work(() => home.add({ 'film.bin': bytes(LARGE) }, { to: desk })),
    await work(() => home.add({ 'diary.txt': `at ${home.deps.now()}` }, { to: desk, clash: 'replace' })),
  ];
  const nodes = [await find('note.txt'), await find('film.bin')];
  did.push(
    await work(async () => value(await surface.renameNode({ ...command(), node: nodes[0]!, name: 'renamed.txt' }))),
    await work(async () => value(await surface.trashNodes({ ...command(), nodes }))),
    await work(async () => value(await surface.deleteNodes({ ...command(), nodes }))),
  );
  return did;
}

export interface Person {
  /** By name, what is in it. */
  readonly files: ReadonlyMap<string, string>;
  /** Names in the trash, and how many of their files were deleted for good. */
  readonly trash: readonly string[];
  readonly deleted: number;
  /** A day with their device. */
  live(day: number): Promise<void>;
  /** Replaces what is in a file that both have. */
  write(name: string, text: string): Promise<void>;
}

async function trash(home: TestHome, nodes: readonly NodeId[], forGood: boolean): Promise<void> {
  value(await home.surface.trashNodes({ ...command(), nodes }));
  if (forGood) value(await home.surface.deleteNodes({ ...command(), nodes }));
}

/** Every day a file is added, another renamed, an earlier one deleted, and two are changed, one of them three times. */
export function createPerson({ home, syncing }: MonthDevice, who: string): Person {
  const files = new Map<string, string>();
  const trashed: string[] = [];
  let deleted = 0;
  async function put(name: string, text: string): Promise<void> {
    await home.add({ [name]: text }, { clash: 'replace' });
    files.set(name, text);
  }
  async function keep(name: string): Promise<void> {
    const text = files.get(name);
    if (text === undefined) return;
    value(await home.surface.renameNode({ ...command(), node: await home.find(name), name: `kept ${name}` }));
    files.delete(name);
    files.set(`kept ${name}`, text);
  }
  async function drop(name: string, forGood: boolean): Promise<void> {
    if (!files.delete(name)) return;
    await trash(home, [await home.find(name)], forGood);
    if (forGood) deleted += 1;
    else trashed.push(name);
  }
  return {
    files, trash: trashed,
    get deleted() { return deleted; },
    async live(day) {
      await put(`${who} ${day}.txt`, `${who} on day ${day}`);
      for (const time of ['morning', 'noon', 'evening']) await put(`${who} diary.txt`, `${time} of day ${day}`);
      await put(`${who} film.bin`, `${day} `.repeat(LARGE));
      await keep(`${who} ${day - 1}.txt`);
      await drop(`kept ${who} ${day - 3}.txt`, day % 2 === 0);
      syncing.homeChanged();
    },
    async write(name, text) {
      await home.add({ [name]: text }, { clash: 'replace' });
      syncing.homeChanged();
    },
  };
}
