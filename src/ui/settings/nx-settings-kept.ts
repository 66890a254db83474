// Settings, "Kept by apps": how many secrets and keys each app has, and emptying its vault. No secret comes to a page.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { UserCard } from '../../workers/contract/device.ts';
import type { HeardFact } from '../../workers/contract/events.ts';
import type { KeptCard } from '../../workers/contract/grants.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { formatNumber } from '../format.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import { toast } from '../parts/nx-toasts.ts';
import { Watch } from '../parts/watch.ts';
import { row, settingsStyle } from './settings-row.ts';

/** Something is kept, or cannot be told. */
const isOfUse = ({ secrets, keys }: KeptCard): boolean => secrets > 0 || keys !== 0;

export class NxSettingsKept extends NxElement {
  static override properties = { client: { attribute: false }, user: { attribute: false }, kept: { state: true }, emptying: { state: true } };
  static override styles = [controls, settingsStyle];

  declare client: Client;
  declare user: UserCard;
  declare kept: readonly KeptCard[] | undefined;
  declare emptying: KeptCard | undefined;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    new KeepPlace(this);
    new Watch<HeardFact>(this, () => this.client.facts, ({ type }) => { if (type === 'apps.changed' || type === 'apps.closed' || type === 'facts.missed') void this.#look(); });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
  }

  override render(): TemplateResult {
    const kept = (this.kept ?? []).filter(isOfUse);
    return html`<section aria-labelledby="heading">
      <h2 id="heading">${msg('Kept by apps')}</h2>
      <div class="rows">
        ${kept.map((card) => this.#app(card))}
        ${kept.length === 0 ? row({ title: msg('Nothing'), text: msg('No app keeps a secret or a key in your home.') }) : nothing}
      </div>
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
    </section>
    ${this.emptying === undefined ? nothing : this.#dialog(this.emptying)}`;
  }

  #app(card: KeptCard): TemplateResult {
    const { name, origin, secrets, keys } = card;
    const counted = keys === undefined ? msg(str`Secrets: ${formatNumber(secrets)}. What is written of its keys cannot be read.`) : msg(str`Secrets: ${formatNumber(secrets)}. Keys: ${formatNumber(keys)}.`);
    const control = secrets === 0 ? undefined : html`<button type="button" aria-label=${msg(str`Empty the vault of ${name}…`)} @click=${() => { this.emptying = card; }}>${msg('Empty…')}</button>`;
    return row({ title: name, text: `${origin} · ${counted}`, control });
  }

  #dialog({ name }: KeptCard): TemplateResult {
    return html`<nx-dialog open .heading=${msg(str`Empty the vault of “${name}”?`)} .seal=${this.user.seal} @nx-close=${this.#close}>
      <p>${msg('Every secret that it keeps there is deleted, passwords of other services, say. Its keys and its other data stay. This cannot be brought back.')}</p>
      <div slot="actions"><button type="button" @click=${this.#close}>${msg('Cancel')}</button>
        <button type="button" class="danger" @click=${this.#empty}>${msg('Empty')}</button></div>
    </nx-dialog>`;
  }

  readonly #close = (): void => {
    this.emptying = undefined;
  };

  readonly #empty = async (): Promise<void> => {
    if (this.emptying === undefined) return;
    const { appId, name } = this.emptying;
    this.#close();
    const emptied = await this.#ask.of(() => this.client.call.emptyVault({ appId }));
    if (emptied.ok) toast(this, msg(str`The vault of “${name}” is empty.`));
    await this.#look();
  };

  /** A home that is locked meanwhile says so elsewhere. */
  async #look(): Promise<void> {
    const kept = await this.client.call.listKept({});
    if (kept.ok) this.kept = kept.value;
  }
}

customElements.define('nx-settings-kept', NxSettingsKept);
