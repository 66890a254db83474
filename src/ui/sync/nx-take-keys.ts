// The dialog by which this device takes over keys that were renewed on another one: by the new recovery phrase, or by that device, on which a person
// compares six digits. The password of this device stays; the home locks when it has them.
import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { UserCard } from '../../workers/contract/device.ts';
import type { HeardFact } from '../../workers/contract/events.ts';
import type { Client, ClientArgs } from '../../workers/door/page/client.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { comparedDigits, digitsStyle } from '../parts/digits.ts';
import { field } from '../parts/field.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import { toast } from '../parts/nx-toasts.ts';
import { takePhrase, takeSecret } from '../parts/secret.ts';
import { Watch } from '../parts/watch.ts';

export class NxTakeKeys extends NxElement {
  static override properties = { client: { attribute: false }, user: { attribute: false }, by: { state: true }, waiting: { state: true }, digits: { state: true } };
  static override styles = [controls, digitsStyle];

  declare client: Client;
  declare user: UserCard;
  declare by: 'phrase' | 'device';
  /** For the other device, until it is called off. */
  declare waiting: AbortController | undefined;
  declare digits: string | undefined;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    this.by = 'phrase';
    new Watch<HeardFact>(this, () => this.client.facts, (fact) => { if (fact.type === 'join.digits') this.digits = fact.digits; });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.waiting?.abort();
  }

  override render(): TemplateResult {
    return html`<nx-dialog .heading=${msg('Take over the new keys')} .seal=${this.user.seal} .open=${true} @nx-close=${this.#close}>${this.waiting === undefined ? this.#form() : this.#approval(this.waiting)}</nx-dialog>`;
  }

  #form(): TemplateResult {
    const phrase = this.by === 'phrase';
    return html`<form class="stack" @submit=${this.#take} @input=${() => { this.#ask.say(undefined); }} novalidate>
      ${phrase ? html`<p>${msg('Type the recovery phrase that was shown when the keys were renewed, and the password that opens your home on this device.')}</p>
          <label class="field"><span>${msg('New recovery phrase')}</span><textarea name="phrase" rows="4" autocomplete="off" autocapitalize="off" spellcheck="false"></textarea></label>`
        : html`<p>${msg('A device that has the new keys will approve this one. Have it at hand, unlocked, and type the password that opens your home on this device.')}</p>`}
      ${field({ name: 'current', label: msg('Current password'), type: 'password', autocomplete: 'current-password' })}
      <p class="hint">${msg('Your password stays. Your home locks when it has the new keys, and opens with the password.')}</p>
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
      <div class="row row-end">
        <button type="button" @click=${this.#close}>${msg('Cancel')}</button>
        <button type="submit" class="primary" ?disabled=${this.#ask.busy}>${this.#ask.busy ? msg('One moment…') : phrase ? msg('Take over') : msg('Ask my other device')}</button>
      </div>
      <div class="row"><button type="button" class="plain flush" @click=${this.#otherWay}>${phrase ? msg('Use another device instead') : msg('Use the recovery phrase instead')}</button></div>
    </form>`;
  }

  #approval(abort: AbortController): TemplateResult {
    const { digits } = this;
    return html`<div class="stack">
      <p>${msg('On the device that has the new keys, open Account and choose “Approve a new device…”. It is good for five minutes.')}</p>
      ${digits === undefined ? html`<p class="quiet" role="status">${msg('Waiting for your other device…')}</p>`
        : html`${comparedDigits(digits, msg('Digits'))}<p role="status">${msg('Does your other device show the same six digits? Then approve it there. If they differ, say so there.')}</p>`}
      <div class="row row-end"><button type="button" @click=${() => { abort.abort(); }}>${msg('Cancel')}</button></div>
    </div>`;
  }

  readonly #close = (): void => { this.emit('nx-close-take'); };

  readonly #otherWay = (): void => {
    this.by = this.by === 'phrase' ? 'device' : 'phrase';
    this.#ask.say(undefined);
  };

  readonly #take = async (event: Event): Promise<void> => {
    event.preventDefault();
    const phrase = this.find<HTMLTextAreaElement>('[name=phrase]');
    if (phrase?.value.trim() === '') {
      this.#ask.say(msg('Type the new recovery phrase first.'));
      return;
    }
    const asked: ClientArgs<'takeRenewedKeys'> = { secret: takeSecret(this.find<HTMLInputElement>('[name=current]')!), ...(phrase && { phrase: takePhrase(phrase) }) };
    const abort = new AbortController();
    this.digits = undefined;
    this.waiting = phrase ? undefined : abort;
    const answer = await this.#ask.of(() => this.client.call.takeRenewedKeys(asked, { signal: abort.signal }));
    this.waiting = undefined;
    if (!answer.ok) {
      if (answer.error.code === 'aborted') this.#ask.say(undefined);
      return;
    }
    toast(this, msg('This device has the new keys. Unlock your home with your password.'));
    this.#close();
  };
}

customElements.define('nx-take-keys', NxTakeKeys);
