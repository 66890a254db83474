// Owns: the way from the root to what is shown, as buttons that also take what is dragged onto them.
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Crumb } from '../../workers/contract/home.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import { icon } from '../desktop/icons.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import { holdsEntries } from './drag-inside.ts';

/** With a longer way the middle is left out, as long as it is not asked for. */
const SHOWN = 4;

export class NxCrumbs extends NxElement {
  static override properties = { path: { attribute: false }, last: {}, target: { state: true }, whole: { state: true } };
  static override styles = [controls, css`
    ol { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem; margin-inline-start: -0.5rem; }
    li { display: flex; align-items: center; min-inline-size: 0; max-inline-size: 100%; }
    li > svg { inline-size: 1rem; color: var(--nx-quiet); flex: none; }
    button { border-color: transparent; background: none; padding: 0 0.5rem; font-size: 1.125rem; color: var(--nx-quiet); max-inline-size: 16rem; justify-content: start; }
    .here { font-size: 1.125rem; font-weight: 620; padding: 0 0.5rem; min-block-size: var(--nx-target); display: flex; align-items: center; min-inline-size: 0; }
    bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .target { outline: 2px solid var(--nx-accent); }
    @media (max-width: 30rem) { button, .here { font-size: 1rem; } }
  `];

  declare path: readonly Crumb[];
  /** A place that is no folder, behind the root: the trash, a search. */
  declare last: string;
  declare target: NodeId | undefined;
  declare whole: boolean;

  constructor() {
    super();
    this.path = [];
    this.last = '';
    this.whole = false;
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('path')) this.whole = false;
  }

  override render(): TemplateResult {
    const hidden = this.whole ? 0 : Math.max(0, this.path.length - SHOWN);
    const shown = [...this.path.slice(0, 1), ...this.path.slice(1 + hidden)];
    return html`<nav aria-label=${msg('Path')}><ol>
      ${shown.map((crumb, index) => html`${index === 1 && hidden > 0 ? html`<li>${icon('chevron')}<button type="button" aria-label=${msg('Show the whole path')} @click=${() => { this.whole = true; }}>…</button></li>` : nothing}
        <li>${index > 0 ? icon('chevron') : nothing}${this.#crumb(crumb, this.last === '' && index === shown.length - 1)}</li>`)}
      ${this.last === '' ? nothing : html`<li>${shown.length > 0 ? icon('chevron') : nothing}<span class="here" aria-current="page"><bdi>${this.last}</bdi></span></li>`}
    </ol></nav>`;
  }

  #crumb({ id, name }: Crumb, here: boolean): TemplateResult {
    const label = name === '' ? msg('Files') : name;
    if (here) return html`<span class="here" aria-current="page"><bdi>${label}</bdi></span>`;
    return html`<button type="button" class=${this.target === id ? 'target' : ''} @click=${() => { this.emit('nx-go', id); }}
      @dragover=${(event: DragEvent) => { this.#over(event, id); }} @dragleave=${() => { this.target = undefined; }} @drop=${(event: DragEvent) => { this.#drop(event, id); }}><bdi>${label}</bdi></button>`;
  }

  #over(event: DragEvent, id: NodeId): void {
    if (!holdsEntries(event.dataTransfer)) return;
    event.preventDefault();
    this.target = id;
  }

  #drop(event: DragEvent, id: NodeId): void {
    this.target = undefined;
    if (!holdsEntries(event.dataTransfer)) return;
    event.preventDefault();
    this.emit('nx-drop-crumb', id);
  }
}

customElements.define('nx-crumbs', NxCrumbs);
