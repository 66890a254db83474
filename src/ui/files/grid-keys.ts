// Owns: what each key does in the grid of Files (docs/user-interface.md). Pressing changes nothing here; the grid tells it on.
import type { NxEntryGrid } from './entry-grid.ts';
import { stepOf } from './grid-window.ts';
import { selectAll, toggle } from './selection.ts';
import { TypeAhead } from './type-ahead.ts';

export class GridKeys {
  readonly #grid: NxEntryGrid;
  readonly #typeAhead = new TypeAhead();

  constructor(grid: NxEntryGrid) {
    this.#grid = grid;
  }

  readonly pressed = (event: KeyboardEvent): void => {
    if (event.composedPath().some((each) => each instanceof HTMLInputElement || each instanceof HTMLButtonElement)) return;
    if (this.#moves(event) || this.#acts(event) || this.#types(event)) event.preventDefault();
  };

  /** Enter takes the name that was typed, Escape leaves the old one. */
  readonly renameKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const input = event.currentTarget as HTMLInputElement;
    const entry = this.#grid.entries.find((each) => each.id === this.#grid.renaming);
    if (event.key === 'Enter' && entry && !event.isComposing) this.#grid.tell('nx-rename', { entry, name: input.value });
    if (event.key === 'Escape') {
      this.#grid.focusGrid();
      this.#grid.tell('nx-rename-end', undefined);
    }
  };

  #moves(event: KeyboardEvent): boolean {
    const grid = this.#grid;
    if (event.altKey) return false;
    const target = stepOf(event.key, grid.current, grid.shape, grid.view);
    if (target === undefined) return false;
    const first = grid.selection.focus === undefined && event.key === 'ArrowDown';
    grid.goTo(first ? 0 : target, event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'keep' : 'only');
    return true;
  }

  #acts(event: KeyboardEvent): boolean {
    const grid = this.#grid;
    const entry = grid.entries[grid.current];
    const command = event.ctrlKey || event.metaKey;
    if (event.key === 'Backspace' || (event.altKey && event.key === 'ArrowUp')) grid.tell('nx-up', undefined);
    else if (event.key === 'Escape') grid.tell('nx-select', { ...grid.selection, ids: new Set() });
    else if (command && event.key.toLowerCase() === 'a') grid.tell('nx-select', selectAll(grid.selection, grid.entries.map((each) => each.id)));
    else if (!entry) return false;
    else if (event.key === 'Enter') grid.tell('nx-open', entry);
    else if (event.key === 'F2') grid.tell('nx-rename-begin', entry);
    else if (event.key === 'Delete') grid.tell('nx-trash', undefined);
    else if (event.key === ' ' && !this.#typeAhead.active(event.timeStamp)) grid.tell('nx-select', toggle(grid.selection, entry.id));
    else return false;
    return true;
  }

  #types(event: KeyboardEvent): boolean {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return false;
    const grid = this.#grid;
    const list = grid.entries.map((entry) => entry.name);
    const found = this.#typeAhead.find(event.key, event.timeStamp, { list, current: grid.selection.focus === undefined ? -1 : grid.current });
    if (found !== undefined) grid.goTo(found, 'only');
    return true;
  }
}
