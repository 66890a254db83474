// Owns: the grid "Files": drawing the rows in sight, keyboard, pointer and drag, and renaming in place. It changes nothing:
// what a person does leaves as an event (see GridEvents). Order and selection come from outside.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Entry } from '../../workers/contract/home.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import type { Dropped } from './add-items.ts';
import { DragInside } from './drag-inside.ts';
import { drawHead, drawLine, drawTile, type CellLook, type Columns } from './entry-cells.ts';
import { entryGridStyle } from './entry-grid-style.ts';
import { GridKeys } from './grid-keys.ts';
import { type GridShape, rowsOf, topToShow, type Viewport, windowOf } from './grid-window.ts';
import { NOTHING, rangeTo, selectOnly, toggle, type Selection } from './selection.ts';
import { BY_NAME, pressed, type SortKey, type SortOrder } from './sort-order.ts';

export interface GridEvents {
  readonly 'nx-open': Entry;
  readonly 'nx-select': Selection;
  readonly 'nx-sort': SortOrder;
  readonly 'nx-rename': { readonly entry: Entry; readonly name: string };
  readonly 'nx-rename-begin': Entry;
  readonly 'nx-rename-end': undefined;
  readonly 'nx-trash': undefined;
  readonly 'nx-up': undefined;
  readonly 'nx-drop-nodes': { readonly to: NodeId; readonly nodes: readonly NodeId[] };
  readonly 'nx-drop-files': { readonly to: NodeId; readonly dropped: Dropped };
}

const TILE_REM = { wide: 8.25, high: 9.25 };
const LINE_REM = { one: 2.75, two: 3.5 };
const NARROW_REM = 34;

export class NxEntryGrid extends NxElement {
  static override properties = {
    entries: { attribute: false }, selection: { attribute: false }, order: { attribute: false }, tiles: { type: Boolean }, columns: {},
    paths: { attribute: false }, renaming: { attribute: false }, renameError: { attribute: false }, label: {}, place: { attribute: false }, scrollTop_: { state: true }, size: { state: true },
  };
  static override styles = [controls, entryGridStyle];

  declare entries: readonly Entry[];
  declare selection: Selection;
  declare order: SortOrder;
  declare tiles: boolean;
  declare columns: Columns;
  /** Where search hits lie, in words. */
  declare paths: ReadonlyMap<NodeId, string>;
  declare renaming: NodeId | undefined;
  declare renameError: string;
  declare label: string;
  /** Whatever it is: another one begins at the top. */
  declare place: unknown;
  declare scrollTop_: number;
  declare size: { readonly width: number; readonly height: number; readonly rem: number };
  readonly drag = new DragInside(this);
  readonly #keys = new GridKeys(this);
  readonly #watch = new ResizeObserver(() => { this.#measure(); });
  #focusWanted = false;
  #scrollWanted = false;
  #focusNow = false;
  #touched = false;

  constructor() {
    super();
    this.entries = [];
    this.selection = NOTHING;
    this.order = BY_NAME;
    this.tiles = false;
    this.columns = 'files';
    this.paths = new Map();
    this.renameError = '';
    this.label = '';
    this.scrollTop_ = 0;
    this.size = { width: 800, height: 600, rem: 16 };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch.disconnect();
  }

  get narrow(): boolean {
    return this.size.width < NARROW_REM * this.size.rem;
  }

  get shape(): GridShape {
    const { rem, width } = this.size;
    if (this.tiles) return { count: this.entries.length, columns: Math.max(1, Math.floor((width - rem) / (TILE_REM.wide * rem))), rowHeight: TILE_REM.high * rem };
    return { count: this.entries.length, columns: 1, rowHeight: (this.narrow || this.paths.size > 0 ? LINE_REM.two : LINE_REM.one) * rem };
  }

  get view(): Viewport {
    return { top: this.scrollTop_, height: Math.max(0, this.size.height - (this.tiles ? 0 : LINE_REM.one * this.size.rem)) };
  }

  /** The index that the Tab key leads to. */
  get current(): number {
    const at = this.entries.findIndex((entry) => entry.id === this.selection.focus);
    return Math.max(0, at);
  }

  tell<Type extends keyof GridEvents>(type: Type, detail: GridEvents[Type]): void {
    this.emit(type, detail);
  }

  /** Moves the keyboard to an entry, scrolling it into sight. */
  goTo(index: number, how: 'only' | 'range' | 'keep'): void {
    const entry = this.entries[index];
    if (!entry) return;
    const ids = this.entries.map((each) => each.id);
    const next = how === 'range' ? rangeTo(this.selection, ids, entry.id) : how === 'only' ? selectOnly(entry.id) : { ...this.selection, focus: entry.id };
    this.#focusWanted = true;
    this.tell('nx-select', next);
  }

  /** Brings the keyboard into the grid. */
  focusGrid(): void {
    this.#focusWanted = true;
    this.#focusNow = true;
    this.requestUpdate();
  }

  override willUpdate(changed: PropertyValues): void {
    const top = changed.has('place') ? 0 : this.scrollTop_;
    const moved = this.hasUpdated && this.selection.focus !== undefined && changed.has('selection');
    const wanted = moved ? topToShow(this.shape, { ...this.view, top }, this.current) : top;
    if (wanted !== this.scrollTop_) this.#scrollWanted = true;
    this.scrollTop_ = wanted;
  }

  override updated(changed: PropertyValues): void {
    const grid = this.renderRoot.querySelector('[role=grid]');
    if (this.#scrollWanted && grid) grid.scrollTop = this.scrollTop_;
    this.#scrollWanted = false;
    const input = this.renderRoot.querySelector<HTMLInputElement>('input.rename');
    if (changed.has('renaming') && input) {
      input.focus();
      input.setSelectionRange(0, Number(input.dataset['stem']));
    // Whoever is typing a name keeps the keyboard, whatever comes in beside it.
    } else if (!input && this.#focusWanted && (changed.has('selection') || this.#focusNow)) {
      this.#focusWanted = false;
      this.#focusNow = false;
      this.renderRoot.querySelector<HTMLElement>('[role=grid][tabindex="0"], [role=gridcell][tabindex="0"]')?.focus({ preventScroll: true });
    }
  }

  override render(): TemplateResult {
    const { shape } = this;
    const rows = rowsOf(shape);
    const head = this.tiles ? 0 : 1;
    return html`<div role="grid" aria-label=${this.label} aria-multiselectable="true" tabindex=${shape.count === 0 ? 0 : nothing} aria-rowcount=${rows + head} aria-colcount=${this.tiles ? shape.columns : this.narrow ? 1 : 3}
      class=${this.selection.ids.size > 0 ? 'some' : ''} .style=${`--columns: ${this.#template()}; --tiles: ${shape.columns}`}
      @scroll=${this.#scrolled} @keydown=${this.#keys.pressed} @pointerdown=${this.#noteTouch} @click=${this.#clicked} @dblclick=${this.#doubled}
      @dragstart=${this.drag.start} @dragend=${this.drag.end} @dragover=${this.drag.over} @dragleave=${this.drag.leave} @drop=${this.drag.drop}>
      ${this.tiles ? nothing : drawHead({ order: this.order, narrow: this.narrow, columns: this.columns, press: (by) => { this.#sort(by); } })}
      <div role=${rows > 0 ? 'rowgroup' : nothing} class="body" .style=${`block-size: ${rows * shape.rowHeight + (this.tiles ? this.size.rem * 0.75 : 0)}px`}>
        ${repeat(this.#rows(), (row) => this.entries[row * shape.columns]?.id ?? row, (row) => this.#row(row, shape))}
      </div>
    </div>`;
  }

  #template(): string {
    return this.narrow ? 'minmax(0, 1fr)' : 'minmax(0, 1fr) 12rem 7rem';
  }

  /** Those in sight, and the one with the focus wherever it is, so that it is never lost. */
  #rows(): number[] {
    const { shape } = this;
    const { first, end } = windowOf(shape, this.view);
    const rows = Array.from({ length: end - first }, (_, index) => first + index);
    const current = Math.floor(this.current / shape.columns);
    if (shape.count > 0 && !rows.includes(current)) rows.push(current);
    return rows.sort((a, b) => a - b);
  }

  #row(row: number, shape: GridShape): TemplateResult | typeof nothing {
    const style = `transform: translateY(${row * shape.rowHeight}px); block-size: ${shape.rowHeight}px`;
    const start = row * shape.columns;
    const entries = this.entries.slice(start, start + shape.columns);
    const [first] = entries;
    if (!first) return nothing;
    if (!this.tiles) return drawLine(first, this.#look(first, row), { row: row + 2, style, narrow: this.narrow, columns: this.columns });
    return html`<div role="row" class="tiles" aria-rowindex=${row + 1} .style=${style}>
      ${repeat(entries, (entry) => entry.id, (entry, column) => drawTile(entry, this.#look(entry, start + column), column + 1))}</div>`;
  }

  #look(entry: Entry, index: number): CellLook {
    return {
      index, current: index === this.current, selected: this.selection.ids.has(entry.id), renaming: this.renaming === entry.id, error: this.renameError,
      target: this.drag.target === entry.id, dim: this.drag.dragged.includes(entry.id), path: this.paths.get(entry.id) ?? '',
      rename: this.#keys.renameKey, leave: () => { this.tell('nx-rename-end', undefined); }, movable: this.columns === 'files',
    };
  }

  #sort(by: SortKey): void {
    this.tell('nx-sort', pressed(this.order, by));
  }

  #measure(): void {
    const { clientWidth: width, clientHeight: height } = this;
    this.size = { width, height, rem: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16 };
  }

  readonly #scrolled = (event: Event): void => { this.scrollTop_ = (event.currentTarget as Element).scrollTop; };

  readonly #noteTouch = (event: PointerEvent): void => { this.#touched = event.pointerType === 'touch'; };

  /** The entry under a pointer. */
  entryAt(event: Event): Entry | undefined {
    const cell = event.composedPath().find((each): each is HTMLElement => each instanceof HTMLElement && each.dataset['index'] !== undefined);
    return cell ? this.entries[Number(cell.dataset['index'])] : undefined;
  }

  readonly #clicked = (event: MouseEvent): void => {
    const entry = this.entryAt(event);
    if (!entry || event.composedPath().some((each) => each instanceof HTMLInputElement)) return;
    const onMark = event.composedPath().some((each) => each instanceof Element && each.classList.contains('hit'));
    const adds = onMark || event.ctrlKey || event.metaKey;
    this.#focusWanted = true;
    if (event.shiftKey) this.tell('nx-select', rangeTo(this.selection, this.entries.map((each) => each.id), entry.id));
    else if (adds || (this.#touched && this.selection.ids.size > 0)) this.tell('nx-select', toggle(this.selection, entry.id));
    else if (this.#touched) this.tell('nx-open', entry);
    else this.tell('nx-select', selectOnly(entry.id));
  };

  readonly #doubled = (event: MouseEvent): void => {
    const entry = this.entryAt(event);
    const onMark = event.composedPath().some((each) => each instanceof Element && (each.classList.contains('hit') || each instanceof HTMLInputElement));
    if (entry && !onMark) this.tell('nx-open', entry);
  };
}

customElements.define('nx-entry-grid', NxEntryGrid);
