// Who is signed in to the active account, as its server lists them, which of them is this device, and the end of any other. Hidden until the server
// has answered, and where it has no such list.
import { msg, str } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { SignInCard } from '../../workers/contract/account.ts';
import type { AccountId } from '../../workers/contract/ids.ts';
import type { Answer } from '../../workers/contract/surface.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { formatDateTime } from '../format.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import { toast } from '../parts/nx-toasts.ts';
import { accountStyle } from './account-style.ts';

export class NxSignIns extends NxElement {
  static override properties = { client: { attribute: false }, accountId: { attribute: false }, reachable: { type: Boolean }, answer: { state: true }, ending: { state: true } };
  static override styles = [controls, accountStyle];

  declare client: Client;
  declare accountId: AccountId;
  /** Somebody looks, and the account is connected. */
  declare reachable: boolean;
  declare answer: Answer<readonly SignInCard[]> | undefined;
  /** The one that the person is asked about. */
  declare ending: SignInCard | undefined;
  readonly #ask = new Ask(this);
  #question = 0;

  constructor() {
    super();
    this.reachable = false;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('accountId')) this.#forget();
    this.hidden = this.answer === undefined || (this.answer.ok ? this.answer.value.length === 0 : !this.answer.error.code.startsWith('account.provider_'));
  }

  override updated(changed: PropertyValues<this>): void {
    if (this.reachable && (changed.has('reachable') || changed.has('accountId'))) void this.#list();
  }

  override render(): TemplateResult {
    const { answer, ending } = this;
    if (this.hidden || answer === undefined) return html``;
    return html`<section class="stack-tight" aria-labelledby="sign-ins">
      <h2 id="sign-ins">${msg('Sign-ins')}</h2>
      ${answer.ok ? html`<ul aria-labelledby="sign-ins" class="rows">${answer.value.map((each) => this.#signIn(each))}</ul>` : html`<p class="quiet small">${sentenceOf(answer.error)}</p>`}
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
    </section>
    ${ending === undefined ? nothing : this.#endDialog(ending)}`;
  }

  #signIn(signIn: SignInCard): TemplateResult {
    const { client, begunAt, current } = signIn;
    return html`<li class="line">
      <div class="what"><span class="title">${client}${current ? html` · ${msg('this device')}` : nothing}</span>${this.#when(signIn)}</div>
      ${current ? nothing : html`<div class="do"><button type="button" ?disabled=${this.#ask.busy} aria-label=${msg(str`End: ${client}, signed in ${formatDateTime(begunAt)}`)} @click=${() => { this.ending = signIn; }}>${msg('End')}</button></div>`}
    </li>`;
  }

  #when({ begunAt, usedAt }: SignInCard): TemplateResult {
    return html`<span class="quiet small">${msg(str`Signed in ${formatDateTime(begunAt)}; last used ${formatDateTime(usedAt)}`)}</span>`;
  }

  #endDialog(signIn: SignInCard): TemplateResult {
    const close = () => { this.ending = undefined; };
    return html`<nx-dialog open .heading=${msg(str`End the sign-in of “${signIn.client}”?`)} @nx-close=${close}>
      <p>${this.#when(signIn)}</p>
      <p>${msg('That device or app is signed out of your account at once and has to sign in again. What is kept on it stays there.')}</p>
      <div slot="actions"><button type="button" @click=${close}>${msg('Cancel')}</button>
        <button type="button" class="danger" @click=${() => { void this.#end(signIn); }}>${msg('End sign-in')}</button></div>
    </nx-dialog>`;
  }

  /** Another account's list is on nobody's screen, nor is its answer awaited. */
  #forget(): void {
    this.#question += 1;
    this.answer = undefined;
    this.ending = undefined;
    this.#ask.say(undefined);
  }

  async #list(): Promise<void> {
    this.#question += 1;
    const question = this.#question;
    const answer = await this.client.call.accountSignIns({});
    if (question === this.#question) this.answer = answer;
  }

  async #end({ signInId }: SignInCard): Promise<void> {
    this.ending = undefined;
    const ended = await this.#ask.of(() => this.client.call.endAccountSignIn({ signInId }));
    if (ended.ok) toast(this, msg('The sign-in was ended.'));
    await this.#list();
  }
}

customElements.define('nx-sign-ins', NxSignIns);
