// The dialog that renews the keys of a home, and removes a device where one is given: what it means, a new recovery phrase that was written down,
// the password; then the home locks. It keeps the phrase no longer than it is needed.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { UserCard } from '../../workers/contract/device.ts';
import type { DeviceCard } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { field } from '../parts/field.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-phrase.ts';
import { toast } from '../parts/nx-toasts.ts';
import { secretBytes, takeSecret } from '../parts/secret.ts';

type Step = { readonly at: 'why' } | { readonly at: 'phrase' | 'password'; readonly phrase: string };

export class NxRenewKeys extends NxElement {
  static override properties = { client: { attribute: false }, user: { attribute: false }, device: { attribute: false }, step: { state: true } };
  static override styles = [controls, css`ul { list-style: disc; margin: 0; padding-inline-start: 1.25rem; display: grid; gap: 0.5rem; }`];

  declare client: Client;
  declare user: UserCard;
  /** The one that is removed; keys are renewed without one too. */
  declare device: DeviceCard | undefined;
  declare step: Step;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    this.step = { at: 'why' };
  }

  override render(): TemplateResult {
    const heading = this.device === undefined ? msg('Renew the keys of your home') : msg(str`Remove “${this.device.name ?? this.device.client}”?`);
    return html`<nx-dialog ?wide=${this.step.at === 'phrase'} .heading=${heading} .seal=${this.user.seal} .open=${true} @nx-close=${this.#close}>${this.#drawn(this.step)}</nx-dialog>`;
  }

  #drawn(step: Step): TemplateResult {
    switch (step.at) {
      case 'why': return this.#why();
      case 'phrase': return html`<nx-phrase renewed .phrase=${step.phrase} .owner=${this.user.name} @nx-confirmed=${() => { this.step = { at: 'password', phrase: step.phrase }; }}></nx-phrase>
        <div slot="actions"><button type="button" class="plain" @click=${this.#close}>${msg('Cancel')}</button></div>`;
      case 'password': return this.#password(step.phrase);
    }
  }

  #why(): TemplateResult {
    return html`<div class="stack">
      ${this.device === undefined ? html`<p>${msg('Do this where somebody may have your recovery phrase, an old backup that they can open, or a device of yours. Whoever knows the keys of your home so far opens what they have already, and nothing that comes after. If somebody may know your password, change that first.')}</p>`
        : html`<p>${msg('That device is signed out of your account at once. It keeps what it has, and the keys that open that. New keys shut it out of everything that comes after.')}</p>`}
      <ul>
        <li>${msg('You get a new recovery phrase. Write it down: the old one opens your home no more.')}</li>
        <li>${msg('A PIN or a passkey of this device has to be set up again.')}</li>
        <li>${msg('Your other devices go on with what they have, and ask for the new phrase or for this device once, before they sync again.')}</li>
        <li>${msg('Backups made before stay as they are, and open with the phrase and the password of their time.')}</li>
      </ul>
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
      <div class="row row-end">
        <button type="button" @click=${this.#close}>${msg('Cancel')}</button>
        ${this.device === undefined ? nothing : html`<button type="button" @click=${() => { this.emit('nx-only-sign-out'); }}>${msg('Only sign it out')}</button>`}
        <button type="button" class="primary" ?disabled=${this.#ask.busy} @click=${this.#draft}>${msg('Continue')}</button>
      </div>
    </div>`;
  }

  #password(phrase: string): TemplateResult {
    return html`<form class="stack" @submit=${(event: Event) => { event.preventDefault(); void this.#renew(phrase); }} @input=${() => { this.#ask.say(undefined); }} novalidate>
      <p>${msg('Your password stays. Your home locks when its keys are new, and opens with the password.')}</p>
      ${field({ name: 'current', label: msg('Current password'), type: 'password', autocomplete: 'current-password' })}
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
      <div class="row row-end">
        <button type="button" ?disabled=${this.#ask.busy} @click=${this.#close}>${msg('Cancel')}</button>
        <button type="submit" class="danger" ?disabled=${this.#ask.busy}>${this.#ask.busy ? msg('One moment…') : this.device === undefined ? msg('Renew keys') : msg('Remove and renew keys')}</button>
      </div>
    </form>`;
  }

  readonly #close = (): void => { this.emit('nx-close-renew'); };

  readonly #draft = async (): Promise<void> => {
    const answer = await this.#ask.of(() => this.client.call.draftRecoveryPhrase({}));
    if (answer.ok) this.step = { at: 'phrase', phrase: answer.value.phrase };
  };

  async #renew(phrase: string): Promise<void> {
    const secret = takeSecret(this.find<HTMLInputElement>('[name=current]')!);
    const signInId = this.device?.signInId;
    const answer = await this.#ask.of(() => this.client.call.renewKeys({ secret, phrase: secretBytes(phrase), ...(signInId !== undefined && { signInId }) }));
    if (!answer.ok) return;
    toast(this, msg('Your home has new keys. Unlock it with your password.'));
    this.#close();
  }
}

customElements.define('nx-renew-keys', NxRenewKeys);
