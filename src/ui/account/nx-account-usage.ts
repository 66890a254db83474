// What the active account keeps at its server: how much of its room, by kind, and which devices deleted content still waits for.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { AccountUsage } from '../../workers/contract/account.ts';
import type { Value } from '../../workers/contract/surface.ts';
import type { WaitedFor } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { formatBytes, formatDateTime, formatNumber } from '../format.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import { accountStyle } from './account-style.ts';
import { usageParts } from './usage-words.ts';

const usageStyle = css`
  .bar { display: flex; gap: 2px; block-size: 0.875rem; border-radius: 0.4375rem; overflow: hidden; background: var(--nx-line); }
  .part { min-inline-size: 2px; background: var(--shade); forced-color-adjust: none; }
  .kinds { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
  .kinds li { display: flex; gap: 0.5rem; align-items: baseline; }
  .swatch { inline-size: 0.75rem; block-size: 0.75rem; border-radius: 0.1875rem; background: var(--shade); forced-color-adjust: none; }
`;

const NOTHING_TO_FREE: Value<'roomToFree'> = { pieces: 0, waitsFor: [] };

/** From the accent towards the colour of text, so that neighbours differ in light and in dark. */
const shade = (at: number, of: number): string => `--shade: color-mix(in oklab, var(--nx-accent) ${100 - Math.round((at * 85) / Math.max(of - 1, 1))}%, var(--nx-text))`;

export class NxAccountUsage extends NxElement {
  static override properties = { client: { attribute: false }, usage: { attribute: false }, room: { state: true }, asked: { state: true } };
  static override styles = [controls, accountStyle, usageStyle];

  declare client: Client;
  declare usage: AccountUsage;
  declare room: Value<'roomToFree'>;
  /** The device that the person is asked about. */
  declare asked: WaitedFor | undefined;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    this.room = NOTHING_TO_FREE;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('usage')) void this.#look();
  }

  override render(): TemplateResult {
    const { usage: { bytes, objects, quota }, asked } = this;
    const parts = usageParts(this.usage);
    const words = msg(str`${formatBytes(bytes)} of ${formatBytes(quota.bytes)}`);
    return html`<section class="stack-tight" aria-labelledby="kept">
      <h2 id="kept">${msg('Kept at the server')}</h2>
      <div class="bar" role="meter" aria-labelledby="kept" aria-valuemin="0" aria-valuemax=${quota.bytes} aria-valuenow=${Math.min(bytes, quota.bytes)} aria-valuetext=${words}>
        ${parts.map((part, at) => html`<div class="part" .style=${`${shade(at, parts.length)}; inline-size: ${(100 * part.bytes) / Math.max(quota.bytes, bytes, 1)}%`}></div>`)}
      </div>
      <p class="quiet small">${objects === 1 ? msg(str`${formatBytes(bytes)} of ${formatBytes(quota.bytes)}, 1 object. It is encrypted.`) : msg(str`${formatBytes(bytes)} of ${formatBytes(quota.bytes)}, ${formatNumber(objects)} objects. All of it is encrypted.`)}</p>
      ${parts.length === 0 ? nothing : html`<ul class="kinds small" aria-label=${msg('By kind')}>${parts.map(({ name, bytes: each }, at) => html`<li><span class="swatch" .style=${shade(at, parts.length)}></span>${msg(str`${name}: ${formatBytes(each)}`)}</li>`)}</ul>`}
      ${this.room.pieces === 0 ? nothing : this.#room(this.room)}
    </section>
    ${asked === undefined ? nothing : this.#dialog(asked)}`;
  }

  #room({ pieces, waitsFor }: Value<'roomToFree'>): TemplateResult {
    return html`
      <p class="quiet small">${pieces === 1 ? msg('1 piece of deleted content still takes room. It goes within days, once all your devices know that it was deleted.') : msg(str`${formatNumber(pieces)} pieces of deleted content still take room. They go within days, once all your devices know that they were deleted.`)}</p>
      ${waitsFor.length === 0 ? nothing : html`<ul class="rows" aria-label=${msg('Devices that do not know yet')}>${waitsFor.map((each) => html`<li class="line">
        <div class="what"><span class="title">${this.#nameOf(each)}</span>${each.at === undefined ? nothing : html`<span class="quiet small">${msg(str`last synced ${formatDateTime(each.at)}`)}</span>`}</div>
        <div class="do"><button type="button" aria-label=${msg(str`Stop waiting: ${this.#nameOf(each)}`)} @click=${() => { this.asked = each; }}>${msg('Stop waiting…')}</button></div>
      </li>`)}</ul>`}`;
  }

  #nameOf({ name }: WaitedFor): string {
    return name ?? msg('A device of yours');
  }

  #dialog(asked: WaitedFor): TemplateResult {
    return html`<nx-dialog open .heading=${msg(str`Stop waiting for “${this.#nameOf(asked)}”?`)} @nx-close=${this.#close}>
      <p>${msg('Do this where that device is lost, or will not be used again. The room of what you deleted is then free within days.')}</p>
      <p class="note warn">${msg('Files that you deleted here and changed there meanwhile may come back without their contents, should that device be used again after all. It still has the keys of your home: if somebody else may have it, remove it under Devices as well.')}</p>
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
      <div slot="actions"><button type="button" @click=${this.#close}>${msg('Cancel')}</button>
        <button type="button" class="danger" ?disabled=${this.#ask.busy} @click=${() => { void this.#stop(asked); }}>${msg('Stop waiting')}</button></div>
    </nx-dialog>`;
  }

  readonly #close = (): void => { this.asked = undefined; };

  async #stop({ id }: WaitedFor): Promise<void> {
    const stopped = await this.#ask.of(() => this.client.call.stopWaitingFor({ id }));
    if (!stopped.ok) return;
    this.asked = undefined;
    await this.#look();
  }

  /** The picture is worth having without it. */
  async #look(): Promise<void> {
    const room = await this.client.call.roomToFree({});
    this.room = room.ok ? room.value : NOTHING_TO_FREE;
  }
}

customElements.define('nx-account-usage', NxAccountUsage);
