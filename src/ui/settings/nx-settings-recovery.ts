// Settings, "Recovery": tries a recovery phrase without using it, and makes a new one.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { UserCard } from '../../workers/contract/device.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { field } from '../parts/field.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-phrase.ts';
import { toast } from '../parts/nx-toasts.ts';
import { takePhrase, takeSecret } from '../parts/secret.ts';
import '../sync/nx-renew-keys.ts';
import { secretDialog } from './secret-dialog.ts';
import { row, settingsStyle } from './settings-row.ts';

export class NxSettingsRecovery extends NxElement {
  static override properties = { client: { attribute: false }, user: { attribute: false }, asking: { state: true }, phrase: { state: true } };
  static override styles = [controls, settingsStyle];

  declare client: Client;
  declare user: UserCard;
  declare asking: 'drill' | 'renew' | 'keys' | undefined;
  declare phrase: string | undefined;
  readonly #ask = new Ask(this);

  override render(): TemplateResult {
    return html`<section aria-labelledby="heading">
      <h2 id="heading">${msg('Recovery')}</h2>
      ${this.user.recoveryUnconfirmed ? html`<p class="note warn">${msg('You have not confirmed your recovery phrase yet. Try it, or make a new one, before you need it.')}</p>` : nothing}
      <div class="rows">
        ${row({ title: msg('Try your recovery phrase'), text: msg('Checks that the words you keep open your home. Nothing is changed.'), control: html`<button type="button" @click=${() => { this.asking = 'drill'; }}>${msg('Try it…')}</button>` })}
        ${row({ title: msg('New recovery phrase'), text: msg('The old one stops working here. Backups made before still open with it.'), control: html`<button type="button" @click=${() => { this.asking = 'renew'; }}>${msg('Make a new one…')}</button>` })}
        ${row({ title: msg('Keys of your home'), text: msg('Where somebody may have your phrase or a device of yours: new keys shut them out of everything that comes after.'), control: html`<button type="button" @click=${() => { this.asking = 'keys'; }}>${msg('Renew keys…')}</button>` })}
      </div>
    </section>
    ${this.asking === 'keys' ? html`<nx-renew-keys .client=${this.client} .user=${this.user} @nx-close-renew=${this.#close}></nx-renew-keys>` : nothing}
    ${this.asking === 'drill' ? this.#drillDialog() : nothing}
    ${this.asking === 'renew' ? this.#renewDialog() : nothing}
    ${this.phrase === undefined ? nothing : this.#phraseDialog(this.phrase)}`;
  }

  #drillDialog(): TemplateResult {
    const body = html`<label class="field"><span>${msg('Recovery phrase')}</span><textarea name="phrase" rows="4" autocomplete="off" autocapitalize="off" spellcheck="false"></textarea></label>`;
    return secretDialog({ heading: msg('Try your recovery phrase'), seal: this.user.seal, body, action: msg('Try it'), ask: this.#ask, submit: this.#drill, close: this.#close });
  }

  #renewDialog(): TemplateResult {
    const body = field({ name: 'current', label: msg('Current password'), type: 'password', autocomplete: 'current-password' });
    return secretDialog({ heading: msg('Make a new recovery phrase'), seal: this.user.seal, body, action: msg('Make a new one'), ask: this.#ask, submit: this.#renew, close: this.#close });
  }

  #phraseDialog(phrase: string): TemplateResult {
    return html`<nx-dialog wide .heading=${msg('New recovery phrase')} .seal=${this.user.seal} .open=${true} @nx-close=${() => { this.phrase = undefined; }}>
      <nx-phrase .phrase=${phrase} .owner=${this.user.name} @nx-confirmed=${this.#confirmed}></nx-phrase>
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
    </nx-dialog>`;
  }

  readonly #close = (): void => {
    this.asking = undefined;
    this.#ask.say(undefined);
  };

  readonly #drill = async (event: Event): Promise<void> => {
    event.preventDefault();
    const secret = takePhrase(this.find<HTMLTextAreaElement>('[name=phrase]')!);
    const answer = await this.#ask.of(() => this.client.call.tryRecoveryPhrase({ secret }));
    if (!answer.ok) return;
    if (!answer.value) {
      this.#ask.say(msg('This phrase does not open your home. Check the words, or make a new phrase while you can still log in.'));
      return;
    }
    if (this.user.recoveryUnconfirmed) await this.client.call.confirmRecovery({});
    this.#close();
    toast(this, msg('Your recovery phrase opens your home. Keep it where it is.'));
  };

  readonly #renew = async (event: Event): Promise<void> => {
    event.preventDefault();
    const secret = takeSecret(this.find<HTMLInputElement>('[name=current]')!);
    const answer = await this.#ask.of(() => this.client.call.newRecoveryPhrase({ secret }));
    if (!answer.ok) return;
    this.#close();
    this.phrase = answer.value.phrase;
  };

  readonly #confirmed = async (): Promise<void> => {
    const answer = await this.#ask.of(() => this.client.call.confirmRecovery({}));
    if (!answer.ok) return;
    this.phrase = undefined;
    toast(this, msg('Your new recovery phrase is in use.'));
  };
}

customElements.define('nx-settings-recovery', NxSettingsRecovery);
