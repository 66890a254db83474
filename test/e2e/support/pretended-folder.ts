// A chosen folder for engines whose automation cannot choose one: the files are made in the page, with the paths that the
// engine would have given them, and shown as the input's own until the page has read them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Driver } from './driver.ts';

const BATCH_CHARS = 4_000_000;

interface Carried {
  readonly path: string;
  readonly base64: string;
}

function* carried(disk: string, path: string): Generator<Carried> {
  if (statSync(disk).isDirectory()) for (const name of readdirSync(disk)) yield* carried(join(disk, name), `${path}/${name}`);
  else yield { path, base64: readFileSync(disk).toString('base64') };
}

/** In the page: makes files and keeps them until all are there. */
function keep(batch: readonly Carried[]): void {
  const page = globalThis as { pretended?: File[] };
  page.pretended ??= [];
  for (const { path, base64 } of batch) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    // As an engine does, by the name; no test asks for more kinds.
    const file = new File([bytes], path.split('/').pop() ?? '', { type: path.endsWith('.png') ? 'image/png' : '' });
    Object.defineProperty(file, 'webkitRelativePath', { value: path });
    page.pretended.push(file);
  }
}

/** In the page: says that they were chosen. */
function give(input: HTMLInputElement): void {
  const page = globalThis as { pretended?: File[] };
  Object.defineProperty(input, 'files', { value: page.pretended ?? [], configurable: true });
  delete page.pretended;
  for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true, composed: type === 'input' }));
  Reflect.deleteProperty(input, 'files');
}

export async function givePretendedFolders(driver: Driver, inputExpression: string, folders: readonly string[]): Promise<void> {
  let batch: Carried[] = [];
  let chars = 0;
  const send = async () => {
    await driver.evaluate(`(${keep.toString()})(${JSON.stringify(batch)})`);
    batch = [];
    chars = 0;
  };
  for (const file of folders.flatMap((folder) => [...carried(folder, basename(folder))])) {
    batch.push(file);
    chars += file.base64.length;
    if (chars > BATCH_CHARS) await send();
  }
  await send();
  await driver.evaluate(`(${give.toString()})(${inputExpression})`);
}
