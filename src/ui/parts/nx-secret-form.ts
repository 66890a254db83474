// One field and one button that open an account: by password, by PIN where there is one, or by the recovery phrase.
// It hands the secret over once, as bytes, and says what came of it; whether it is right is known to the authority alone.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { UserCard } from '../../workers/contract/device.ts';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { SecretBytes } from '../../workers/contract/home.ts';
import { LIMITS } from '../../workers/contract/limits.ts';
import type { Answer, SecretKind } from '../../workers/contract/surface.ts';
import { sentenceOf } from '../errors.ts';
import { formatDuration } from '../format.ts';
import { controls } from './controls.ts';
import { Countdown } from './countdown.ts';
import { field } from './field.ts';
import { NxElement } from './nx-element.ts';
import { passkeysThere, readPasskey } from './passkey.ts';
import { takePhrase, takeSecret } from './secret.ts';
import { shake } from './shake.ts';

export type SendSecret = (secret: SecretBytes, kind: SecretKind) => Promise<Answer<unknown>>;

export class NxSecretForm extends NxElement {
  static override properties = { user: { attribute: false }, action: {}, send: { attribute: false }, kind: { state: true }, busy: { state: true }, error: { state: true } };
  static override styles = [controls, css`
    form { display: grid; gap: 0.75rem; }
    .ways { display: grid; justify-items: center; }
    [role='timer'] { text-align: center; font-variant-numeric: tabular-nums; }
  `];

  declare user: UserCard;
  /** What the button says. */
  declare action: string;
  declare send: SendSecret;
  declare kind: SecretKind;
  declare busy: boolean;
  declare error: NexusError | undefined;
  readonly #wait = new Countdown(this, () => performance.now());

  constructor() {
    super();
    this.kind = 'password';
    this.busy = false;
  }

  /** Puts the cursor where the secret goes. */
  async focusField(): Promise<void> {
    await this.updateComplete;
    this.find<HTMLInputElement>('[name=secret]')?.focus();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('user')) return;
    const before = changed.get('user') as UserCard | undefined;
    if (before?.uid !== this.user.uid) {
      this.kind = this.#pinWorks ? 'pin' : 'password';
      this.error = undefined;
    }
    if ((this.kind === 'pin' && !this.#pinWorks) || (this.kind === 'passkey' && !this.#passkeyWorks)) this.kind = 'password';
    if (before?.uid !== this.user.uid || this.user.lockedOutForMs > this.#wait.left) this.#wait.start(this.user.lockedOutForMs);
  }

  override render(): TemplateResult {
    const waiting = this.#wait.left > 0;
    return html`<form @submit=${this.#submit} @input=${this.#edited} novalidate>
      <input type="text" name="username" autocomplete="username" .value=${this.user.name} hidden readonly>
      ${this.#field()}
      <p class="alert" role="alert">${this.#fault()}</p>
      ${waiting ? html`<p role="timer" class="quiet">${msg(str`Next attempt in ${formatDuration(this.#wait.left)}`)}</p>` : nothing}
      <button class="primary wide" type="submit" ?disabled=${this.busy || waiting}>${this.busy ? msg('One moment…') : this.action}</button>
      <div class="ways">${this.#ways()}</div>
    </form>`;
  }

  get #passkeyWorks(): boolean {
    return this.user.passkey !== undefined && passkeysThere();
  }

  get #pinWorks(): boolean {
    return this.user.hasPin && !this.user.pinDisabled;
  }

  /** The wait is counted beside it, so the sentence does not name it. */
  #fault(): string {
    if (this.error === undefined) return '';
    return this.error.code === 'auth.locked_out' ? msg('Too many wrong attempts. Wait a little, then try again.') : sentenceOf(this.error);
  }

  #field(): TemplateResult {
    const invalid = this.error !== undefined;
    if (this.kind === 'phrase') {
      return html`<label class="field"><span>${msg('Recovery phrase')}</span>
        <textarea name="secret" rows="4" autocomplete="off" autocapitalize="off" spellcheck="false" aria-invalid=${invalid ? 'true' : 'false'}></textarea></label>`;
    }
    if (this.kind === 'passkey') return html`<p class="quiet">${msg('Your passkey opens your home on this device.')}</p>`;
    if (this.kind === 'pin') {
      return field({ name: 'secret', label: msg('PIN'), type: 'password', inputmode: 'numeric', autocomplete: 'off', maxlength: LIMITS.pinDigits.max, bare: true, invalid });
    }
    return field({ name: 'secret', label: msg('Password'), type: 'password', autocomplete: 'current-password', bare: true, invalid });
  }

  #ways(): TemplateResult {
    const way = (kind: SecretKind, label: string): TemplateResult | typeof nothing =>
      kind === this.kind ? nothing : html`<button class="plain" type="button" @click=${() => { this.#choose(kind); }}>${label}</button>`;
    return html`
      ${this.#pinWorks ? way('pin', msg('Use PIN')) : nothing}
      ${this.#passkeyWorks ? way('passkey', msg('Use passkey')) : nothing}
      ${way('password', msg('Use password'))}
      ${way('phrase', msg('Use recovery phrase'))}`;
  }

  #choose(kind: SecretKind): void {
    this.kind = kind;
    this.error = undefined;
    void this.focusField();
  }

  readonly #edited = (): void => {
    this.error = undefined;
  };

  readonly #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.kind === 'passkey') return this.#byPasskey();
    const input = this.find<HTMLInputElement | HTMLTextAreaElement>('[name=secret]');
    if (input === undefined || this.busy || this.#wait.left > 0) return;
    if (input.value === '') {
      input.focus();
      return;
    }
    this.busy = true;
    const answer = await this.send(this.kind === 'phrase' ? takePhrase(input) : takeSecret(input), this.kind);
    this.busy = false;
    if (!answer.ok) await this.#refused(answer.error);
  };

  async #byPasskey(): Promise<void> {
    if (this.busy || this.user.passkey === undefined) return;
    this.busy = true;
    const prf = await readPasskey(this.user.passkey);
    const answer = prf && await this.send(prf, 'passkey');
    this.busy = false;
    if (answer?.ok !== true) await this.#refused(answer ? answer.error : { code: 'aborted' });
  }

  async #refused(error: NexusError): Promise<void> {
    this.error = error;
    if (error.code === 'auth.pin_disabled') this.kind = 'password';
    if (error.code === 'auth.locked_out') this.#wait.start(error.retryAfterMs ?? 0);
    await this.focusField();
    shake(this.find('form'));
  }
}

customElements.define('nx-secret-form', NxSecretForm);
