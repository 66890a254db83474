// Brings the home that an account carries onto this device: sign in, look what is there, open it by the recovery phrase. Leaving earlier keeps nothing.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { Subject } from 'rxjs';
import type { AccountStatus } from '../../workers/contract/account.ts';
import type { DeviceStatus } from '../../workers/contract/device.ts';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { HeardFact } from '../../workers/contract/events.ts';
import type { Progress } from '../../workers/contract/home.ts';
import type { Uid } from '../../workers/contract/ids.ts';
import type { Client, ClientArgs } from '../../workers/door/page/client.ts';
import { failureWords } from '../account/account-words.ts';
import '../account/nx-sign-in.ts';
import { sentenceOf } from '../errors.ts';
import { controls } from '../parts/controls.ts';
import { comparedDigits, digitsStyle } from '../parts/digits.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-progress.ts';
import { signShell } from '../parts/sign-shell.ts';
import { Watch } from '../parts/watch.ts';
import { askToKeep } from '../storage/durability.ts';
import { joinAccount } from './join-account.ts';
import type { NxJoinForm } from './nx-join-form.ts';
import './nx-join-form.ts';

type Way = NxJoinForm['by'];

type Step =
  | { readonly at: 'begin' | 'sign_in' | 'look' | 'none' | 'done' }
  | { readonly at: 'here'; readonly uid: Uid }
  | { readonly at: 'form'; readonly by?: Way; readonly error?: NexusError }
  | { readonly at: 'work'; readonly abort: AbortController; readonly by: Way }
  | { readonly at: 'stuck'; readonly error: NexusError };

/** In these, an account that is gone means that the way begins anew. */
const SIGNED_IN: readonly Step['at'][] = ['look', 'none', 'here', 'form'];

export class NxJoin extends NxElement {
  static override properties = {
    client: { attribute: false }, status: { attribute: false }, step: { state: true }, signingIn: { state: true }, fault: { state: true }, progress: { state: true }, nameAsked: { state: true }, digits: { state: true },
  };
  static override styles = [controls, signShell, digitsStyle, css`.sheet { inline-size: min(100%, 40rem); }`];

  declare client: Client;
  declare status: DeviceStatus;
  declare step: Step;
  /** The dialog is open. */
  declare signingIn: boolean;
  declare fault: string;
  declare progress: Progress | undefined;
  declare nameAsked: boolean;
  /** What this device and the one that approves it show. */
  declare digits: string | undefined;
  readonly #again = new Subject<void>();
  readonly #account = new Watch<AccountStatus>(this, () => joinAccount(this.client, this.#again, (error) => { this.step = { at: 'stuck', error }; }), (status) => { this.#seen(status); });

  constructor() {
    super();
    this.step = { at: 'begin' };
    this.signingIn = false;
    this.fault = '';
    this.nameAsked = false;
    new Watch<HeardFact>(this, () => this.client.facts, (fact) => { this.#heard(fact); });
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('step')) this.find('h1')?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.step.at === 'work') this.step.abort.abort();
    if (this.step.at !== 'done') void this.client.call.endJoin({});
  }

  override render(): TemplateResult {
    const account = this.#account.value;
    return html`<main class="filled"><section class="sheet">${this.#drawn(this.step)}</section></main>
      ${this.signingIn && account !== undefined ? html`<nx-sign-in staying .client=${this.client} .status=${account} @nx-close-sign-in=${() => { this.signingIn = false; }}></nx-sign-in>` : nothing}`;
  }

  #drawn(step: Step): TemplateResult {
    switch (step.at) {
      case 'begin': return this.#waiting(msg('Bring my home from NexusAccount'));
      case 'sign_in': return this.#signIn();
      case 'look': return this.#waiting(msg('Looking for your home'));
      case 'none': return this.#none();
      case 'here': return this.#here(step.uid);
      case 'form': return this.#form(step.by ?? 'phrase', step.error);
      case 'work': return step.by === 'device' && this.progress === undefined ? this.#approval(step.abort) : this.#work(step.abort);
      case 'done': return this.#done();
      case 'stuck': return this.#stuck(step.error);
    }
  }

  #waiting(heading: string): TemplateResult {
    return html`<header><h1 tabindex="-1">${heading}</h1><p class="quiet" role="status">${msg('One moment…')}</p></header>
      <div class="row row-end">${this.#cancel()}</div>`;
  }

  #signIn(): TemplateResult {
    return html`<header><h1 tabindex="-1">${msg('Bring my home from NexusAccount')}</h1>
        <p class="quiet">${msg('Sign in to the account that carries your home. Then your recovery phrase or another device of yours opens it here; the server cannot open it. Nothing is kept here until then.')}</p></header>
      <p class="alert" role="alert">${this.fault}</p>
      <div class="row row-end">${this.#cancel()}
        <button type="button" class="primary" @click=${() => { this.fault = ''; this.signingIn = true; }}>${this.#account.value?.attempt === undefined ? msg('Sign in to NexusAccount') : msg('Go on')}</button></div>`;
  }

  #none(): TemplateResult {
    return html`<header><h1 tabindex="-1">${msg('There is no home in this account')}</h1>
        <p>${msg('On the device that has your home, open Account, sign in to this account and choose “Sync this home”. Then come back here. Nothing was changed.')}</p></header>
      <div class="row row-end">${this.#cancel()}<button type="button" class="primary" @click=${this.#look}>${msg('Look again')}</button></div>`;
  }

  #here(uid: Uid): TemplateResult {
    const name = this.status.users.find((user) => user.uid === uid)?.name ?? '';
    return html`<header><h1 tabindex="-1">${msg('Your home is on this device already')}</h1>
        <p>${name === '' ? msg('Log in to it here. Nothing was changed.') : msg(str`Log in as “${name}”. Nothing was changed.`)}</p></header>
      <div class="row row-end"><button type="button" class="primary" @click=${this.#leave}>${msg('Log in')}</button></div>`;
  }

  #form(by: Way, error: NexusError | undefined): TemplateResult {
    return html`<header><h1 tabindex="-1">${msg('Open your home on this device')}</h1>
        <p class="quiet">${msg('Your home was found. Open it by its recovery phrase or from another device of yours, and choose the password that opens it on this device.')}</p></header>
      <nx-join-form .by=${by} .error=${error} .nameAsked=${this.nameAsked} .bring=${this.#bring} @nx-cancel=${this.#leave}></nx-join-form>`;
  }

  #work(abort: AbortController): TemplateResult {
    return html`<header><h1 tabindex="-1">${msg('Bringing your home here')}</h1></header>
      <nx-progress .label=${msg('Your home comes to this device')} .progress=${this.progress} cancellable @nx-cancel=${() => { abort.abort(); }}></nx-progress>`;
  }

  #approval(abort: AbortController): TemplateResult {
    const { digits } = this;
    return html`<header><h1 tabindex="-1">${msg('Approve this device from another')}</h1>
        <p>${msg('On a device that has your home, open Account and choose “Approve a new device…”. It is good for five minutes.')}</p></header>
      ${digits === undefined ? html`<p class="quiet" role="status">${msg('Waiting for your other device…')}</p>`
        : html`${comparedDigits(digits, msg('Digits'))}<p role="status">${msg('Does your other device show the same six digits? Then approve it there. If they differ, say so there.')}</p>`}
      <div class="row row-end"><button type="button" @click=${() => { abort.abort(); }}>${msg('Cancel')}</button></div>`;
  }

  #done(): TemplateResult {
    return html`<header><h1 tabindex="-1">${msg('Your home is here')}</h1>
        <p class="quiet">${msg('Log in with the password that you chose for this device. What is not here yet comes by itself.')}</p></header>
      <button class="primary wide" type="button" @click=${this.#leave}>${msg('Continue')}</button>`;
  }

  #stuck(error: NexusError): TemplateResult {
    return html`<header><h1 tabindex="-1">${msg('Your home could not be brought here')}</h1></header>
      <p class="alert" role="alert">${sentenceOf(error)}</p>
      <div class="row row-end">${this.#cancel()}<button type="button" class="primary" @click=${this.#tryAgain}>${msg('Try again')}</button></div>`;
  }

  #cancel(): TemplateResult {
    return html`<button type="button" @click=${this.#leave}>${msg('Cancel')}</button>`;
  }

  readonly #leave = (): void => { this.emit('nx-wish', 'none'); };

  readonly #tryAgain = (): void => {
    this.step = { at: 'begin' };
    this.#again.next();
  };

  #seen(status: AccountStatus): void {
    const { at } = this.step;
    if (status.state === 'authenticated' && (at === 'begin' || at === 'sign_in')) void this.#look();
    else if (at === 'begin') this.step = { at: 'sign_in' };
    else if (SIGNED_IN.includes(at) && status.accounts.length === 0) {
      this.fault = sentenceOf({ code: 'sync.not_joining' });
      this.step = { at: 'sign_in' };
    }
  }

  #heard(fact: HeardFact): void {
    if (fact.type === 'join.digits') this.digits = fact.digits;
    if (fact.type !== 'account.event' || this.step.at !== 'sign_in') return;
    const { name, reason } = fact.event;
    if (name === 'login.timed_out') this.fault = msg('The sign-in took longer than ten minutes and is over. Start again.');
    else if (name === 'login.failed') this.fault = reason === 'login.cancelled' ? '' : failureWords(reason);
    else return;
    this.signingIn = false;
  }

  readonly #look = async (): Promise<void> => {
    this.signingIn = false;
    this.fault = '';
    this.step = { at: 'look' };
    const answer = await this.client.call.findAccountHome({});
    if (this.step.at !== 'look') return;
    if (!answer.ok) this.step = { at: 'stuck', error: answer.error };
    else if (answer.value.here !== undefined) this.step = { at: 'here', uid: answer.value.here };
    else this.step = { at: answer.value.found ? 'form' : 'none' };
  };

  readonly #bring = async (asked: ClientArgs<'joinHome'>): Promise<void> => {
    const abort = new AbortController();
    this.progress = undefined;
    this.digits = undefined;
    const by = asked.secret === undefined ? 'device' : 'phrase';
    this.step = { at: 'work', abort, by };
    const answer = await this.client.call.joinHome(asked, { signal: abort.signal, onProgress: (progress) => { this.progress = progress; } });
    if (answer.ok) {
      this.step = { at: 'done' };
      await askToKeep();
      return;
    }
    const { error } = answer;
    if (error.code === 'user.name_taken' || error.code === 'user.name_invalid') this.nameAsked = true;
    this.step = error.code === 'sync.not_joining' ? { at: 'stuck', error } : { at: 'form', by, error };
  };
}

customElements.define('nx-join', NxJoin);
