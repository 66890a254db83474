// Owns: what a person sees once their home is open: the way between surfaces, the state of things, and the way out.
// Each surface keeps its own state and stays while another is looked at; the address never says where one is.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { DeviceStatus, SessionCard, UserCard } from '../../workers/contract/device.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { hasAnswer } from '../account/come-back.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import { desktopStyle } from './desktop-style.ts';
import { icon } from './icons.ts';
import './state-line.ts';
import { drawPlace, labelOf, loadPlace, PLACES, type PlaceName } from './places.ts';
import './user-menu.ts';

export class NxDesktop extends NxElement {
  static override properties = {
    client: { attribute: false }, status: { attribute: false }, session: { attribute: false }, user: { attribute: false },
    joining: { type: Boolean }, place: { state: true }, loaded: { state: true }, failed: { state: true },
  };
  static override styles = [controls, desktopStyle];

  declare client: Client;
  declare status: DeviceStatus;
  declare session: SessionCard;
  declare user: UserCard;
  /** The person asked for an online account on the way in. */
  declare joining: boolean;
  declare place: PlaceName;
  declare loaded: ReadonlySet<PlaceName>;
  declare failed: boolean;

  constructor() {
    super();
    this.place = 'files';
    this.joining = false;
    this.loaded = new Set();
    this.failed = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#go(this.joining || hasAnswer() ? 'account' : 'files');
  }

  override render(): TemplateResult {
    return html`<div class="frame">
      <header>
        <nx-user-menu .user=${this.user} @nx-switch-user=${() => { void this.client.call.showGreeter({}); }} @nx-log-out=${() => { void this.client.call.logout({ sid: this.session.sid }); }}></nx-user-menu>
        <nx-state-line .client=${this.client}></nx-state-line>
        <button type="button" class="lock" @click=${() => { this.emit('nx-lock-now'); }} aria-label=${msg('Lock now')} title=${msg('Lock now')} aria-keyshortcuts="Control+L Meta+L">${icon('lock')}<span class="word">${msg('Lock now')}</span></button>
      </header>
      <nav aria-label="Nexus"><ul>${PLACES.map((place) => this.#entry(place))}</ul></nav>
      <main>
        ${this.user.recoveryUnconfirmed && this.place !== 'settings' ? this.#reminder() : nothing}
        ${this.failed ? html`<p class="alert" role="alert">${msg('This part of Nexus could not be loaded. Nothing is lost. Reload the page.')}</p>` : nothing}
        ${PLACES.filter((place) => this.loaded.has(place)).map((place) => html`<div class="place" ?hidden=${place !== this.place}>${drawPlace(place, { client: this.client, status: this.status, session: this.session, user: this.user, shown: place === this.place, joining: this.joining })}</div>`)}
      </main>
    </div>`;
  }

  #entry(place: PlaceName): TemplateResult {
    return html`<li><button type="button" class="way" aria-current=${place === this.place ? 'page' : nothing} @click=${() => { this.#go(place); }}>${icon(place)}<span>${labelOf(place)}</span></button></li>`;
  }

  #reminder(): TemplateResult {
    return html`<p class="note warn reminder"><span>${msg('Your recovery phrase was not confirmed yet. Without it, a forgotten password closes your home for good.')}</span>
      <button type="button" @click=${() => { this.#go('settings'); }}>${msg('Open Settings')}</button></p>`;
  }

  #go(place: PlaceName): void {
    this.place = place;
    loadPlace(place).then(() => { this.loaded = new Set([...this.loaded, place]); }, () => { this.failed = true; });
  }
}

customElements.define('nx-desktop', NxDesktop);
