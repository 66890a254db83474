// Checks a home and mends it: each part gives its faults in a fixed order, each fault knows how it is mended
// (docs/home-layout.md, "Check and repair").
import { toHex } from '../../crypto/bytes.ts';
import type { HomeNode } from '../../crypto/node.ts';
import { err, ok } from '../../result.ts';
import { nexusError } from '../contract/errors.ts';
import type { FsckFault, FsckReport } from '../contract/home.ts';
import { startWork } from '../contract/long-work.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import type { HomeContext } from './context.ts';
import { checkExtents, checkLeftovers } from './fsck-extents.ts';
import { checkRows } from './fsck-rows.ts';
import { checkTree } from './fsck-tree.ts';

export interface Found {
  readonly fault: FsckFault;
  readonly id: string;
  /** True where it is mended; false where nothing whole is left to mend it with. */
  readonly mend: () => Promise<boolean>;
}

type Faults = FsckReport['faults'][number][];

/** `mended` hears that rows were changed or dropped: what is damaged and at the server is wanted again. */
export function createFsck(home: HomeContext, { pinsForgotten, mended }: { readonly pinsForgotten: () => void; readonly mended: () => void }): Pick<Served<HomeSurface>, 'checkHome'> {
  async function settle(found: readonly Found[], repair: boolean, faults: Faults): Promise<void> {
    for (const { fault, id, mend } of found) faults.push({ fault, id, mended: repair && (await mend()) });
    if (!repair || found.length === 0) return;
    home.tree.forget();
    mended();
  }

  async function check(repair: boolean, content: boolean, run: ReturnType<typeof startWork>): Promise<FsckReport> {
    const nodes = new Map<string, HomeNode>();
    const faults: Faults = [];
    let doneBytes = 0;
    const totalBytes = () => [...nodes.values()].reduce((sum, node) => sum + (node.kind === 'file' ? node.content.size : 0), 0);
    const rows = await checkRows(home, (node) => nodes.set(toHex(node.id), node));
    await settle(rows, repair, faults);
    run.signal.throwIfAborted();
    // What lies in a folder that does not open keeps its place while the folder can still be had from the server.
    const lacksFolder = home.journal.linked && rows.some(({ fault }) => fault === 'node.unreadable');
    // Places of what is still being taken are mended once all of it is here.
    const isTaking = home.journal.linked && (await home.db.read(['meta'], (tx) => tx.get('meta', 'feed')))?.mending === true;
    const placesLater = isTaking || home.arrival.isPartial();
    if (!placesLater) await settle(checkTree(home, nodes), repair && !lacksFolder, faults);
    const total = totalBytes();
    const { found, extents, bytes } = await checkExtents(home, nodes, {
      content,
      onExtent(size) {
        run.signal.throwIfAborted();
        doneBytes += size;
        run.report({ phase: 'working', doneBytes, totalBytes: total, doneItems: 0, totalItems: nodes.size });
      },
    });
    await settle(found, repair, faults);
    await settle(await checkLeftovers(home, pinsForgotten), repair, faults);
    return { nodes: nodes.size, extents, bytes, faults, ...(placesLater && { placesLater }) };
  }

  return {
    checkHome: ({ repair, content, port }) => home.alone(async () => {
      const run = startWork(port, home.closing, home.now);
      try {
        return ok(await check(repair, content, run));
      } catch (fault) {
        if (!run.signal.aborted) throw fault;
        return err(nexusError('aborted'));
      } finally {
        run.end();
      }
    }),
  };
}
