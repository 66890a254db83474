// Owns: the earlier contents of a file, to look at and to take back. Newest first; the place in the list is the version's number.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { FileEntry } from '../../workers/contract/home.ts';
import { formatBytes, formatDateTime, formatNumber } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-dialog.ts';
import { fileKind } from './file-kind.ts';

export class NxVersionsDialog extends NxElement {
  static override properties = { entry: { attribute: false }, busy: { type: Boolean }, error: {} };
  static override styles = [controls, css`
    li { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; padding-block: 0.75rem; border-block-end: 1px solid var(--nx-line); }
    li:last-child { border: 0; }
    .when { flex: 1 1 8rem; display: grid; }
    li button { padding-inline: 0.875rem; }
  `];

  declare entry: FileEntry;
  declare busy: boolean;
  declare error: string;

  constructor() {
    super();
    this.busy = false;
    this.error = '';
  }

  override render(): TemplateResult {
    const { entry } = this;
    return html`<nx-dialog open .heading=${msg(str`Versions of “${entry.name}”`)}>
      <div class="stack">
        <p class="alert" role="alert">${this.error}</p>
        <ul aria-label=${msg('Versions')}>
          <li><span class="when"><strong>${msg('Now')}</strong><span class="small quiet">${formatDateTime(entry.modified)} · ${formatBytes(entry.size)}</span></span></li>
          ${Array.from({ length: entry.versions }, (_, version) => this.#version(version))}
        </ul>
        ${entry.versions === 0 ? html`<p class="quiet">${msg('There is no earlier content. When this file is replaced, the old one is kept here.')}</p>` : nothing}
      </div>
      <div slot="actions"><button type="button" class="primary" @click=${() => { this.emit('nx-close'); }}>${msg('Close')}</button></div>
    </nx-dialog>`;
  }

  #version(version: number): TemplateResult {
    const known = this.entry.earlier?.[version];
    const name = known ? formatDateTime(known.modified) : msg(str`Earlier version ${formatNumber(version + 1)}`);
    const text = fileKind(this.entry.mediaType, this.entry.name) === 'text';
    return html`<li><span class="when"><span>${name}</span>${known ? html`<span class="small quiet">${formatBytes(known.size)}</span>` : nothing}</span>
      ${text ? html`<button type="button" aria-label=${msg(str`Look at ${name}`)} @click=${() => { this.emit('nx-look', version); }}>${msg('Look')}</button>` : nothing}
      <button type="button" ?disabled=${this.busy} aria-label=${msg(str`Take back ${name}`)} @click=${() => { this.emit('nx-version', version); }}>${msg('Take back')}</button></li>`;
  }
}

customElements.define('nx-versions-dialog', NxVersionsDialog);
