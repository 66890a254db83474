// Settings, "Sign-in servers": where an online account can be; the app's own server first, others by their address.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { AccountStatus, ProviderCard } from '../../workers/contract/account.ts';
import type { UserCard } from '../../workers/contract/device.ts';
import { ACCOUNT } from '../../workers/contract/limits.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { accountStates } from '../account/account-states.ts';
import { hostOf } from '../account/account-words.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { field } from '../parts/field.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import { NxElement } from '../parts/nx-element.ts';
import { toast } from '../parts/nx-toasts.ts';
import { Watch } from '../parts/watch.ts';
import { secretDialog } from './secret-dialog.ts';
import { row, settingsStyle } from './settings-row.ts';

export class NxSettingsProviders extends NxElement {
  static override properties = { client: { attribute: false }, user: { attribute: false }, adding: { state: true } };
  static override styles = [controls, settingsStyle];

  declare client: Client;
  declare user: UserCard;
  declare adding: boolean;
  readonly #ask = new Ask(this);
  readonly #state = new Watch<AccountStatus>(this, () => accountStates(this.client));

  constructor() {
    super();
    new KeepPlace(this);
    this.adding = false;
  }

  override render(): TemplateResult {
    return html`<section aria-labelledby="heading">
      <h2 id="heading">${msg('Sign-in servers')}</h2>
      <div class="rows">
        ${(this.#state.value?.providers ?? []).map((provider) => this.#provider(provider))}
        ${row({ title: msg('Another server'), text: msg('Any NexusAccount server, or another OpenID provider that knows this app.'), control: html`<button type="button" @click=${() => { this.adding = true; }}>${msg('Add server…')}</button>` })}
      </div>
      ${this.adding ? nothing : html`<p class="alert" role="alert">${this.#ask.fault ?? ''}</p>`}
    </section>
    ${this.adding ? this.#dialog() : nothing}`;
  }

  #provider({ issuer, own }: ProviderCard): TemplateResult {
    const host = hostOf(issuer);
    if (own) return row({ title: host, text: msg('The server that this app came from.') });
    return row({ title: host, text: issuer, control: html`<button type="button" aria-label=${msg(str`Remove ${host}`)} @click=${() => { void this.#remove(issuer); }}>${msg('Remove')}</button>` });
  }

  #dialog(): TemplateResult {
    const body = html`
      ${field({ name: 'issuer', label: msg('Address'), maxlength: ACCOUNT.issuerChars, hint: msg('As its host gives it, for example https://nexus.example/oidc') })}
      ${field({ name: 'clientId', label: msg('Client id'), value: 'nexus', maxlength: ACCOUNT.clientIdChars, hint: msg('How that server knows this app. NexusAccount servers call it “nexus”.') })}`;
    return secretDialog({ heading: msg('Add a sign-in server'), seal: this.user.seal, body, action: msg('Add server'), ask: this.#ask, submit: this.#add, close: this.#close });
  }

  readonly #close = (): void => {
    this.adding = false;
    this.#ask.say(undefined);
  };

  readonly #add = async (event: Event): Promise<void> => {
    event.preventDefault();
    const value = (name: string) => this.find<HTMLInputElement>(`[name=${name}]`)?.value ?? '';
    const answer = await this.#ask.of(() => this.client.call.addProvider({ issuer: value('issuer'), clientId: value('clientId') }));
    if (!answer.ok) return;
    this.#close();
    toast(this, msg('The server was added.'));
  };

  async #remove(issuer: string): Promise<void> {
    await this.#ask.of(() => this.client.call.removeProvider({ issuer }));
  }
}

customElements.define('nx-settings-providers', NxSettingsProviders);
