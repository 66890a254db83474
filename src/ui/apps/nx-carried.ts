// Whether what an app keeps is carried to the person's other devices: the switch, what becomes of what two devices changed, how it
// stands, and the question whose values count where it begins. Part of an app's card.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { AppCard } from '../../workers/contract/grants.ts';
import type { SyncState } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { formatBytes } from '../format.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import { carriedStates, policyWords } from './carried-words.ts';

export class NxCarried extends NxElement {
  static override properties = { client: { attribute: false }, app: { attribute: false }, sync: { attribute: false }, asking: { state: true } };
  static override styles = [controls, css`
    label.choice { align-items: start; padding-block: 0.625rem; }
    label.choice > span { display: grid; min-inline-size: 0; }
    [slot="actions"] { flex-wrap: wrap; }
  `];

  declare client: Client;
  declare app: AppCard;
  declare sync: SyncState;
  /** Both have a value already: the person is asked whose counts. */
  declare asking: boolean;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    this.sync = 'off';
    this.asking = false;
  }

  override render(): TemplateResult | typeof nothing {
    const { carried, dataset } = this.app;
    if (this.sync === 'off' || (carried === undefined && dataset.entries === 0)) return nothing;
    const on = carried?.on === true;
    const disabled = this.#ask.busy || carried === undefined || (this.sync === 'paused' && !on);
    return html`<div class="stack-tight">
      <label class="choice"><input type="checkbox" role="switch" aria-labelledby="carried" aria-describedby="policy" ?disabled=${disabled} .checked=${live(on)} @change=${this.#toggle}>
        <span><span id="carried">${msg('Keep this app’s data on all my devices')}</span>
          <span id="policy" class="quiet small">${policyWords(carried?.policy)}</span></span></label>
      ${carried === undefined ? nothing : html`<p class="quiet small">${[msg(str`It keeps ${formatBytes(dataset.bytes)} here.`), ...carriedStates(carried)].join(' ')}</p>`}
      ${carried?.left ? html`<p class="note warn">${msg('Your account has more of this app than fits here, or something that could not be read. It was left there, and nothing here was changed by it.')}</p>` : nothing}
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
    </div>
    ${this.asking ? this.#dialog() : nothing}`;
  }

  #dialog(): TemplateResult {
    return html`<nx-dialog open .heading=${msg(str`Which data of “${this.app.name}” do you want to use?`)} @nx-close=${this.#close}>
      <p>${msg('This device and your account have different values for the same things. What only one of them has is kept in any case.')}</p>
      <div slot="actions"><button type="button" @click=${this.#close}>${msg('Cancel')}</button>
        <button type="button" @click=${() => { void this.#carry(true, 'here'); }}>${msg('Use what this device has')}</button>
        <button type="button" class="primary" @click=${() => { void this.#carry(true, 'there'); }}>${msg('Use what my other devices have')}</button></div>
    </nx-dialog>`;
  }

  readonly #close = (): void => { this.asking = false; };

  readonly #toggle = (event: Event): void => { void this.#carry((event.target as HTMLInputElement).checked); };

  /** What came of it is seen by the change that follows; until then, and where it was refused or asks, the switch shows what still holds. */
  async #carry(on: boolean, take?: 'here' | 'there'): Promise<void> {
    this.asking = false;
    const answer = await this.#ask.of(() => this.client.call.carryAppData({ appId: this.app.appId, on, ...(take && { take }) }));
    this.asking = answer.ok && answer.value.asks;
  }
}

customElements.define('nx-carried', NxCarried);
