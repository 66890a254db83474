// Settings, "Users": who lives on this device, the own name and seal, adding and deleting.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { DeviceStatus, Seal, UserCard } from '../../workers/contract/device.ts';
import { LIMITS } from '../../workers/contract/limits.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { field } from '../parts/field.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-seal-picker.ts';
import '../parts/nx-seal.ts';
import { toast } from '../parts/nx-toasts.ts';
import { takeSecret } from '../parts/secret.ts';
import { backUpAndDownload } from './back-up-first.ts';
import { secretDialog } from './secret-dialog.ts';
import { row, settingsStyle } from './settings-row.ts';

type Asking = { readonly what: 'edit' } | { readonly what: 'delete'; readonly user: UserCard };

export class NxSettingsUsers extends NxElement {
  static override properties = { client: { attribute: false }, status: { attribute: false }, user: { attribute: false }, asking: { state: true } };
  static override styles = [controls, settingsStyle];

  declare client: Client;
  declare status: DeviceStatus;
  declare user: UserCard;
  declare asking: Asking | undefined;
  readonly #ask = new Ask(this);
  #seal: Seal | undefined;

  override render(): TemplateResult {
    return html`<section aria-labelledby="heading">
      <h2 id="heading">${msg('Users')}</h2>
      <div class="rows">
        ${this.status.users.map((user) => this.#user(user))}
        ${row({ title: msg('Another person'), text: msg('They get a home of their own. Yours is locked meanwhile.'), control: html`<button type="button" @click=${() => { this.emit('nx-add-user'); }}>${msg('Add user')}</button>` })}
      </div>
    </section>
    ${this.#dialog()}`;
  }

  #user(user: UserCard): TemplateResult {
    const own = user.uid === this.user.uid;
    const control = html`
      ${own ? html`<button type="button" @click=${() => { this.asking = { what: 'edit' }; }}>${msg('Edit…')}</button>` : nothing}
      <button type="button" aria-label=${msg(str`Delete ${user.name}…`)} @click=${() => { this.asking = { what: 'delete', user }; }}>${msg('Delete…')}</button>`;
    return row({ title: user.name, before: html`<nx-seal .seal=${user.seal}></nx-seal>`, control, ...(own ? { text: msg('You') } : {}) });
  }

  #dialog(): TemplateResult | typeof nothing {
    if (this.asking === undefined) return nothing;
    return this.asking.what === 'edit' ? this.#editDialog() : this.#deleteDialog(this.asking.user);
  }

  #editDialog(): TemplateResult {
    const body = html`${field({ name: 'name', label: msg('Your name'), value: this.user.name, maxlength: LIMITS.userNameChars })}
      <nx-seal-picker .seal=${this.#seal ?? this.user.seal} @nx-seal=${(event: CustomEvent<Seal>) => { this.#seal = event.detail; }}></nx-seal-picker>`;
    return secretDialog({ heading: msg('Your name and seal'), seal: this.user.seal, body, action: msg('Save'), ask: this.#ask, submit: this.#edit, close: this.#close });
  }

  #deleteDialog(user: UserCard): TemplateResult {
    const own = user.uid === this.user.uid;
    const body = html`
      <p>${msg('The home of this user, with every file and backup kept in this browser, is deleted for good. Backups that were downloaded stay.')}</p>
      ${own ? html`<div><button type="button" ?disabled=${this.#ask.busy} @click=${this.#backUp}>${msg('Back up first')}</button></div>` : nothing}
      ${field({ name: 'secret', label: msg(str`Password of ${user.name}`), type: 'password', autocomplete: 'off' })}`;
    return secretDialog({ heading: msg(str`Delete ${user.name}?`), seal: this.user.seal, body, action: msg('Delete for good'), danger: true, ask: this.#ask, submit: this.#delete, close: this.#close });
  }

  readonly #close = (): void => {
    this.asking = undefined;
    this.#seal = undefined;
    this.#ask.say(undefined);
  };

  readonly #edit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const name = this.find<HTMLInputElement>('[name=name]')!.value.trim();
    const seal = this.#seal;
    const answer = await this.#ask.of(() => this.client.call.editUser({ ...(name === this.user.name ? {} : { name }), ...(seal === undefined ? {} : { seal }) }));
    if (answer.ok) this.#close();
  };

  readonly #backUp = async (): Promise<void> => {
    const answer = await this.#ask.of(() => backUpAndDownload(this.client));
    if (answer.ok) toast(this, msg('The backup is being downloaded. Check that it is complete before you delete.'));
  };

  readonly #delete = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.asking?.what !== 'delete') return;
    const { uid } = this.asking.user;
    const secret = takeSecret(this.find<HTMLInputElement>('[name=secret]')!);
    const answer = await this.#ask.of(() => this.client.call.deleteUser({ uid, secret }));
    if (answer.ok) this.#close();
  };
}

customElements.define('nx-settings-users', NxSettingsUsers);
