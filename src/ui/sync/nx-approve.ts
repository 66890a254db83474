// The dialog in which an old device lets a new one in: it looks for one that asks, both show six digits, and a secret is asked for before the
// home's key goes anywhere.
import { msg, str } from '@lit/localize';
import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import type { UserCard } from '../../workers/contract/device.ts';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { EnrolmentId } from '../../workers/contract/ids.ts';
import type { WaitingDevice } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { formatClock } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { comparedDigits, digitsStyle } from '../parts/digits.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-secret-form.ts';
import type { SendSecret } from '../parts/nx-secret-form.ts';

type Step =
  | { readonly at: 'look'; readonly found: readonly WaitingDevice[] }
  | { readonly at: 'ask'; readonly id: EnrolmentId; readonly abort: AbortController }
  | { readonly at: 'compare'; readonly id: EnrolmentId; readonly digits: string }
  | { readonly at: 'done' }
  | { readonly at: 'stuck'; readonly error: NexusError };

const LOOK_EVERY_MS = 2_000;

export class NxApprove extends NxElement {
  static override properties = { client: { attribute: false }, user: { attribute: false }, step: { state: true } };
  static override styles = [controls, digitsStyle, css`
    ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.75rem; }
    li { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; justify-content: space-between; }
  `];

  declare client: Client;
  declare user: UserCard;
  declare step: Step;
  #looking: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.step = { at: 'look', found: [] };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get('step');
    // They are read out, and are to be compared before a secret is typed.
    if (before?.at === 'ask' && this.step.at === 'compare') this.find('.digits')?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#looking);
    const { step } = this;
    if (step.at === 'ask') step.abort.abort();
    // Whoever goes away in the midst has not said yes.
    if (step.at === 'ask' || step.at === 'compare') void this.client.call.refuseDevice({ id: step.id });
  }

  override render(): TemplateResult {
    return html`<nx-dialog .heading=${msg('Approve a new device')} .seal=${this.user.seal} .open=${true} @nx-close=${() => { this.emit('nx-close-approve'); }}>
      <div class="stack">${this.#drawn(this.step)}</div>
    </nx-dialog>`;
  }

  #drawn(step: Step): TemplateResult {
    switch (step.at) {
      case 'look': return this.#drawLook(step.found);
      case 'ask': return html`<p role="status">${msg('The two devices make their digits…')}</p>${this.#close(msg('Cancel'))}`;
      case 'compare': return this.#drawCompare(step.id, step.digits);
      case 'done': return html`<p role="status">${msg('Approved. Your home comes to that device now, and opens there with the password that was chosen on it.')}</p>${this.#close(msg('Close'))}`;
      case 'stuck': return html`<p class="alert" role="alert">${sentenceOf(step.error)}</p>
        <div class="row row-end"><button type="button" @click=${() => { this.emit('nx-close-approve'); }}>${msg('Close')}</button><button type="button" class="primary" @click=${this.#again}>${msg('Look again')}</button></div>`;
    }
  }

  #close(words: string): TemplateResult {
    return html`<div class="row row-end"><button type="button" @click=${() => { this.emit('nx-close-approve'); }}>${words}</button></div>`;
  }

  #drawLook(found: readonly WaitingDevice[]): TemplateResult {
    return html`
      <p>${msg('On the new device choose “Bring my home from NexusAccount”, sign in to this account, and choose “Use another device instead”.')}</p>
      <p class="quiet small">${msg('A device of yours that takes over renewed keys asks in the same way.')}</p>
      ${found.length === 0 ? html`<p class="quiet" role="status">${msg('Waiting for the new device…')}</p>`
        : html`<ul aria-label=${msg('Devices')}>${found.map(({ id, until }) => html`<li>
            <span>${msg(str`A new device asks, until ${formatClock(until)}`)}</span>
            <button type="button" class="primary" @click=${() => { void this.#compare(id); }}>${msg('Compare digits')}</button></li>`)}</ul>`}
      ${this.#close(msg('Cancel'))}`;
  }

  #drawCompare(id: EnrolmentId, digits: string): TemplateResult {
    const send: SendSecret = async (secret, kind) => {
      const answer = await this.client.call.approveDevice({ id, secret, kind });
      if (answer.ok) this.step = { at: 'done' };
      else if (!answer.error.code.startsWith('auth.') && answer.error.code !== 'keystore.phrase_invalid') this.step = { at: 'stuck', error: answer.error };
      return answer;
    };
    return html`
      <p>${msg('Does the new device show the same six digits? If it does, it is yours and nobody stands in between.')}</p>
      ${comparedDigits(digits, msg('Digits'))}
      <nx-secret-form .user=${this.user} .action=${msg('Approve')} .send=${send}></nx-secret-form>
      <div class="row spread"><button type="button" class="danger" @click=${() => { void this.#refuse(id); }}>${msg('They differ')}</button>
        <button type="button" @click=${() => { this.emit('nx-close-approve'); }}>${msg('Cancel')}</button></div>`;
  }

  readonly #again = (): void => {
    this.step = { at: 'look', found: [] };
    void this.#look();
  };

  async #look(): Promise<void> {
    if (this.step.at !== 'look' || !this.isConnected) return;
    const answer = await this.client.call.waitingDevices({});
    if (this.step.at !== 'look' || !this.isConnected) return;
    if (!answer.ok) {
      this.step = { at: 'stuck', error: answer.error };
      return;
    }
    this.step = { at: 'look', found: answer.value };
    this.#looking = setTimeout(() => { void this.#look(); }, LOOK_EVERY_MS);
  }

  async #compare(id: EnrolmentId): Promise<void> {
    clearTimeout(this.#looking);
    const abort = new AbortController();
    this.step = { at: 'ask', id, abort };
    const answer = await this.client.call.compareDevice({ id }, { signal: abort.signal });
    if (!this.isConnected) return;
    this.step = answer.ok ? { at: 'compare', id, digits: answer.value.digits } : { at: 'stuck', error: answer.error };
  }

  async #refuse(id: EnrolmentId): Promise<void> {
    const answer = await this.client.call.refuseDevice({ id });
    this.step = { at: 'stuck', error: answer.ok ? { code: 'approval.mismatch' } : answer.error };
  }
}

customElements.define('nx-approve', NxApprove);
