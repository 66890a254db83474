// Owns: asking for the name of a new folder. Whether a name will do is the authority's word, shown here.
import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import { controls } from '../parts/controls.ts';
import { field } from '../parts/field.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-dialog.ts';

export class NxNameDialog extends NxElement {
  static override properties = { proposal: {}, error: {} };
  static override styles = [controls];

  declare proposal: string;
  declare error: string;

  constructor() {
    super();
    this.proposal = '';
    this.error = '';
  }

  override render(): TemplateResult {
    return html`<nx-dialog open .heading=${msg('New folder')}>
      <form id="name" class="stack" novalidate @submit=${this.#submitted}>
        ${field({ name: 'name', label: msg('Folder name'), value: this.proposal, invalid: this.error !== '' })}
        <p class="alert" role="alert">${this.error}</p>
      </form>
      <div slot="actions">
        <button type="button" @click=${() => { this.emit('nx-close'); }}>${msg('Cancel')}</button>
        <button type="submit" form="name" class="primary">${msg('Create')}</button>
      </div>
    </nx-dialog>`;
  }

  readonly #submitted = (event: Event): void => {
    event.preventDefault();
    const name = this.renderRoot.querySelector('input')?.value ?? '';
    this.emit('nx-name', name.normalize('NFC'));
  };
}

customElements.define('nx-name-dialog', NxNameDialog);
