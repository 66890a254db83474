// Welcome: makes a user with name, password and seal, then hands over the recovery phrase. Also where a second user is added.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { SEAL_COLOURS, SEAL_PICTURES, type DeviceStatus, type Seal } from '../../workers/contract/device.ts';
import { LIMITS } from '../../workers/contract/limits.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { mark } from '../markers.ts';
import { controls } from '../parts/controls.ts';
import { field } from '../parts/field.ts';
import { newPasswordFault, newPasswordFields, strengthNow } from '../parts/new-password.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-phrase.ts';
import '../parts/nx-seal-picker.ts';
import { takeSecret } from '../parts/secret.ts';
import { shake } from '../parts/shake.ts';
import { signShell } from '../parts/sign-shell.ts';
import type { Strength } from '../parts/password-strength.ts';
import { askToKeep } from '../storage/durability.ts';

interface Made {
  readonly uid: string;
  readonly phrase: string;
}

export class NxOobe extends NxElement {
  static override properties = {
    client: { attribute: false }, status: { attribute: false }, seal: { state: true }, strength: { state: true }, busy: { state: true }, fault: { state: true }, made: { state: true }, offering: { state: true },
  };
  static override styles = [controls, signShell];

  declare client: Client;
  declare status: DeviceStatus;
  declare seal: Seal;
  declare strength: Strength;
  declare busy: boolean;
  declare fault: string | undefined;
  declare made: Made | undefined;
  /** All is done; an online account is offered. */
  declare offering: boolean;
  #name = '';
  /** As it was when the form was shown; the new user counts from the next time on. */
  #first = true;

  constructor() {
    super();
    this.seal = anySeal((below) => crypto.getRandomValues(new Uint32Array(1))[0]! % below);
    this.strength = 'too_short';
    this.busy = false;
    this.offering = false;
  }

  override willUpdate(): void {
    if (!this.hasUpdated) this.#first = this.status.users.length === 0;
  }

  override firstUpdated(): void {
    mark('ui: oobe start');
    this.find('input')?.focus();
  }

  override render(): TemplateResult {
    return html`<main class="filled"><section class="sheet">${this.offering ? this.#offer() : this.made === undefined ? this.#form() : this.#phrase(this.made)}</section></main>`;
  }

  #form(): TemplateResult {
    return html`
      <header>
        <h1>${this.#first ? msg('Welcome to Nexus') : msg('Add a user')}</h1>
        <p class="quiet">${msg('Your own encrypted home in this browser. It works without a network and without an account anywhere else.')}</p>
      </header>
      <form class="stack" @submit=${this.#create} @input=${this.#edited} novalidate>
        ${field({ name: 'name', label: msg('Your name'), autocomplete: 'username', maxlength: LIMITS.userNameChars })}
        ${newPasswordFields({ password: msg('Password'), repeat: msg('Repeat password') }, this.strength, false)}
        <div class="stack-tight">
          <h2>${msg('Your seal')}</h2>
          <p class="hint">${msg('You will know your own questions from Nexus by it.')}</p>
          <nx-seal-picker .seal=${this.seal} @nx-seal=${(event: CustomEvent<Seal>) => { this.seal = event.detail; }}></nx-seal-picker>
        </div>
        <p class="alert" role="alert">${this.fault ?? ''}</p>
        <button class="primary wide" type="submit" ?disabled=${this.busy}>${this.busy ? msg('One moment…') : msg('Create user')}</button>
      </form>
      <div class="below">
        ${this.#first ? nothing : html`<button class="plain" type="button" @click=${() => { this.emit('nx-wish', 'none'); }}>${msg('Cancel')}</button>`}
        <button class="plain" type="button" @click=${() => { this.emit('nx-wish', 'restore'); }}>${msg('Restore from a backup')}</button>
        <button class="plain" type="button" @click=${() => { this.emit('nx-wish', 'join'); }}>${msg('Bring my home from NexusAccount')}</button>
      </div>`;
  }

  #phrase(made: Made): TemplateResult {
    return html`<nx-phrase .phrase=${made.phrase} .owner=${this.#name} @nx-confirmed=${this.#finish}></nx-phrase>
      <p class="alert" role="alert">${this.fault ?? ''}</p>`;
  }

  #offer(): TemplateResult {
    return html`
      <header>
        <h1 tabindex="-1">${msg('Your home is ready')}</h1>
        <p>${msg('It works as it is, for ever. An online account is for carrying it, encrypted, to other devices. You can make one at any time. Cloud sync is optional; export is always possible.')}</p>
      </header>
      <div class="pair">
        <button type="button" @click=${() => { this.#leave(true); }}>${msg('Create NexusAccount')}</button>
        <button type="button" @click=${() => { this.#leave(false); }}>${msg('Not now')}</button>
      </div>`;
  }

  #leave(joining: boolean): void {
    if (joining) this.emit('nx-join');
    this.emit('nx-wish', 'none');
  }

  #input(name: string): HTMLInputElement {
    return this.find<HTMLInputElement>(`input[name=${name}]`)!;
  }

  readonly #edited = (): void => {
    this.fault = undefined;
    this.strength = strengthNow(this.#input('password'));
  };

  readonly #create = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.busy) return;
    this.#name = this.#input('name').value.trim();
    const fault = this.#name === '' ? msg('Type the name that you want to be greeted by.') : newPasswordFault(this.#input('password').value, this.#input('repeat').value);
    if (fault !== undefined) {
      this.#refuse(fault);
      return;
    }
    this.busy = true;
    this.#input('repeat').value = '';
    this.emit('nx-wish', 'setup');
    const answer = await this.client.call.createUser({ name: this.#name, seal: this.seal, secret: takeSecret(this.#input('password')) });
    this.busy = false;
    if (!answer.ok) {
      this.strength = 'too_short';
      this.#refuse(sentenceOf(answer.error));
      return;
    }
    mark('identity: user created');
    this.made = answer.value;
    await askToKeep();
  };

  #refuse(fault: string): void {
    this.fault = fault;
    this.emit('nx-wish', this.#first ? 'none' : 'add-user');
    shake(this.find('form'));
  }

  readonly #finish = async (): Promise<void> => {
    const answer = await this.client.call.confirmRecovery({});
    if (!answer.ok) {
      this.fault = sentenceOf(answer.error);
      return;
    }
    mark(`oobe: complete (user=${this.made?.uid ?? ''})`);
    this.made = undefined;
    this.offering = true;
    await this.updateComplete;
    this.find('h1')?.focus();
  };
}

/** A seal to begin with; the die is a parameter. */
function anySeal(die: (below: number) => number): Seal {
  return { picture: SEAL_PICTURES[die(SEAL_PICTURES.length)] ?? 'star', colour: SEAL_COLOURS[die(SEAL_COLOURS.length)] ?? 'indigo' };
}

customElements.define('nx-oobe', NxOobe);
