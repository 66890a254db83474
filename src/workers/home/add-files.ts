// Adding files and folder trees. Each file is whole or not there: small ones are committed in batches, large ones alone.
// Sent again after a takeover, what is there already is passed over.
import { toHex } from '../../crypto/bytes.ts';
import { type HomeNode, MAX_INLINE_BYTES } from '../../crypto/node.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AddItem, AddReport } from '../contract/home.ts';
import { startWork } from '../contract/long-work.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import { commitBatch } from './add-commit.ts';
import { dropStaged } from './add-content.ts';
import { type AddedFile, addPaths } from './add-paths.ts';
import { createAddPlan } from './add-plan.ts';
import { prepareFile } from './add-prepare.ts';
import { type AddRun, newRun, type ReadyFile } from './add-run.ts';
import { idsFor, makeFolders } from './add-targets.ts';
import { collectExtents } from './collect.ts';
import type { HomeContext } from './context.ts';
import { openFolder } from './places.ts';
import { extentIdsOf } from './tree.ts';

const BATCH = { files: 128, bytes: 8 * 1024 * 1024 } as const;
const SMALL_IN_FLIGHT = 128;

const isSmall = ({ file }: AddedFile): boolean => file.size <= MAX_INLINE_BYTES;

async function addAll(home: HomeContext, run: AddRun, files: readonly AddedFile[]): Promise<void> {
  let batch: ReadyFile[] = [];
  let bytes = 0;
  let committing = Promise.resolve();
  /** The next batch is made ready while this one is committed. */
  const flush = async () => {
    const full = batch;
    [batch, bytes] = [[], 0];
    await committing;
    if (full.length > 0) committing = commitBatch(home, run, full);
  };
  const take = async (ready: ReadyFile | undefined) => {
    if (!ready) return;
    batch.push(ready);
    bytes += ready.added.file.size;
    if (batch.length >= BATCH.files || bytes >= BATCH.bytes) await flush();
  };
  try {
    for (let from = 0; from < files.length; from += SMALL_IN_FLIGHT) {
      run.work.signal.throwIfAborted();
      const some = files.slice(from, from + SMALL_IN_FLIGHT);
      const { ids, made } = await idsFor(home, run, some);
      const prepare = (added: AddedFile) => {
        const id = ids.get(added) ?? home.random(16);
        return prepareFile(home, run, { added, id, made: made.has(toHex(id)) });
      };
      for (const ready of await Promise.all(some.filter(isSmall).map(prepare))) await take(ready);
      for (const added of some.filter((one) => !isSmall(one))) await take(await prepare(added));
    }
    await flush();
    await committing;
  } finally {
    // Whoever gives back what was staged must not do so in the midst of a commit.
    await committing.catch(() => undefined);
  }
}

/** Of what this command made, what can go: what lies in a folder before it, and no folder in which something else lies by now. */
async function undoable({ tree }: HomeContext, { created }: AddRun): Promise<ReadonlySet<string>> {
  const gone = new Set<string>();
  // Folders were made before what lies in them.
  for (const id of created.toReversed()) if ((await tree.idsIn(id)).every((one) => gone.has(one))) gone.add(id);
  return gone;
}

/** Cancelled: what this command made goes again, and what it staged. */
function undo(home: HomeContext, run: AddRun): Promise<void> {
  const { tree } = home;
  return home.alone(async () => {
    const gone = [...await undoable(home, run)];
    const found = await Promise.all(gone.map((id) => tree.node(id)));
    const nodes = found.filter((node): node is HomeNode => node !== undefined && node !== 'damaged');
    await tree.commit({ remove: gone });
    await dropStaged(home, run.command);
    await collectExtents(home, nodes.flatMap(extentIdsOf));
    home.changed([run.to, ...nodes.map(({ parent }) => toHex(parent))]);
  });
}

async function runAdd(home: HomeContext, run: AddRun, { items, depth }: { readonly items: readonly AddItem[]; readonly depth: number }): Promise<Result<AddReport, NexusError>> {
  const { files, folders, refused } = addPaths(items, depth);
  run.failed.push(...refused.map(({ path }) => ({ path, code: 'home.name_invalid' })));
  run.progress = { doneBytes: 0, doneItems: 0, totalItems: files.length, totalBytes: files.reduce((sum, { file }) => sum + file.size, 0) };
  home.staging.add(run.command);
  try {
    await home.alone(() => makeFolders(home, run, folders));
    await addAll(home, run, files);
    run.work.report({ phase: 'finishing', ...run.progress }, true);
    return ok({ ...run.counts, failed: run.failed });
  } catch (fault) {
    if (home.closing.aborted) return err(nexusError('session.locked'));
    if (run.work.signal.aborted) {
      await undo(home, run);
      return err(nexusError('aborted'));
    }
    await dropStaged(home, run.command);
    throw fault;
  } finally {
    home.staging.delete(run.command);
    run.work.end();
  }
}

export function createAdds(home: HomeContext): Pick<Served<HomeSurface>, 'planAdd' | 'addFiles'> {
  return {
    planAdd: createAddPlan(home),
    async addFiles({ command, to, clash, items, port }) {
      const target = await openFolder(home.tree, home.homeId, to);
      if (!target.ok) return target;
      const run = newRun({ command, to, clash, work: startWork(port, home.closing, home.now) });
      return runAdd(home, run, { items, depth: target.value.above.length });
    },
  };
}
