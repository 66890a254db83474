// Owns: how one entry is drawn in the grid, as a line or a tile, and the heads above. No state.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { Entry } from '../../workers/contract/home.ts';
import { icon } from '../desktop/icons.ts';
import { formatBytes, formatDateTime } from '../format.ts';
import { entryKind } from './file-kind.ts';
import { stemLength } from './node-changes.ts';
import type { SortKey, SortOrder } from './sort-order.ts';

export type Columns = 'files' | 'trash';

export interface CellLook {
  readonly index: number;
  /** The one that Tab leads to. */
  readonly current: boolean;
  readonly selected: boolean;
  readonly renaming: boolean;
  readonly error: string;
  readonly target: boolean;
  readonly dim: boolean;
  readonly movable: boolean;
  /** Where it lies, for a search hit. */
  readonly path: string;
  readonly rename: (event: KeyboardEvent) => void;
  readonly leave: () => void;
}

interface LinePlace {
  readonly row: number;
  /** CSS text: set as a property, since the content policy forbids the attribute. */
  readonly style: string;
  readonly narrow: boolean;
  readonly columns: Columns;
}

const sizeOf = (entry: Entry): string => (entry.kind === 'file' ? formatBytes(entry.size) : '');

function dateOf(entry: Entry, columns: Columns): string {
  const at = columns === 'trash' ? entry.trashed : entry.kind === 'file' ? entry.modified : undefined;
  return at === undefined ? '' : formatDateTime(at);
}

const mark = html`<span class="hit"><span class="mark">${icon('check')}</span></span>`;

function drawKind(entry: Entry): TemplateResult {
  const kind = entryKind(entry);
  return html`<span class="kind ${kind}">${icon(kind)}</span>`;
}

function drawLabel(entry: Entry, look: CellLook, second: string): TemplateResult {
  if (!look.renaming) return html`<span class="label" data-second=${second === '' ? nothing : second}><bdi title=${entry.name}>${entry.name}</bdi></span>`;
  return html`<span class="label"><input class="rename" aria-label=${msg('New name')} .value=${entry.name} data-stem=${stemLength(entry)} spellcheck="false" autocomplete="off"
    aria-invalid=${look.error === '' ? 'false' : 'true'} @keydown=${look.rename} @blur=${look.leave}></span>`;
}

type Mark = 'conflict' | 'waiting' | 'online' | 'kept';

const MARK_WORDS: Readonly<Record<Mark, () => string>> = {
  conflict: () => msg('Conflict copy'),
  waiting: () => msg('Waiting to sync'),
  online: () => msg('Only online'),
  kept: () => msg('Stays on this device'),
};

/** Of sync; none where all is in its place. */
function marksOf(entry: Entry): readonly Mark[] {
  if (entry.kind === 'file') return [...(entry.conflict ? ['conflict' as const] : []), ...(entry.sync ? [entry.sync] : [])];
  return entry.kept === 'chosen' || entry.kept === 'within' ? ['kept'] : [];
}

function drawMarks(entry: Entry): TemplateResult | typeof nothing {
  const marks = marksOf(entry);
  return marks.length === 0 ? nothing : html`<span class="marks">${marks.map((each) => html`<span class="sync ${each}" role="img" aria-label=${MARK_WORDS[each]()} title=${MARK_WORDS[each]()}>${icon(each)}</span>`)}</span>`;
}

/** The name of a cell is the entry's name alone; the rest describes it. */
function describe(entry: Entry, second: string): string | typeof nothing {
  const facts = [entry.kind === 'folder' ? msg('Folder') : '', second, ...marksOf(entry).map((each) => MARK_WORDS[each]())].filter((fact) => fact !== '');
  return facts.length === 0 ? nothing : facts.join(' · ');
}

const classesOf = (look: CellLook, base: string): string => `${base}${look.target ? ' target' : ''}${look.dim ? ' dim' : ''}`;

/** One row of the list. */
export function drawLine(entry: Entry, look: CellLook, { row, style, narrow, columns }: LinePlace): TemplateResult {
  const [date, size] = [dateOf(entry, columns), sizeOf(entry)];
  const second = look.path !== '' ? look.path : narrow ? [size, date].filter((fact) => fact !== '').join(' · ') : '';
  const chosen = look.selected ? 'true' : 'false';
  return html`<div role="row" class=${classesOf(look, 'line entry')} aria-rowindex=${row} aria-selected=${chosen} data-index=${look.index} .style=${style}
    draggable=${look.movable && !look.renaming ? 'true' : 'false'}>
    <div role="gridcell" class="name" aria-colindex="1" aria-selected=${chosen} tabindex=${look.current ? 0 : -1} aria-label=${look.renaming ? nothing : entry.name}
      aria-description=${describe(entry, second)}>${mark}${drawKind(entry)}${drawLabel(entry, look, second)}${drawMarks(entry)}</div>
    ${narrow ? nothing : html`<div role="gridcell" class="fact" aria-colindex="2">${date}</div><div role="gridcell" class="fact size" aria-colindex="3">${size}</div>`}
  </div>`;
}

/** One cell of the tiles. */
export function drawTile(entry: Entry, look: CellLook, column: number): TemplateResult {
  const second = look.path !== '' ? look.path : sizeOf(entry);
  return html`<div role="gridcell" class=${classesOf(look, 'tile name')} aria-colindex=${column} aria-selected=${look.selected ? 'true' : 'false'} data-index=${look.index}
    tabindex=${look.current ? 0 : -1} aria-label=${look.renaming ? nothing : entry.name} aria-description=${describe(entry, second)}
    draggable=${look.movable && !look.renaming ? 'true' : 'false'}>${mark}${drawKind(entry)}${drawLabel(entry, look, second)}${drawMarks(entry)}</div>`;
}

interface HeadLook {
  readonly order: SortOrder;
  readonly narrow: boolean;
  readonly columns: Columns;
  readonly press: (by: SortKey) => void;
}

function drawHeadCell({ order, press, columns }: HeadLook, by: SortKey, label: string): TemplateResult {
  const sorted = columns === 'files' && order.by === by;
  const content = columns === 'files'
    ? html`<button type="button" @click=${() => { press(by); }}>${label}${sorted ? html`<span class="arrow">${icon('down')}</span>` : nothing}</button>`
    : html`<span class="plain-head">${label}</span>`;
  return html`<div role="columnheader" class=${by} aria-sort=${sorted ? (order.down ? 'descending' : 'ascending') : nothing}>${content}</div>`;
}

export function drawHead(look: HeadLook): TemplateResult {
  const date = look.columns === 'trash' ? msg('Moved to the trash') : msg('Changed');
  return html`<div role="rowgroup" class="head-group"><div role="row" class="head" aria-rowindex="1">
    ${drawHeadCell(look, 'name', msg('Name'))}
    ${look.narrow ? nothing : html`${drawHeadCell(look, 'modified', date)}${drawHeadCell(look, 'size', msg('Size'))}`}
  </div></div>`;
}
