// The Apps surface: which apps are here and what each may do; and the one that runs.
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import type { UserCard } from '../../workers/contract/device.ts';
import type { HeardFact } from '../../workers/contract/events.ts';
import type { AppCard } from '../../workers/contract/grants.ts';
import type { SyncState } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { icon } from '../desktop/icons.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import { NxElement } from '../parts/nx-element.ts';
import { Watch } from '../parts/watch.ts';
import { appsStyle } from './apps-style.ts';
import './nx-app-card.ts';
import './nx-app-frame.ts';
import './nx-install.ts';

export class NxApps extends NxElement {
  static override properties = { client: { attribute: false }, user: { attribute: false }, shown: { type: Boolean }, apps: { state: true }, sync: { state: true }, adding: { state: true }, running: { state: true }, starts: { state: true } };
  static override styles = [controls, appsStyle, css`:host { block-size: 100%; }`];

  declare client: Client;
  declare user: UserCard;
  declare shown: boolean;
  declare apps: readonly AppCard[] | undefined;
  /** Of the home: only what is synced can be carried to other devices. */
  declare sync: SyncState;
  declare adding: boolean;
  declare running: AppCard | undefined;
  /** Each start has a frame of its own. */
  declare starts: number;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    new KeepPlace(this);
    this.shown = false;
    this.sync = 'off';
    this.adding = false;
    this.starts = 0;
    new Watch<HeardFact>(this, () => this.client.facts, (fact) => { this.#heard(fact); });
    this.addEventListener('nx-open-app', (event) => { this.#open((event as CustomEvent<AppCard>).detail); });
    this.addEventListener('nx-close-app', () => { this.running = undefined; });
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('shown') && this.shown) void this.#load();
  }

  override render(): TemplateResult {
    if (this.running !== undefined) return html`${keyed(this.starts, html`<nx-app-frame .client=${this.client} .user=${this.user} .app=${this.running}></nx-app-frame>`)}`;
    return html`<div class="column">
      <div class="top"><h1>${msg('Apps')}</h1><button type="button" @click=${() => { this.adding = true; }}>${icon('apps')}${msg('Add an app')}</button></div>
      ${this.apps === undefined ? nothing : this.#list(this.apps)}
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
    </div>
    ${this.adding ? html`<nx-install .client=${this.client} @nx-close=${() => { this.adding = false; }} @nx-installed=${() => { this.adding = false; }}></nx-install>` : nothing}`;
  }

  #list(apps: readonly AppCard[]): TemplateResult {
    if (apps.length === 0) {
      return html`<section class="card stack"><h2>${msg('No app is here yet')}</h2>
        <p>${msg('An app gets into one folder, or keeps a little for itself, and only after you said yes. You see what it did, and end it with one click.')}</p>
        <p class="quiet small">${msg('Pages elsewhere can ask, too: they open a window of Nexus, and you decide there.')}</p></section>`;
    }
    return html`<ul class="cards" aria-label=${msg('Apps with access')}>${repeat(apps, ({ appId }) => appId, (app) => html`<li><nx-app-card .client=${this.client} .app=${app} .sync=${this.sync}></nx-app-card></li>`)}</ul>`;
  }

  #heard(fact: HeardFact): void {
    if (fact.type === 'sync.changed') this.sync = fact.status.state;
    else if (fact.type === 'apps.changed' || fact.type === 'apps.closed' || fact.type === 'facts.missed') void this.#load();
  }

  #open(app: AppCard): void {
    this.starts += 1;
    this.running = app;
  }

  async #load(): Promise<void> {
    const apps = await this.#ask.of(() => this.client.call.listApps({}));
    if (apps.ok) this.apps = apps.value;
    const sync = await this.client.call.syncStatus({});
    if (sync.ok) this.sync = sync.value.state;
  }
}

customElements.define('nx-apps', NxApps);
