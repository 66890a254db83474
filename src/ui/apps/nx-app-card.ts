// One app as the Apps surface shows it: what it is, what it may do and until when, and the ways to end that.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { AccessEntry, AppCard, GrantCard } from '../../workers/contract/grants.ts';
import type { SyncState } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { formatBytes, formatDateTime, formatNumber } from '../format.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import { toast } from '../parts/nx-toasts.ts';
import { appsStyle } from './apps-style.ts';
import './nx-carried.ts';
import { callWords, scopeWords, untilWords } from './scope-words.ts';

export class NxAppCard extends NxElement {
  static override properties = { client: { attribute: false }, app: { attribute: false }, sync: { attribute: false }, log: { state: true }, removing: { state: true } };
  static override styles = [controls, appsStyle];

  declare client: Client;
  declare app: AppCard;
  /** Of the home. */
  declare sync: SyncState;
  declare log: readonly AccessEntry[] | undefined;
  declare removing: boolean;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    new KeepPlace(this);
    this.sync = 'off';
    this.removing = false;
  }

  override render(): TemplateResult {
    const { name, origin, kind, grants, denied, dataset } = this.app;
    return html`<div class="card app">
      <div class="head"><span class="letter" aria-hidden="true">${[...name][0] ?? ''}</span>
        <div class="what"><span class="title">${name}</span><span class="quiet small">${kind === 'connected' ? msg(str`Page at ${origin}`) : origin}${dataset.entries === 0 ? nothing : html` · ${msg(str`keeps ${formatBytes(dataset.bytes)}`)}`}</span></div>
        ${kind === 'embedded' ? html`<button type="button" class="primary" aria-label=${msg(str`Open ${name}`)} @click=${() => { this.emit('nx-open-app', this.app); }}>${msg('Open')}</button>` : nothing}</div>
      ${grants.length === 0 ? html`<p class="quiet">${msg('It has no access to anything.')}</p>` : html`<ul class="rights" aria-label=${msg(str`What ${name} may do`)}>${grants.map((grant) => this.#right(grant))}</ul>`}
      <nx-carried .client=${this.client} .app=${this.app} .sync=${this.sync}></nx-carried>
      <div class="row">
        ${grants.length > 1 ? html`<button type="button" @click=${() => { void this.#revoke(); }}>${msg('Revoke everything')}</button>` : nothing}
        ${denied ? html`<button type="button" @click=${() => { void this.#ask.of(() => this.client.call.forgetDenials({ appId: this.app.appId })); }}>${msg('Let it ask again')}</button>` : nothing}
        <button type="button" @click=${() => { void this.#showLog(); }}>${msg('What it did')}</button>
        <button type="button" @click=${() => { this.removing = true; }}>${msg('Remove app…')}</button></div>
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
    </div>
    ${this.log === undefined ? nothing : this.#logDialog(this.log)}
    ${this.removing ? this.#removeDialog() : nothing}`;
  }

  #right(grant: GrantCard): TemplateResult {
    const place = grant.path === '' ? msg('Your whole home') : grant.path;
    const onFiles = grant.scope === 'read:files' || grant.scope === 'write:files';
    return html`<li class="right"><span class="scope">${scopeWords(grant.scope, grant.online ? 'account' : 'folder')}
        <span class="quiet small">${onFiles ? html`${place ?? msg('a folder that is gone')} · ` : nothing}${grant.from === undefined ? nothing : html`${msg(str`from ${grant.from}`)} · `}${untilWords(grant)}${grant.purpose === '' ? nothing : html`<br>“${grant.purpose}”`}</span></span>
      <button type="button" aria-label=${msg(str`Revoke: ${scopeWords(grant.scope, grant.online ? 'account' : 'folder')}`)} @click=${() => { void this.#revoke(grant); }}>${msg('Revoke')}</button></li>`;
  }

  #logDialog(log: readonly AccessEntry[]): TemplateResult {
    return html`<nx-dialog open .heading=${msg(str`What “${this.app.name}” did`)} @nx-close=${() => { this.log = undefined; }}>
      ${log.length === 0 ? html`<p class="quiet">${msg('Nothing yet.')}</p>` : html`<ul class="log">${log.map(({ at, call, count, bytes, result, path }) => html`<li>
        <span>${callWords(call)}${path === undefined || path === '' ? nothing : html` <b>${path}</b>`}${count > 1 ? html` <span class="quiet">× ${formatNumber(count)}</span>` : nothing}${result === 'ok' ? nothing : html` <span class="quiet">${msg('refused')} · ${result}</span>`}</span>
        <span class="quiet small">${bytes > 0 ? html`${formatBytes(bytes)} · ` : nothing}${formatDateTime(at)}</span></li>`)}</ul>`}
      <div slot="actions"><button type="button" class="primary" @click=${() => { this.log = undefined; }}>${msg('Close')}</button></div>
    </nx-dialog>`;
  }

  #removeDialog(): TemplateResult {
    const { name, dataset } = this.app;
    return html`<nx-dialog open .heading=${msg(str`Remove “${name}”?`)} @nx-close=${() => { this.removing = false; }}>
      <p>${msg('Its permissions end, and what it keeps for itself is deleted. Files in your folders stay.')}</p>
      ${dataset.entries === 0 ? nothing : html`<p class="note warn">${msg(str`It keeps ${formatBytes(dataset.bytes)} for itself. This cannot be brought back.`)}</p>`}
      <div slot="actions"><button type="button" @click=${() => { this.removing = false; }}>${msg('Cancel')}</button>
        <button type="button" class="danger" @click=${() => { void this.#remove(); }}>${msg('Remove app')}</button></div>
    </nx-dialog>`;
  }

  async #revoke(grant?: GrantCard): Promise<void> {
    const { appId, name } = this.app;
    const revoked = await this.#ask.of(() => this.client.call.revokeAccess({ appId, ...(grant && { grantId: grant.grantId }) }));
    if (revoked.ok) toast(this, grant ? msg(str`“${name}” may no longer do this.`) : msg(str`“${name}” has no access any more.`));
  }

  async #showLog(): Promise<void> {
    const log = await this.#ask.of(() => this.client.call.readAccessLog({ appId: this.app.appId }));
    if (log.ok) this.log = log.value;
  }

  async #remove(): Promise<void> {
    this.removing = false;
    await this.#ask.of(() => this.client.call.removeApp({ appId: this.app.appId }));
  }
}

customElements.define('nx-app-card', NxAppCard);
