// The Account surface: who is signed in online, which one is active, what it keeps there, who else is signed in to it, and the way in and out. What is on the device is shown first and
// waits for no server.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { distinctUntilChanged, filter, map } from 'rxjs';
import type { AccountCard, AccountStatus, AccountUsage } from '../../workers/contract/account.ts';
import type { HeardFact } from '../../workers/contract/events.ts';
import type { UserCard } from '../../workers/contract/device.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import { NxElement } from '../parts/nx-element.ts';
import { toast } from '../parts/nx-toasts.ts';
import { Watch } from '../parts/watch.ts';
import { accountStates } from './account-states.ts';
import { accountStyle } from './account-style.ts';
import { failureWords, hostOf, stateWords } from './account-words.ts';
import { hasAnswer, takeAnswer } from './come-back.ts';
import './nx-account-usage.ts';
import './nx-devices.ts';
import './nx-sign-in.ts';
import '../sync/nx-sync.ts';
import { syncStates } from '../sync/sync-states.ts';

export class NxAccount extends NxElement {
  static override properties = {
    client: { attribute: false }, user: { attribute: false }, shown: { type: Boolean }, joining: { type: Boolean }, signingIn: { state: true }, usage: { state: true },
  };
  static override styles = [controls, accountStyle];

  declare client: Client;
  declare user: UserCard;
  declare shown: boolean;
  /** The person asked for an account before they came here. */
  declare joining: boolean;
  declare signingIn: boolean;
  declare usage: AccountUsage | undefined;
  readonly #ask = new Ask(this);
  readonly #state = new Watch<AccountStatus>(this, () => accountStates(this.client), (status) => { this.#seen(status); });

  /** When all was alike last: by then the server may keep more or less, and know another device. */
  readonly #alike = new Watch<number>(this, () => syncStates(this.client).pipe(map(({ at }) => at), filter((at) => at !== undefined), distinctUntilChanged()), () => { void this.#count(); });

  constructor() {
    super();
    new KeepPlace(this);
    this.shown = false;
    this.joining = false;
    this.signingIn = false;
    new Watch<HeardFact>(this, () => this.client.facts, (fact) => { this.#heard(fact); });
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('joining') && this.joining) this.signingIn = true;
    if (changed.has('shown') && this.shown) void this.#count();
  }

  override render(): TemplateResult {
    const status = this.#state.value;
    return html`<div class="column">
      <h1>${msg('Account')}</h1>
      ${status === undefined ? nothing : this.#body(status)}
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
    </div>
    ${this.signingIn && status !== undefined ? html`<nx-sign-in .client=${this.client} .status=${status} .seal=${this.user.seal} @nx-close-sign-in=${() => { this.signingIn = false; }}></nx-sign-in>` : nothing}`;
  }

  #body(status: AccountStatus): TemplateResult {
    const active = status.accounts.find((each) => each.active);
    return html`
      ${status.accounts.length === 0 && status.state !== 'unavailable' ? this.#welcome(status) : nothing}
      ${status.state === 'unavailable' && status.reason !== 'session.locked' ? this.#unreadable() : nothing}
      ${status.attempt !== undefined && !this.signingIn ? this.#waiting() : nothing}
      ${status.accounts.length === 0 ? nothing : html`
        <p class="state" role="status">${stateWords(status)}</p>
        <ul aria-label=${msg('Accounts')} class="rows">${status.accounts.map((account) => this.#account(account, status))}</ul>`}
      <nx-sync .client=${this.client} .user=${this.user} .signedIn=${active !== undefined}></nx-sync>
      ${status.accounts.length === 0 ? nothing : html`
        ${active === undefined || this.usage === undefined ? nothing : html`<nx-account-usage .client=${this.client} .usage=${this.usage}></nx-account-usage>`}
        ${active === undefined || !['authenticated', 'refresh_pending'].includes(status.state) ? nothing : html`<nx-devices .client=${this.client} .user=${this.user} .accountId=${active.accountId} .alike=${this.#alike.value} .reachable=${this.shown && status.state === 'authenticated'}></nx-devices>`}
        ${status.state === 'expired' ? html`<p class="quiet small">${msg('What is kept at the server, and who is signed in there, is shown again once it answers.')}</p>` : nothing}
        <div><button type="button" @click=${this.#signIn}>${msg('Add another account')}</button></div>`}`;
  }

  #welcome({ providers }: AccountStatus): TemplateResult {
    return html`<section class="card stack">
      <h2>${msg('Everything works without one')}</h2>
      <p>${msg('Your home, your backups and your users need no account and no network. A NexusAccount is for carrying your encrypted home to other devices. Its server never sees a name or a byte of yours in the clear. Cloud sync is optional; export is always possible.')}</p>
      <p class="quiet small">${msg(str`Sign-in server: ${hostOf(providers[0]?.issuer ?? '')}. Others can be added in Settings.`)}</p>
      <div class="row"><button type="button" class="primary" @click=${this.#signIn}>${msg('Sign in to NexusAccount')}</button></div>
    </section>`;
  }

  #unreadable(): TemplateResult {
    return html`<section class="card stack">
      <p>${msg('What this device keeps of your account cannot be read. Your files are not touched. Sign out, and sign in again.')}</p>
      <div class="row"><button type="button" @click=${() => { void this.#leave(); }}>${msg('Sign out')}</button></div>
    </section>`;
  }

  #waiting(): TemplateResult {
    return html`<section class="card row spread"><p>${msg('A sign-in is under way.')}</p><button type="button" class="primary" @click=${this.#signIn}>${msg('Go on')}</button></section>`;
  }

  #account({ accountId, issuer, name, active }: AccountCard, { state }: AccountStatus): TemplateResult {
    const { busy } = this.#ask;
    return html`<li class="line">
      <div class="what"><span class="title">${name ?? msg('Account')}</span><span class="quiet small">${hostOf(issuer)}${active ? html` · ${msg('active')}` : nothing}</span></div>
      <div class="do">
        ${active && state === 'reauth_required' ? html`<button type="button" class="primary" @click=${this.#signIn}>${msg('Sign in again')}</button>` : nothing}
        ${active ? nothing : html`<button type="button" ?disabled=${busy} @click=${() => { void this.#ask.of(() => this.client.call.switchAccount({ accountId })); }}>${msg('Switch')}</button>`}
        <button type="button" ?disabled=${busy} @click=${() => { void this.#leave(accountId); }}>${msg('Sign out')}</button>
      </div>
    </li>`;
  }

  readonly #signIn = (): void => { this.signingIn = true; };

  async #leave(accountId?: AccountCard['accountId']): Promise<void> {
    const answer = await this.#ask.of(() => this.client.call.logoutAccount(accountId === undefined ? {} : { accountId }));
    if (answer.ok) toast(this, msg('Signed out. Everything on this device stays.'));
  }

  #seen(status: AccountStatus): void {
    if (status.attempt === undefined && status.state === 'authenticated') this.signingIn = false;
    if (status.attempt !== undefined) void this.#comeBack(status.attempt.attemptId);
    else if (hasAnswer() && status.state !== 'unavailable') this.#late();
    if (status.state === 'authenticated') void this.#count();
    else this.usage = undefined;
  }

  /** This very tab came back from the provider's pages. */
  async #comeBack(attemptId: NonNullable<AccountStatus['attempt']>['attemptId']): Promise<void> {
    const answer = takeAnswer();
    if (answer !== undefined) await this.#ask.of(() => this.client.call.completeLogin({ attemptId, proof: { kind: 'code', answer } }));
  }

  /** The answer came back, but its ten minutes are over, or somebody called it off. */
  #late(): void {
    takeAnswer();
    this.#ask.say(msg('This sign-in is over. Nothing was changed. Start again.'));
  }

  #heard(fact: HeardFact): void {
    if (fact.type !== 'account.event') return;
    const { name, reason } = fact.event;
    if (name === 'login.completed') toast(this, msg('You are signed in.'));
    if (name === 'login.failed' && reason !== 'login.cancelled') this.#ask.say(failureWords(reason));
    if (name === 'login.timed_out') this.#ask.say(msg('The sign-in took longer than ten minutes and is over. Start again.'));
  }

  async #count(): Promise<void> {
    if (!this.shown || this.#state.value?.state !== 'authenticated') return;
    const answer = await this.client.call.accountUsage({});
    if (answer.ok) this.usage = answer.value;
  }
}

customElements.define('nx-account', NxAccount);
