// `nx nbk restore`: a folder beside the target is filled, and renamed into place when all of it is there.
import { constants } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, rmdir, utimes } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { OpenedBundle } from '../src/crypto/nbk/open-bundle.ts';
import { readFile } from '../src/crypto/nbk/read-file.ts';
import { planRestore, type RestoreLine, type RestorePlan } from '../src/crypto/nbk/restore-plan.ts';
import { readTree, type TreeEntry } from '../src/crypto/nbk/tree.ts';
import type { Asked } from './arguments.ts';
import { whole } from './bundle-file.ts';
import { refusedByDisk } from './disk-names.ts';
import { EXIT, type ExitCode, Failed } from './exit.ts';
import { progressLine, say, sayJson, shown } from './telling.ts';

interface Told {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
  readonly fate: 'create' | 'refuse';
  readonly reason?: string;
}

/** Everything live, in a fixed order, with what the disk refuses. */
async function planned(opened: OpenedBundle, path: string | undefined, signal: AbortSignal): Promise<{ plan: RestorePlan; told: readonly Told[] }> {
  const tree = whole(await readTree(opened, { signal }));
  const plan = await planRestore(tree, { existing: () => 'absent', different: 'replace', ...(path !== undefined && { select: path }) });
  if (path !== undefined && plan.lines.every(({ entry }) => entry.path !== path)) throw new Failed(EXIT.other, 'There is no such path in this backup.');
  const disk = refusedByDisk(plan.lines, process.platform);
  const told = plan.lines.map(({ entry, fate, reason }: RestoreLine): Told => {
    const why = reason ?? disk.get(entry.path);
    return { path: entry.path, kind: entry.kind, size: entry.size, fate: fate === 'refuse' || why ? 'refuse' : 'create', ...(why && { reason: why }) };
  });
  return { plan, told };
}

async function refuseFull(to: string): Promise<void> {
  const there = await readdir(to).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return [];
    throw new Failed(EXIT.other, 'The target is there and is no folder.');
  });
  if (there.length > 0) throw new Failed(EXIT.other, 'The target folder is not empty. Nothing was written.');
}

/** The bytes of one file; false, and nothing left of it, where its content does not hold. */
async function writeFile(opened: OpenedBundle, entry: TreeEntry, path: string, onBytes: (bytes: number) => void): Promise<boolean> {
  // Exclusive and never through a link: nothing that stands there is written over.
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    for await (const piece of readFile(opened, entry.id)) {
      if (!piece.ok) {
        await rm(path);
        return false;
      }
      await file.writeFile(piece.value);
      onBytes(piece.value.length);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const modified = (entry.modified ?? 0) / 1000;
  await utimes(path, modified, modified);
  return true;
}

async function fill(opened: OpenedBundle, into: string, { plan, told, signal }: { plan: RestorePlan; told: readonly Told[]; signal: AbortSignal }): Promise<string[]> {
  const progress = progressLine('restoring');
  const damaged: string[] = [];
  let done = 0;
  for (const [index, { entry }] of plan.lines.entries()) {
    if (signal.aborted) throw new Failed(EXIT.interrupted, 'Interrupted. Nothing was left behind.');
    if (told[index]?.fate !== 'create') continue;
    const path = join(into, ...entry.path.split('/'));
    if (entry.kind === 'folder') await mkdir(path, { mode: 0o700 });
    else if (!(await writeFile(opened, entry, path, (bytes) => progress.report(done += bytes, plan.bytes)))) damaged.push(entry.path);
  }
  progress.end();
  return damaged;
}

/** Into place: an empty folder that stands there makes way. */
async function moveIntoPlace(from: string, to: string): Promise<void> {
  await rmdir(to).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code !== 'ENOENT') throw new Failed(EXIT.other, 'The target folder is not empty any more. Nothing was written.');
  });
  await rename(from, to);
}

function tell(told: readonly Told[], damaged: readonly string[], { json, dryRun }: Asked): void {
  if (json) return sayJson({ dryRun, entries: told, damaged });
  if (dryRun) for (const { fate, path, reason } of told) say(`${fate}  ${shown(path)}${reason ? `  (${reason})` : ''}`);
  else for (const { path, reason } of told.filter(({ fate }) => fate === 'refuse')) say(`refused  ${shown(path)}  (${reason ?? ''})`);
  for (const path of damaged) say(`damaged  ${shown(path)}`);
}

export async function restore(opened: OpenedBundle, asked: Asked, signal: AbortSignal): Promise<ExitCode> {
  const to = resolve(asked.to ?? '.');
  await refuseFull(to);
  const { plan, told } = await planned(opened, asked.path, signal);
  if (asked.dryRun) {
    tell(told, plan.damaged, asked);
    return plan.damaged.length > 0 ? EXIT.damaged : EXIT.well;
  }
  const beside = await mkdtemp(join(dirname(to), `.${basename(to)}.`)).catch((): never => {
    throw new Failed(EXIT.other, 'The folder of the target cannot be written to.');
  });
  try {
    const damaged = [...plan.damaged, ...(await fill(opened, beside, { plan, told, signal }))];
    await moveIntoPlace(beside, to);
    tell(told, damaged, asked);
    return damaged.length > 0 ? EXIT.damaged : EXIT.well;
  } catch (fault) {
    await rm(beside, { recursive: true, force: true });
    throw fault;
  }
}
