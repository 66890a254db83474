// Owns: the one question about names that are there already. Asked once for a whole add or move.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { ClashChoice } from '../../workers/contract/home.ts';
import { formatNumber } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-dialog.ts';

export class NxClashDialog extends NxElement {
  static override properties = { clashes: { type: Number }, examples: { attribute: false } };
  static override styles = [controls, css`
    li { overflow-wrap: anywhere; padding-block: 0.125rem; }
    ul { background: var(--nx-raised); border-radius: var(--nx-radius-small); padding: 0.625rem 0.875rem; }
    [slot='actions'] { display: grid; grid-template-columns: 1fr 1fr; }
    @media (max-width: 24rem) { [slot='actions'] { grid-template-columns: 1fr; } }
  `];

  declare clashes: number;
  declare examples: readonly string[];
  #answered = false;

  constructor() {
    super();
    this.clashes = 0;
    this.examples = [];
  }

  override render(): TemplateResult {
    const more = this.clashes - this.examples.length;
    const heading = this.clashes === 1 ? msg('1 name is there already') : msg(str`${formatNumber(this.clashes)} names are there already`);
    return html`<nx-dialog open .heading=${heading} @nx-close=${this.#closed}>
      <div class="stack">
        <ul class="small">${this.examples.map((path) => html`<li><bdi>${path}</bdi></li>`)}
          ${more > 0 && this.examples.length > 0 ? html`<li class="quiet">${msg(str`and ${formatNumber(more)} more`)}</li>` : nothing}</ul>
        <p class="small quiet">${msg('A replaced file stays among the versions of the new one. Your answer holds for all of them.')}</p>
      </div>
      <div slot="actions">
        <button type="button" class="primary" @click=${() => { this.#answer('keep_both'); }}>${msg('Keep both')}</button>
        <button type="button" @click=${() => { this.#answer('replace'); }}>${msg('Replace')}</button>
        <button type="button" @click=${() => { this.#answer('skip'); }}>${msg('Skip')}</button>
        <button type="button" class="plain" @click=${() => { this.#answer('cancel'); }}>${msg('Cancel')}</button>
      </div>
    </nx-dialog>`;
  }

  readonly #closed = (event: Event): void => {
    event.stopPropagation();
    this.#answer('cancel');
  };

  #answer(choice: ClashChoice | 'cancel'): void {
    if (this.#answered) return;
    this.#answered = true;
    this.emit('nx-clash', choice);
  }
}

customElements.define('nx-clash-dialog', NxClashDialog);
