// Whether a person's settings are the same on their devices, and the question whose count where they begin to be. Part of Sync in Account.
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { SyncStatus } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';

export class NxSameSettings extends NxElement {
  static override properties = { client: { attribute: false }, state: { attribute: false }, paused: { attribute: false }, asking: { state: true } };
  static override styles = [controls, css`
    label.choice { align-items: start; padding-block: 0.625rem; }
    label.choice > span { display: grid; min-inline-size: 0; }
    [slot="actions"] { flex-wrap: wrap; }
  `];

  declare client: Client;
  declare state: NonNullable<SyncStatus['settings']>;
  /** Then nothing is begun: the account would have to be asked. */
  declare paused: boolean;
  /** The account has other settings: the person is asked whose count. */
  declare asking: boolean;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    this.state = 'off';
    this.paused = false;
    this.asking = false;
  }

  override render(): TemplateResult {
    const on = this.state !== 'off';
    return html`<div class="stack-tight">
      <label class="choice"><input type="checkbox" aria-labelledby="same" aria-describedby="same-hint" ?disabled=${this.#ask.busy || (this.paused && !on)} .checked=${live(on)} @change=${this.#toggle}>
        <span><span id="same">${msg('Use the same settings on my devices')}</span>
          <span id="same-hint" class="quiet small">${msg('Language, appearance, automatic lock, the view of Files and how many backups are kept. They go to your account encrypted.')}</span></span></label>
      ${this.state === 'unreadable' ? html`<p class="note warn">${msg('The settings in your account could not be read: they are damaged, or of a newer Nexus. They and the settings of this device were left as they are.')}</p>` : nothing}
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
    </div>
    ${this.asking ? this.#dialog() : nothing}`;
  }

  #dialog(): TemplateResult {
    return html`<nx-dialog open .heading=${msg('Which settings do you want to use?')} @nx-close=${this.#close}>
      <p>${msg('Your account has other settings than this device. From now on they are the same on every device where you choose so.')}</p>
      <div slot="actions"><button type="button" @click=${this.#close}>${msg('Cancel')}</button>
        <button type="button" @click=${() => { void this.#share(true, 'here'); }}>${msg('Use the settings of this device everywhere')}</button>
        <button type="button" class="primary" @click=${() => { void this.#share(true, 'there'); }}>${msg('Use the settings from my other devices')}</button></div>
    </nx-dialog>`;
  }

  readonly #close = (): void => { this.asking = false; };

  readonly #toggle = (event: Event): void => { void this.#share((event.target as HTMLInputElement).checked); };

  /** What came of it is seen by the change that follows; until then, and where it was refused or asks, the box shows what still holds. */
  async #share(on: boolean, take?: 'here' | 'there'): Promise<void> {
    this.asking = false;
    const answer = await this.#ask.of(() => this.client.call.shareSettings({ on, ...(take && { take }) }));
    this.asking = answer.ok && answer.value.asks;
  }
}

customElements.define('nx-same-settings', NxSameSettings);
