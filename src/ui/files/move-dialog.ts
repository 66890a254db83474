// Owns: choosing the folder that entries are moved to. The move itself is the surface's.
import { msg, str } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { Entry } from '../../workers/contract/home.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { formatNumber } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-dialog.ts';
import './folder-tree.ts';

export class NxMoveDialog extends NxElement {
  static override properties = { client: { attribute: false }, root: { attribute: false }, from: { attribute: false }, entries: { attribute: false }, chosen: { state: true } };
  static override styles = [controls];

  declare client: Client;
  declare root: NodeId;
  /** The folder that they are in now: moving there would do nothing. */
  declare from: NodeId | undefined;
  declare entries: readonly Entry[];
  declare chosen: NodeId | undefined;

  override render(): TemplateResult {
    const [first] = this.entries;
    const heading = this.entries.length === 1 && first ? msg(str`Move “${first.name}”`) : msg(str`Move ${formatNumber(this.entries.length)} items`);
    const folders = this.entries.filter((entry) => entry.kind === 'folder').map((entry) => entry.id);
    return html`<nx-dialog open .heading=${heading}>
      <nx-folder-tree .client=${this.client} .root=${this.root} .barred=${folders} .label=${msg('Folders')} @nx-choose=${this.#chosen}></nx-folder-tree>
      <div slot="actions">
        <button type="button" @click=${() => { this.emit('nx-close'); }}>${msg('Cancel')}</button>
        <button type="button" class="primary" ?disabled=${this.chosen === undefined || this.chosen === this.from} @click=${this.#move}>${msg('Move here')}</button>
      </div>
    </nx-dialog>`;
  }

  readonly #chosen = (event: Event): void => { this.chosen = (event as CustomEvent<NodeId | undefined>).detail; };

  readonly #move = (): void => { this.emit('nx-move-to', this.chosen); };
}

customElements.define('nx-move-dialog', NxMoveDialog);
