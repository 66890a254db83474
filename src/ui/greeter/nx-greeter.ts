// The greeter: who is there, and the way in. Names and seals are all it knows.
import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { DeviceStatus, UserCard } from '../../workers/contract/device.ts';
import type { SecretBytes } from '../../workers/contract/home.ts';
import type { Answer, SecretKind } from '../../workers/contract/surface.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { mark } from '../markers.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-seal.ts';
import '../parts/nx-secret-form.ts';
import type { NxSecretForm } from '../parts/nx-secret-form.ts';
import { signShell } from '../parts/sign-shell.ts';
import { optionAfter } from './option-after.ts';

export class NxGreeter extends NxElement {
  static override properties = { client: { attribute: false }, status: { attribute: false }, chosen: { state: true } };
  static override styles = [controls, signShell, css`
    ul { display: flex; flex-wrap: wrap; gap: 0.5rem; justify-content: center; max-inline-size: 52rem; padding: 0.25rem; }
    li {
      display: grid; justify-items: center; align-content: start; gap: 0.625rem; inline-size: 8.5rem; padding: 1rem 0.5rem; border-radius: var(--nx-radius);
      cursor: pointer; text-align: center; overflow-wrap: anywhere; --seal-size: 5rem; border: 2px solid transparent; font-weight: 550; line-height: 1.3;
    }
    li:hover { background: light-dark(rgb(255 255 255 / 60%), rgb(255 255 255 / 6%)); }
    li:focus-visible { outline-offset: -2px; }
    li[aria-selected='true'] { background: var(--nx-surface); border-color: var(--nx-accent-fill); }
    ul.one li { --seal-size: 6.5rem; inline-size: min(14rem, 100%); background: none; border-color: transparent; font-size: 1.25rem; }
    @media (max-width: 26rem) { li { inline-size: 7.5rem; --seal-size: 4rem; } }
    @media (forced-colors: active) { li[aria-selected='true'] { border-color: Highlight; } }
  `];

  declare client: Client;
  declare status: DeviceStatus;
  declare chosen: string | undefined;

  override firstUpdated(): void {
    mark('greeter: open');
    if (this.status.users.length === 1) this.#toField();
    else this.#focusOption();
  }

  override render(): TemplateResult {
    const user = this.#user;
    return html`<main>
      <h1 class="hidden-name">${msg('Log in to Nexus')}</h1>
      <ul role="listbox" aria-label=${msg('Users')} class=${this.status.users.length === 1 ? 'one' : ''} @keydown=${this.#keys}>
        ${repeat(this.status.users, ({ uid }) => uid, (each) => this.#option(each, each.uid === user?.uid))}
      </ul>
      <div class="login">
        ${user === undefined ? '' : html`<nx-secret-form .user=${user} .action=${msg('Log in')} .send=${this.#login}></nx-secret-form>`}
      </div>
      <div class="below">
        <button class="plain" type="button" @click=${() => { this.emit('nx-wish', 'add-user'); }}>${msg('Add user')}</button>
        <button class="plain" type="button" @click=${() => { this.emit('nx-wish', 'restore'); }}>${msg('Restore from a backup')}</button>
      </div>
    </main>`;
  }

  get #user(): UserCard | undefined {
    return this.status.users.find(({ uid }) => uid === this.chosen) ?? this.status.users[0];
  }

  #option(user: UserCard, selected: boolean): TemplateResult {
    return html`<li role="option" data-uid=${user.uid} tabindex=${selected ? 0 : -1} aria-selected=${selected ? 'true' : 'false'}
      @click=${() => { this.#choose(user.uid); this.#toField(); }}><nx-seal .seal=${user.seal}></nx-seal><span>${user.name}</span></li>`;
  }

  #choose(uid: string): void {
    this.chosen = uid;
  }

  #toField(): void {
    void this.updateComplete.then(() => this.find<NxSecretForm>('nx-secret-form')?.focusField());
  }

  #focusOption(): void {
    void this.updateComplete.then(() => { this.find('[aria-selected=true]')?.focus(); });
  }

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#toField();
      return;
    }
    const uids = this.status.users.map(({ uid }) => uid);
    const next = optionAfter(event.key, uids.indexOf(this.#user?.uid ?? uids[0]!), uids.length);
    if (next === undefined) return;
    event.preventDefault();
    this.#choose(uids[next]!);
    this.#focusOption();
  };

  readonly #login = async (secret: SecretBytes, kind: SecretKind): Promise<Answer<unknown>> => {
    const { uid } = this.#user!;
    const answer = await this.client.call.login({ uid, kind, secret });
    if (answer.ok) {
      mark(`greeter: login ok (user=${uid} sid=${answer.value.sid})`);
      mark(`ui: login uid=${uid}`);
    }
    return answer;
  };
}

customElements.define('nx-greeter', NxGreeter);
