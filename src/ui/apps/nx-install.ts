// Adding an app: those that come along, or any by the address of its manifest; shown with all that it may ever ask for before it is kept.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { AppPlan } from '../../workers/contract/grants.ts';
import { GRANTS } from '../../workers/contract/limits.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { formatBytes } from '../format.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import { appsStyle } from './apps-style.ts';
import { includedApps } from './included-apps.ts';
import { scopeWords } from './scope-words.ts';

export class NxInstall extends NxElement {
  static override properties = { client: { attribute: false }, offered: { state: true }, plan: { state: true }, url: { state: true } };
  static override styles = [controls, appsStyle];

  declare client: Client;
  /** Of those that come along, where they could be read. */
  declare offered: readonly AppPlan[];
  declare plan: AppPlan | undefined;
  declare url: string;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    this.offered = [];
    this.url = '';
  }

  override firstUpdated(): void {
    void this.#offer();
  }

  override render(): TemplateResult {
    const { plan } = this;
    return html`<nx-dialog open .heading=${plan === undefined ? msg('Add an app') : msg(str`Add “${plan.name}”`)}>
      ${plan === undefined ? this.#choice() : this.#shown(plan)}
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
      <div slot="actions">
        <button type="button" @click=${() => { this.emit('nx-close'); }}>${msg('Cancel')}</button>
        ${plan === undefined ? html`<button type="button" class="primary" ?disabled=${this.url === '' || this.#ask.busy} @click=${this.#look}>${msg('Look at it')}</button>`
          : html`<button type="button" class="primary" ?disabled=${plan.known === 'same' || this.#ask.busy} @click=${() => { void this.#install(plan); }}>${plan.known === 'other' ? msg('Replace app') : msg('Install app')}</button>`}
      </div>
    </nx-dialog>`;
  }

  #choice(): TemplateResult {
    return html`
      ${this.offered.length === 0 ? nothing : html`<ul class="items" aria-label=${msg('Apps that come along')}>${this.offered.map((plan) => html`<li class="where">
        <span><b>${plan.name}</b> <span class="quiet small">${formatBytes(plan.bytes)}</span></span>
        <button type="button" ?disabled=${plan.known === 'same'} aria-label=${plan.known === 'same' ? msg(str`${plan.name} is installed`) : msg(str`Look at ${plan.name}`)} @click=${() => { this.plan = plan; }}>${plan.known === 'same' ? msg('Installed') : msg('Look at it')}</button></li>`)}</ul>`}
      <label class="field"><span>${msg('Address of an app')}</span>
        <input type="url" maxlength=${GRANTS.urlChars} autocomplete="off" spellcheck="false" placeholder="https://example.org/nexus-app.json" aria-describedby="fetched" .value=${this.url}
          @input=${(event: Event) => { this.url = (event.target as HTMLInputElement).value.trim(); }} @keydown=${(event: KeyboardEvent) => { if (event.key === 'Enter') void this.#look(); }}></label>
      <p class="hint" id="fetched">${msg('It is fetched once and kept in your home, encrypted. It then runs without a network.')}</p>`;
  }

  #shown({ origin, bytes, asks, known }: AppPlan): TemplateResult {
    return html`<p><span class="quiet">${msg('From')}</span> <b>${origin}</b> <span class="quiet small">${formatBytes(bytes)}</span></p>
      ${known === 'same' ? html`<p class="note">${msg('This app is installed already, just as it is.')}</p>` : nothing}
      ${known === 'other' ? html`<p class="note">${msg('It takes the place of the one that is here. What it keeps for itself stays; it has to ask anew for everything.')}</p>` : nothing}
      <p>${asks.length === 0 ? msg('It asks for nothing.') : msg('It may ask for this later, and you decide then:')}</p>
      <ul class="items">${asks.map(({ scope, resource, why }) => html`<li><b>${scopeWords(scope)}</b>${resource?.startsWith('home:') ? html` <span class="quiet small">${resource.slice('home:/'.length).replace(/\/\*$/, '')}</span>` : nothing}<br><span class="quiet small">${why}</span></li>`)}</ul>`;
  }

  async #offer(): Promise<void> {
    const plans = await Promise.all(includedApps().map((url) => this.client.call.planInstall({ url })));
    this.offered = plans.flatMap((plan) => (plan.ok ? [plan.value] : []));
  }

  readonly #look = async (): Promise<void> => {
    if (this.url === '') return;
    const plan = await this.#ask.of(() => this.client.call.planInstall({ url: this.url }));
    if (plan.ok) this.plan = plan.value;
  };

  async #install({ url, hash }: AppPlan): Promise<void> {
    const installed = await this.#ask.of(() => this.client.call.installApp({ url, hash }));
    if (installed.ok) this.emit('nx-installed', installed.value);
  }
}

customElements.define('nx-install', NxInstall);
