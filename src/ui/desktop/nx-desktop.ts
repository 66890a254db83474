// The desktop: what a person sees once their home is open.
import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { DeviceStatus, SessionCard, UserCard } from '../../workers/contract/device.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';

export class NxDesktop extends NxElement {
  static override properties = { client: { attribute: false }, status: { attribute: false }, session: { attribute: false }, user: { attribute: false } };
  static override styles = [controls];

  declare client: Client;
  declare status: DeviceStatus;
  declare session: SessionCard;
  declare user: UserCard;

  override render(): TemplateResult {
    return html`<main><h1>${this.user.name}</h1><button type="button" @click=${() => { this.emit('nx-lock-now'); }}>${msg('Lock now')}</button></main>`;
  }
}

customElements.define('nx-desktop', NxDesktop);
