// Who is signed in to the active account, as its server lists them: devices that carry this home by their names, and others by what signed in. One
// is renamed, removed or signed out here. Hidden until the server has answered, and where it has no such list.
import { msg, str } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { UserCard } from '../../workers/contract/device.ts';
import type { AccountId } from '../../workers/contract/ids.ts';
import { SYNC_LIMITS } from '../../workers/contract/limits.ts';
import type { Answer } from '../../workers/contract/surface.ts';
import type { DeviceCard } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { formatDateTime } from '../format.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { field } from '../parts/field.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import { toast } from '../parts/nx-toasts.ts';
import '../sync/nx-renew-keys.ts';
import { accountStyle } from './account-style.ts';

type Asked = { readonly about: 'end' | 'remove' | 'rename'; readonly device: DeviceCard };

export class NxDevices extends NxElement {
  static override properties = { client: { attribute: false }, user: { attribute: false }, accountId: { attribute: false }, alike: { attribute: false }, reachable: { type: Boolean }, answer: { state: true }, asked: { state: true } };
  static override styles = [controls, accountStyle];

  declare client: Client;
  declare user: UserCard;
  declare accountId: AccountId;
  /** When this device and the account were alike last: the list is asked for anew with each. */
  declare alike: number | undefined;
  /** Somebody looks, and the account is connected. */
  declare reachable: boolean;
  declare answer: Answer<readonly DeviceCard[]> | undefined;
  /** What the person is asked. */
  declare asked: Asked | undefined;
  readonly #ask = new Ask(this);
  #question = 0;

  constructor() {
    super();
    new KeepPlace(this);
    this.reachable = false;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('accountId')) this.#forget();
    this.hidden = this.answer === undefined || (this.answer.ok ? this.answer.value.length === 0 : !this.answer.error.code.startsWith('account.provider_'));
  }

  override updated(changed: PropertyValues<this>): void {
    if (this.reachable && (changed.has('reachable') || changed.has('accountId') || changed.has('alike'))) void this.#list();
  }

  override render(): TemplateResult {
    const { answer, asked } = this;
    if (this.hidden || answer === undefined) return html``;
    return html`<section class="stack-tight" aria-labelledby="devices">
      <h2 id="devices">${msg('Devices')}</h2>
      ${answer.ok ? html`<ul aria-labelledby="devices" class="rows">${answer.value.map((each) => this.#device(each))}</ul>` : html`<p class="quiet small">${sentenceOf(answer.error)}</p>`}
      <p class="alert" role="alert">${asked?.about === 'rename' ? '' : this.#ask.fault ?? ''}</p>
    </section>
    ${asked === undefined ? nothing : this.#dialog(asked)}`;
  }

  #device(device: DeviceCard): TemplateResult {
    const { name, client, current } = device;
    return html`<li class="line">
      <div class="what"><span class="title">${name ?? client}${current ? html` · ${msg('this device')}` : nothing}</span>${this.#when(device)}</div>
      <div class="do">
        ${name === undefined ? nothing : this.#button({ about: 'rename', device }, msg('Rename'), msg(str`Rename: ${name}`))}
        ${current ? nothing : name === undefined ? this.#button({ about: 'end', device }, msg('End'), msg(str`End: ${client}, signed in ${formatDateTime(device.begunAt)}`)) : this.#button({ about: 'remove', device }, msg('Remove'), msg(str`Remove: ${name}`))}
      </div>
    </li>`;
  }

  #button(asked: Asked, words: string, name: string): TemplateResult {
    return html`<button type="button" ?disabled=${this.#ask.busy} aria-label=${name} @click=${() => { this.#ask.say(undefined); this.asked = asked; }}>${words}</button>`;
  }

  #when({ begunAt, usedAt }: DeviceCard): TemplateResult {
    return html`<span class="quiet small">${msg(str`Signed in ${formatDateTime(begunAt)}; last used ${formatDateTime(usedAt)}`)}</span>`;
  }

  #dialog({ about, device }: Asked): TemplateResult {
    const close = () => { this.asked = undefined; };
    if (about === 'rename') return this.#renameDialog(device, close);
    if (about === 'remove') return html`<nx-renew-keys .client=${this.client} .user=${this.user} .device=${device} @nx-close-renew=${close} @nx-only-sign-out=${() => { void this.#end(device); }}></nx-renew-keys>`;
    return html`<nx-dialog open .heading=${msg(str`End the sign-in of “${device.client}”?`)} @nx-close=${close}>
      <p>${this.#when(device)}</p>
      <p>${msg('That device or app is signed out of your account at once and has to sign in again. What is kept on it stays there.')}</p>
      <div slot="actions"><button type="button" @click=${close}>${msg('Cancel')}</button>
        <button type="button" class="danger" @click=${() => { void this.#end(device); }}>${msg('End sign-in')}</button></div>
    </nx-dialog>`;
  }

  #renameDialog(device: DeviceCard, close: () => void): TemplateResult {
    const heading = device.current ? msg('Rename this device') : msg(str`Rename “${device.name ?? device.client}”`);
    return html`<nx-dialog open .heading=${heading} @nx-close=${close}>
      <form class="stack" @submit=${(event: Event) => { event.preventDefault(); void this.#rename(device); }} @input=${() => { this.#ask.say(undefined); }} novalidate>
        ${field({ name: 'name', label: msg('Name'), value: device.name ?? '', maxlength: SYNC_LIMITS.deviceNameChars, autocomplete: 'off' })}
        <p class="hint">${msg('Only your devices see it; the server does not.')}</p>
        <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
        <div class="row row-end"><button type="button" @click=${close}>${msg('Cancel')}</button><button type="submit" class="primary" ?disabled=${this.#ask.busy}>${msg('Rename')}</button></div>
      </form>
    </nx-dialog>`;
  }

  /** Another account's list is on nobody's screen, nor is its answer awaited. */
  #forget(): void {
    this.#question += 1;
    this.answer = undefined;
    this.asked = undefined;
    this.#ask.say(undefined);
  }

  async #list(): Promise<void> {
    this.#question += 1;
    const question = this.#question;
    const answer = await this.client.call.accountDevices({});
    if (question === this.#question) this.answer = answer;
  }

  async #rename({ signInId }: DeviceCard): Promise<void> {
    const name = this.find<HTMLInputElement>('[name=name]')?.value ?? '';
    const renamed = await this.#ask.of(() => this.client.call.nameDevice({ signInId, name }));
    if (!renamed.ok) return;
    this.asked = undefined;
    await this.#list();
  }

  async #end({ signInId }: DeviceCard): Promise<void> {
    this.asked = undefined;
    const ended = await this.#ask.of(() => this.client.call.endAccountSignIn({ signInId }));
    if (ended.ok) toast(this, msg('The sign-in was ended.'));
    await this.#list();
  }
}

customElements.define('nx-devices', NxDevices);
