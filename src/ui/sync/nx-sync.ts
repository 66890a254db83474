// The section "Sync" of Account: whether this home goes to the active account, how far that is, and the way in and out of it. Hidden until that is known.
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { UserCard } from '../../workers/contract/device.ts';
import type { Answer } from '../../workers/contract/surface.ts';
import type { ContentStatus, SyncStatus } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import { toast } from '../parts/nx-toasts.ts';
import { Watch } from '../parts/watch.ts';
import './nx-approve.ts';
import './nx-content-choice.ts';
import './nx-same-settings.ts';
import './nx-take-keys.ts';
import { syncStates } from './sync-states.ts';
import { behindWords, syncFacts, syncSentence, syncWords, unreadableWords } from './sync-words.ts';

export class NxSync extends NxElement {
  static override properties = { client: { attribute: false }, user: { attribute: false }, signedIn: { attribute: false }, stopping: { state: true }, approving: { state: true }, taking: { state: true }, content: { state: true } };
  static override styles = [controls, css`.facts::first-letter { text-transform: uppercase; }`];

  declare client: Client;
  declare user: UserCard;
  /** To any account: only then is sync offered. One that is on is always shown, or nobody could end it. */
  declare signedIn: boolean;
  /** The person is asked whether it is to stop. */
  declare stopping: boolean;
  /** The dialog that lets a new device in is open. */
  declare approving: boolean;
  /** The dialog that takes over renewed keys is open. */
  declare taking: boolean;
  /** As it was when the person was asked. */
  declare content: ContentStatus | undefined;
  readonly #ask = new Ask(this);
  readonly #status = new Watch<SyncStatus>(this, () => syncStates(this.client));

  constructor() {
    super();
    new KeepPlace(this);
    this.signedIn = false;
    this.stopping = false;
    this.approving = false;
    this.taking = false;
  }

  override willUpdate(): void {
    const state = this.#status.value?.state;
    this.hidden = state === undefined || (state === 'off' && !this.signedIn);
  }

  override render(): TemplateResult {
    const status = this.#status.value;
    if (this.hidden || status === undefined) return html``;
    return html`<section class="card stack" aria-labelledby="sync">
      <h2 id="sync">${msg('Sync')}</h2>
      ${this.#body(status)}
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
    </section>
    ${this.stopping ? this.#stopDialog(status) : nothing}
    ${this.approving ? html`<nx-approve .client=${this.client} .user=${this.user} @nx-close-approve=${() => { this.approving = false; }}></nx-approve>` : nothing}
    ${this.taking ? html`<nx-take-keys .client=${this.client} .user=${this.user} @nx-close-take=${() => { this.taking = false; }}></nx-take-keys>` : nothing}`;
  }

  #body({ state, ...status }: SyncStatus): TemplateResult {
    const { busy } = this.#ask;
    if (state === 'off') {
      return html`
        <p>${msg('Your home goes to this account, encrypted: the server sees neither names nor contents. Everything keeps working without it.')}</p>
        <p class="quiet small">${msg('Cloud sync is optional; export is always possible.')}</p>
        <div class="row"><button type="button" class="primary" ?disabled=${busy} @click=${() => { void this.#do(() => this.client.call.startSync({})); }}>${busy ? msg('One moment…') : msg('Sync this home')}</button></div>`;
    }
    const paused = state === 'paused';
    // Without a sign-in neither could do anything.
    const signedOut = state === 'signed_out';
    const facts = syncFacts({ state, ...status });
    return html`
      <div class="stack-tight"><strong>${syncWords({ state, ...status })}</strong>${state === 'synced' && status.behind ? nothing : html`<p>${syncSentence(state)}</p>`}
        ${facts.length === 0 ? nothing : html`<p class="facts quiet small">${facts.join(' · ')}</p>`}</div>
      ${status.behind ? html`<p class="note warn" role="status">${behindWords(status.behind)}</p>` : nothing}
      ${status.unreadable > 0 ? html`<p class="note warn">${unreadableWords(status.unreadable)}</p>` : nothing}
      <div class="row">
        ${state === 'renewed' ? html`<button type="button" class="primary" @click=${() => { this.taking = true; }}>${msg('Take over the new keys…')}</button>` : nothing}
        ${paused || signedOut ? nothing : html`<button type="button" ?disabled=${busy} @click=${() => { void this.#do(() => this.client.call.syncNow({})); }}>${msg('Sync now')}</button>`}
        <button type="button" ?disabled=${busy} @click=${() => { void this.#do(() => this.client.call.pauseSync({ paused: !paused })); }}>${paused ? msg('Resume sync') : msg('Pause sync')}</button>
        ${signedOut ? nothing : html`<button type="button" @click=${() => { this.approving = true; }}>${msg('Approve a new device…')}</button>`}
        <button type="button" ?disabled=${busy} @click=${this.#askToStop}>${msg('Stop syncing')}</button>
      </div>
      <nx-same-settings .client=${this.client} .state=${status.settings ?? 'off'} .paused=${paused}></nx-same-settings>
      <nx-content-choice .client=${this.client}></nx-content-choice>`;
  }

  #stopDialog({ toCome, partial }: SyncStatus): TemplateResult {
    return html`<nx-dialog open .heading=${msg('Stop syncing this home?')} @nx-close=${this.#close}>
      <p>${msg('What is here stays here, and what is at the server stays there. Nothing more is sent or brought, until you start again.')}</p>
      ${partial ? html`<p class="note warn">${msg('Only a part of your home has come to this device. What is not listed here stays in your account alone until you sync again.')}</p>` : nothing}
      ${toCome === 0 ? nothing : html`<p class="note warn">${msg('Not everything has come yet. Files that are only online do not open on this device until you sync again.')}</p>`}
      ${this.content?.all === false && (this.content.absent ?? 0) > 0 ? html`<p class="note warn">${msg('Some content is at the server alone, and does not open on this device until you sync again. To have it here first, choose “Keep everything on this device” and wait until nothing is still to come.')}</p>` : nothing}
      <div slot="actions"><button type="button" @click=${this.#close}>${msg('Cancel')}</button>
        <button type="button" class="danger" @click=${this.#stop}>${msg('Stop now')}</button></div>
    </nx-dialog>`;
  }

  readonly #askToStop = async (): Promise<void> => {
    const content = await this.client.call.contentChoice({ count: true });
    this.content = content.ok ? content.value : undefined;
    this.stopping = true;
  };

  readonly #close = (): void => { this.stopping = false; };

  readonly #stop = async (): Promise<void> => {
    this.stopping = false;
    if (await this.#do(() => this.client.call.stopSync({}))) toast(this, msg('Sync has ended. Nothing was removed here or there.'));
  };

  /** What came of it is seen by the change that follows. */
  async #do(call: () => Promise<Answer<SyncStatus>>): Promise<boolean> {
    const answer = await this.#ask.of(call);
    if (!answer.ok && answer.error.code === 'sync.keys_renewed') this.taking = true;
    return answer.ok;
  }
}

customElements.define('nx-sync', NxSync);
