// Settings, "Password and PIN": changes the password (by itself or by the recovery phrase), sets and removes the PIN.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { UserCard } from '../../workers/contract/device.ts';
import { LIMITS } from '../../workers/contract/limits.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { mark } from '../markers.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { field } from '../parts/field.ts';
import { newPasswordFault, newPasswordFields, strengthNow } from '../parts/new-password.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import { NxElement } from '../parts/nx-element.ts';
import { toast } from '../parts/nx-toasts.ts';
import { makePasskey, passkeysThere } from '../parts/passkey.ts';
import { takePhrase, takeSecret } from '../parts/secret.ts';
import type { Strength } from '../parts/password-strength.ts';
import { secretDialog } from './secret-dialog.ts';
import { row, settingsStyle } from './settings-row.ts';

export class NxSettingsSecrets extends NxElement {
  static override properties = { client: { attribute: false }, user: { attribute: false }, asking: { state: true }, kind: { state: true }, strength: { state: true } };
  static override styles = [controls, settingsStyle];

  declare client: Client;
  declare user: UserCard;
  declare asking: 'password' | 'pin' | 'passkey' | undefined;
  declare kind: 'password' | 'phrase';
  declare strength: Strength;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    new KeepPlace(this);
    this.kind = 'password';
    this.strength = 'too_short';
  }

  override render(): TemplateResult {
    return html`<section aria-labelledby="heading">
      <h2 id="heading">${msg('Password and PIN')}</h2>
      <div class="rows">
        ${row({ title: msg('Password'), text: msg('Opens your home, here and on every device you restore it to.'), control: html`<button type="button" @click=${() => { this.#open('password'); }}>${msg('Change password…')}</button>` })}
        ${row({ title: msg('PIN'), text: this.#pinText(), control: this.#pinButtons() })}
        ${passkeysThere() ? row({ title: msg('Passkey'), text: this.user.passkey === undefined ? msg('A fingerprint, a face or a key opens your home on this device.') : msg('Opens your home on this device.'), control: this.#passkeyButtons() }) : nothing}
      </div>
    </section>
    ${this.asking === 'password' ? this.#passwordDialog() : nothing}
    ${this.asking === 'pin' ? this.#pinDialog() : nothing}
    ${this.asking === 'passkey' ? this.#passkeyDialog() : nothing}`;
  }

  #pinText(): string {
    if (this.user.pinDisabled) return msg('Switched off after too many wrong attempts. Your password switches it on again.');
    return this.user.hasPin ? msg('Opens your home on this device alone.') : msg('A shorter way in, on this device alone.');
  }

  #pinButtons(): TemplateResult {
    return html`<button type="button" @click=${() => { this.#open('pin'); }}>${this.user.hasPin ? msg('Change PIN…') : msg('Set PIN…')}</button>
      ${this.user.hasPin ? html`<button type="button" @click=${this.#removePin}>${msg('Remove PIN')}</button>` : nothing}`;
  }

  #passkeyButtons(): TemplateResult {
    if (this.user.passkey === undefined) return html`<button type="button" @click=${() => { this.#open('passkey'); }}>${msg('Set up passkey…')}</button>`;
    return html`<button type="button" @click=${this.#removePasskey}>${msg('Remove passkey')}</button>`;
  }

  #passkeyDialog(): TemplateResult {
    const body = html`
      <p>${msg('Your browser asks for a passkey next. It opens your home on this device beside your password; no server takes part.')}</p>
      ${field({ name: 'current', label: msg('Current password'), type: 'password', autocomplete: 'current-password' })}`;
    return secretDialog({ heading: msg('Set up a passkey'), seal: this.user.seal, body, action: msg('Set up passkey'), ask: this.#ask, submit: this.#setPasskey, close: this.#close });
  }

  #passwordDialog(): TemplateResult {
    const body = html`
      ${this.kind === 'password'
        ? field({ name: 'current', label: msg('Current password'), type: 'password', autocomplete: 'current-password' })
        : html`<label class="field"><span>${msg('Recovery phrase')}</span><textarea name="current" rows="4" autocomplete="off" autocapitalize="off" spellcheck="false"></textarea></label>`}
      <div><button class="plain flush" type="button" @click=${() => { this.kind = this.kind === 'password' ? 'phrase' : 'password'; }}>${this.kind === 'password' ? msg('Use recovery phrase') : msg('Use password')}</button></div>
      <div @input=${() => { this.strength = strengthNow(this.#input('password')); }}>${newPasswordFields({ password: msg('New password'), repeat: msg('Repeat new password') }, this.strength, false)}</div>`;
    return secretDialog({ heading: msg('Change your password'), seal: this.user.seal, body, action: msg('Change password'), ask: this.#ask, submit: this.#changePassword, close: this.#close });
  }

  #pinDialog(): TemplateResult {
    const pin = { type: 'password', inputmode: 'numeric', maxlength: LIMITS.pinDigits.max } as const;
    const body = html`
      <p class="note warn">${msg('A PIN is quick, not strong. It slows down somebody at your screen. It does not protect against somebody who copies this browser’s profile or disk: they can try every PIN. If that matters to you, use your password alone.')}</p>
      ${field({ name: 'current', label: msg('Current password'), type: 'password', autocomplete: 'current-password' })}
      <div class="pair">${field({ ...pin, name: 'pin', label: msg('New PIN') })}${field({ ...pin, name: 'repeat', label: msg('Repeat new PIN') })}</div>`;
    return secretDialog({ heading: msg('Set a PIN for this device'), seal: this.user.seal, body, action: msg('Set PIN'), ask: this.#ask, submit: this.#setPin, close: this.#close });
  }

  #input(name: string): HTMLInputElement {
    return this.find<HTMLInputElement>(`[name=${name}]`)!;
  }

  #open(asking: 'password' | 'pin' | 'passkey'): void {
    this.asking = asking;
    this.kind = 'password';
    this.strength = 'too_short';
  }

  readonly #close = (): void => {
    this.asking = undefined;
    this.#ask.say(undefined);
  };

  readonly #changePassword = async (event: Event): Promise<void> => {
    event.preventDefault();
    const fault = newPasswordFault(this.#input('password').value, this.#input('repeat').value);
    if (fault !== undefined) {
      this.#ask.say(fault);
      return;
    }
    const secret = this.kind === 'phrase' ? takePhrase(this.#input('current')) : takeSecret(this.#input('current'));
    this.#input('repeat').value = '';
    const answer = await this.#ask.of(() => this.client.call.changePassword({ kind: this.kind, secret, next: takeSecret(this.#input('password')) }));
    if (!answer.ok) return;
    mark('accounts: change pass ok');
    this.#close();
    toast(this, msg('Your password was changed.'));
  };

  readonly #setPin = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { min, max } = LIMITS.pinDigits;
    const pin = this.#input('pin').value;
    const fits = /^[0-9]+$/.test(pin) && pin.length >= min && pin.length <= max;
    if (!fits || pin !== this.#input('repeat').value) {
      this.#ask.say(fits ? msg('The two PINs differ. Type the same one twice.') : msg(str`A PIN has ${min} to ${max} digits and nothing else.`));
      return;
    }
    this.#input('repeat').value = '';
    const answer = await this.#ask.of(() => this.client.call.setPin({ secret: takeSecret(this.#input('current')), pin: takeSecret(this.#input('pin')) }));
    if (!answer.ok) return;
    mark('accounts: pin set');
    this.#close();
    toast(this, msg('Your PIN is set on this device.'));
  };

  readonly #setPasskey = async (event: Event): Promise<void> => {
    event.preventDefault();
    const input = this.#input('current');
    if (input.value === '') return;
    const made = await makePasskey(this.user.name);
    if (made === undefined) {
      this.#ask.say(msg('No passkey was made, or it cannot open a home. Nothing was changed.'));
      return;
    }
    const answer = await this.#ask.of(() => this.client.call.setPasskey({ secret: takeSecret(input), ...made }));
    if (!answer.ok) return;
    this.#close();
    toast(this, msg('Your passkey opens your home from now on.'));
  };

  readonly #removePasskey = async (): Promise<void> => {
    const answer = await this.#ask.of(() => this.client.call.removePasskey({}));
    toast(this, answer.ok ? msg('Your passkey was removed here.') : this.#ask.fault ?? '');
  };

  readonly #removePin = async (): Promise<void> => {
    const answer = await this.#ask.of(() => this.client.call.removePin({}));
    toast(this, answer.ok ? msg('Your PIN was removed.') : this.#ask.fault ?? '');
  };
}

customElements.define('nx-settings-secrets', NxSettingsSecrets);
