// What is asked before a home is brought here: its recovery phrase, a password for this device, and a name where its own is taken. It keeps no secret.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { Seal } from '../../workers/contract/device.ts';
import type { ErrorCode, NexusError } from '../../workers/contract/errors.ts';
import { LIMITS } from '../../workers/contract/limits.ts';
import type { ClientArgs } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { controls } from '../parts/controls.ts';
import { field } from '../parts/field.ts';
import { newPasswordFault, newPasswordFields, strengthNow } from '../parts/new-password.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-seal-picker.ts';
import type { Strength } from '../parts/password-strength.ts';
import { takePhrase, takeSecret } from '../parts/secret.ts';
import { shake } from '../parts/shake.ts';

const OF_PHRASE: readonly ErrorCode[] = ['keystore.phrase_invalid', 'auth.rejected'];
const OF_NAME: readonly ErrorCode[] = ['user.name_taken', 'user.name_invalid'];

export class NxJoinForm extends NxElement {
  static override properties = { error: { attribute: false }, nameAsked: { attribute: false }, bring: { attribute: false }, by: { attribute: false }, strength: { state: true }, fault: { state: true } };
  static override styles = [controls];

  /** What the last try was refused with, until the person goes on. */
  declare error: NexusError | undefined;
  declare nameAsked: boolean;
  /** Takes the secrets over. */
  declare bring: (asked: ClientArgs<'joinHome'>) => void;
  /** What opens the home: its phrase, or another device that has it; the person may choose the other here. */
  declare by: 'phrase' | 'device';
  declare strength: Strength;
  declare fault: string;
  #seal: Seal = { picture: 'star', colour: 'indigo' };

  constructor() {
    super();
    this.nameAsked = false;
    this.by = 'phrase';
    this.strength = 'too_short';
    this.fault = '';
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('error')) this.fault = this.error === undefined ? '' : sentenceOf(this.error);
  }

  override firstUpdated(): void {
    if (this.error === undefined) return;
    this.find(this.#refusedFor(OF_NAME) ? '[name=name]' : '[name=phrase], [name=password]')?.focus();
    shake(this.find('form'));
  }

  override render(): TemplateResult {
    return html`<form class="stack" @submit=${this.#submit} @input=${this.#edited} novalidate>
      ${this.by === 'phrase' ? this.#phrase() : html`<p>${msg('A device that has your home will approve this one. Have it at hand, and open Account there.')}</p>`}
      <div class="stack-tight">
        ${newPasswordFields({ password: msg('Password'), repeat: msg('Repeat password') }, this.strength, false)}
        <p class="hint">${msg('Your Nexus password on this device. It may be the same as on your others.')}</p>
      </div>
      ${this.nameAsked ? this.#asks() : nothing}
      <p class="alert" role="alert">${this.fault}</p>
      <div class="row row-end">
        <button type="button" @click=${() => { this.emit('nx-cancel'); }}>${msg('Cancel')}</button>
        <button class="primary" type="submit">${this.by === 'phrase' ? msg('Bring my home here') : msg('Ask my other device')}</button>
      </div>
      <div class="row"><button type="button" class="plain flush" @click=${this.#otherWay}>${this.by === 'phrase' ? msg('Use another device instead') : msg('Use the recovery phrase instead')}</button></div>
    </form>`;
  }

  #phrase(): TemplateResult {
    return html`<label class="field"><span>${msg('Recovery phrase')}</span>
      <textarea name="phrase" rows="4" autocomplete="off" autocapitalize="off" spellcheck="false" aria-invalid=${this.#refusedFor(OF_PHRASE) ? 'true' : 'false'}></textarea></label>`;
  }

  #asks(): TemplateResult {
    return html`${field({ name: 'name', label: msg('Your name'), autocomplete: 'username', maxlength: LIMITS.userNameChars, invalid: this.#refusedFor(OF_NAME) })}
      <div class="stack-tight"><h2>${msg('Your seal')}</h2>
        <nx-seal-picker .seal=${this.#seal} @nx-seal=${(event: CustomEvent<Seal>) => { this.#seal = event.detail; }}></nx-seal-picker></div>`;
  }

  #refusedFor(codes: readonly ErrorCode[]): boolean {
    return this.error !== undefined && codes.includes(this.error.code);
  }

  readonly #otherWay = (): void => {
    this.by = this.by === 'phrase' ? 'device' : 'phrase';
    this.error = undefined;
    this.fault = '';
  };

  readonly #edited = (): void => {
    this.error = undefined;
    this.fault = '';
    this.strength = strengthNow(this.find<HTMLInputElement>('[name=password]'));
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const phrase = this.find<HTMLTextAreaElement>('[name=phrase]'), password = this.find<HTMLInputElement>('[name=password]'), repeat = this.find<HTMLInputElement>('[name=repeat]');
    if (password === undefined || repeat === undefined) return;
    const name = this.find<HTMLInputElement>('[name=name]')?.value.trim();
    const fault = phrase?.value.trim() === '' ? msg('Type the recovery phrase of your home first.')
      : name === '' ? msg('Type the name that you want to be greeted by.') : newPasswordFault(password.value, repeat.value);
    if (fault !== undefined) {
      this.fault = fault;
      shake(this.find('form'));
      return;
    }
    repeat.value = '';
    this.bring({ ...(phrase && { secret: takePhrase(phrase) }), password: takeSecret(password), ...(name === undefined ? {} : { name, seal: this.#seal }) });
  };
}

customElements.define('nx-join-form', NxJoinForm);
