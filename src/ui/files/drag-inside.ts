// Owns: dragging in the grid: entries onto folders, and files from outside. Ids never leave the page: the transfer carries a mark alone.
import type { Entry } from '../../workers/contract/home.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import { droppedIn } from './add-items.ts';
import type { NxEntryGrid } from './entry-grid.ts';
import { selectOnly } from './selection.ts';

const MARK = 'application/x-nexus-entries';

export const holdsFiles = (transfer: DataTransfer | null): boolean => transfer?.types.includes('Files') === true;
export const holdsEntries = (transfer: DataTransfer | null): boolean => transfer?.types.includes(MARK) === true;

export class DragInside {
  dragged: readonly NodeId[] = [];
  /** The folder that would take them. */
  target: NodeId | undefined;
  readonly #grid: NxEntryGrid;

  constructor(grid: NxEntryGrid) {
    this.#grid = grid;
  }

  readonly start = (event: DragEvent): void => {
    const entry = this.#grid.entryAt(event);
    if (!entry || !event.dataTransfer) return;
    const { selection } = this.#grid;
    const all = selection.ids.has(entry.id);
    if (!all) this.#grid.tell('nx-select', selectOnly(entry.id));
    this.dragged = all ? [...selection.ids] : [entry.id];
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData(MARK, '');
    this.#grid.requestUpdate();
  };

  readonly end = (): void => {
    this.dragged = [];
    this.#aim(undefined);
  };

  readonly over = (event: DragEvent): void => {
    const folder = this.#folderAt(event);
    this.#aim(folder?.id);
    if (!folder || !event.dataTransfer) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = holdsFiles(event.dataTransfer) ? 'copy' : 'move';
  };

  readonly leave = (): void => { this.#aim(undefined); };

  readonly drop = (event: DragEvent): void => {
    const folder = this.#folderAt(event);
    const { dragged } = this;
    this.end();
    if (!folder || !event.dataTransfer) return;
    event.preventDefault();
    event.stopPropagation();
    if (holdsFiles(event.dataTransfer)) this.#grid.tell('nx-drop-files', { to: folder.id, dropped: droppedIn(event.dataTransfer) });
    else this.#grid.tell('nx-drop-nodes', { to: folder.id, nodes: dragged });
  };

  #folderAt(event: DragEvent): Entry | undefined {
    const entry = this.#grid.entryAt(event);
    const known = holdsFiles(event.dataTransfer) || holdsEntries(event.dataTransfer);
    if (!known || this.#grid.columns !== 'files' || entry?.kind !== 'folder' || this.dragged.includes(entry.id)) return undefined;
    return entry;
  }

  #aim(target: NodeId | undefined): void {
    if (target === this.target && this.dragged.length === 0) return;
    this.target = target;
    this.#grid.requestUpdate();
  }
}
