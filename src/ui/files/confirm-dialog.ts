// Owns: asking before something is gone for good.
import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-dialog.ts';

export class NxConfirmDialog extends NxElement {
  static override properties = { heading: {}, text: {}, action: {}, busy: { type: Boolean } };
  static override styles = [controls];

  declare heading: string;
  declare text: string;
  /** What the button that does it says. */
  declare action: string;
  declare busy: boolean;

  constructor() {
    super();
    this.busy = false;
  }

  override render(): TemplateResult {
    return html`<nx-dialog open .heading=${this.heading}>
      <p>${this.text}</p>
      <div slot="actions">
        <button type="button" @click=${() => { this.emit('nx-close'); }}>${msg('Cancel')}</button>
        <button type="button" class="danger" ?disabled=${this.busy} @click=${() => { this.emit('nx-confirm'); }}>${this.action}</button>
      </div>
    </nx-dialog>`;
  }
}

customElements.define('nx-confirm-dialog', NxConfirmDialog);
