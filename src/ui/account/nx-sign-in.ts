// The sign-in dialog: where one signs in, by which way, and what to do meanwhile. It carries the user's seal where there is one, names the server, and
// holds no secret: the provider's own pages ask for the password, the authority alone gets tokens.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { AccountStatus, AttemptCard, LoginFlow } from '../../workers/contract/account.ts';
import type { Seal } from '../../workers/contract/device.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import { hostOf } from './account-words.ts';
import { awaitAnswer, isAnswerTo } from './come-back.ts';
import { qrPicture } from './qr-picture.ts';

const WINDOW = 'popup,width=520,height=760';

export class NxSignIn extends NxElement {
  static override properties = { client: { attribute: false }, status: { attribute: false }, seal: { attribute: false }, staying: { type: Boolean }, issuer: { state: true }, blocked: { state: true } };
  static override styles = [controls, css`
    svg { inline-size: min(100%, 13rem); margin-inline: auto; border-radius: var(--nx-radius-small); }
    .code { font: 600 1.75rem/1.3 ui-monospace, monospace; letter-spacing: 0.08em; text-align: center; overflow-wrap: anywhere; }
    .ways { display: grid; gap: 0.5rem; }
    .address { overflow-wrap: anywhere; }
  `];

  declare client: Client;
  declare status: AccountStatus;
  /** Absent where there is no user yet. */
  declare seal: Seal | undefined;
  /** The tab must stay: what it is about to do would be lost with it. */
  declare staying: boolean;
  declare issuer: string;
  /** The browser opened no window. */
  declare blocked: boolean;
  readonly #ask = new Ask(this);
  #stopWaiting: (() => void) | undefined;

  constructor() {
    super();
    this.staying = false;
    this.issuer = '';
    this.blocked = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopWaiting = awaitAnswer((answer) => isAnswerTo(this.status.attempt?.url, answer), (answer) => { void this.#answered(answer); });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWaiting?.();
  }

  override willUpdate(): void {
    if (this.issuer === '') this.issuer = this.status.providers[0]?.issuer ?? '';
  }

  override render(): TemplateResult {
    const { attempt } = this.status;
    const host = hostOf(attempt?.issuer ?? this.issuer);
    return html`<nx-dialog .heading=${msg(str`Sign in at ${host}`)} .seal=${this.seal} .open=${true} @nx-close=${this.#close}>
      <div class="stack">
        ${attempt === undefined ? this.#choice() : attempt.device === undefined ? this.#window(attempt) : this.#code(attempt)}
        <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
        <div class="row row-end"><button type="button" @click=${this.#cancel}>${msg('Cancel')}</button></div>
      </div>
    </nx-dialog>`;
  }

  #choice(): TemplateResult {
    const { providers } = this.status;
    const { busy } = this.#ask;
    return html`
      <p>${msg('The server asks for its own password there. It is not your Nexus password: never type that into a web page.')}</p>
      ${providers.length < 2 ? nothing : html`<label class="field"><span>${msg('Sign-in server')}</span>
        <select @change=${(event: Event) => { this.issuer = (event.target as HTMLSelectElement).value; }}>
          ${providers.map(({ issuer }) => html`<option value=${issuer} ?selected=${issuer === this.issuer}>${hostOf(issuer)}</option>`)}
        </select></label>`}
      <div class="ways">
        <button type="button" class="primary" ?disabled=${busy} @click=${() => { void this.#inWindow(); }}>${busy ? msg('One moment…') : msg('Continue in a window')}</button>
        ${this.staying ? nothing : html`<button type="button" ?disabled=${busy} @click=${() => { void this.#inTab(); }}>${msg('Continue in this tab')}</button>`}
        <button type="button" ?disabled=${busy} @click=${() => { void this.#begin('device'); }}>${msg('Use another device')}</button>
      </div>
      ${this.staying ? nothing : html`<p class="hint">${msg('In this tab, Nexus locks meanwhile: you will need your Nexus password to come back in.')}</p>`}`;
  }

  #window({ url }: AttemptCard): TemplateResult {
    return html`
      <p>${this.blocked ? this.#blockedWords() : msg('Go on in the window that opened. This one waits, and goes on by itself.')}</p>
      <div class="ways">
        <button type="button" class="primary" @click=${() => { this.#open(url); }}>${msg('Open the window again')}</button>
        ${this.staying ? nothing : html`<button type="button" @click=${() => { this.#go(url); }}>${msg('Continue in this tab')}</button>`}
      </div>`;
  }

  #blockedWords(): string {
    return this.staying
      ? msg('This browser opened no window. Allow windows for this page, or cancel and use another device.')
      : msg('This browser opened no window. Continue in this tab, or allow windows for this page.');
  }

  #code({ device }: AttemptCard): TemplateResult {
    const { userCode = '', address = '', complete } = device ?? {};
    return html`
      <p>${msg('On a device that you trust, open this address and type the code. This window waits, and goes on by itself.')}</p>
      <p class="address"><a href=${address} target="_blank" rel="noopener">${address}</a></p>
      <p class="code" aria-label=${msg('Code')}>${userCode}</p>
      ${complete === undefined ? nothing : qrPicture(complete, msg('The address with the code in it'))}
      <p class="hint">${msg('Type it only where you yourself began this, and tell nobody.')}</p>`;
  }

  async #begin(flow: LoginFlow): Promise<AttemptCard | undefined> {
    // What the list shows is what is meant, whatever was drawn meanwhile.
    const issuer = this.find<HTMLSelectElement>('select')?.value ?? this.issuer;
    const answer = await this.#ask.of(() => this.client.call.beginLogin({ issuer, flow }));
    return answer.ok ? answer.value : undefined;
  }

  /** The window is opened by the click itself, before anything is awaited, or browsers would not let it be. */
  async #inWindow(): Promise<void> {
    const opened = open('', 'nexus-sign-in', WINDOW);
    const attempt = await this.#begin('code');
    this.blocked = opened === null;
    if (opened !== null && attempt?.url !== undefined) opened.location.replace(attempt.url);
    else opened?.close();
  }

  async #inTab(): Promise<void> {
    this.#go((await this.#begin('code'))?.url);
  }

  #open(url: string | undefined): void {
    this.blocked = open(url, 'nexus-sign-in', WINDOW) === null;
  }

  #go(url: string | undefined): void {
    if (url !== undefined) location.assign(url);
  }

  async #answered(answer: string): Promise<void> {
    const { attempt } = this.status;
    if (attempt === undefined) return;
    await this.#ask.of(() => this.client.call.completeLogin({ attemptId: attempt.attemptId, proof: { kind: 'code', answer } }));
  }

  /** The attempt stays: it can be gone on with until its ten minutes are over. */
  readonly #close = (): void => { this.emit('nx-close-sign-in'); };

  readonly #cancel = async (): Promise<void> => {
    const { attempt } = this.status;
    if (attempt !== undefined) await this.client.call.completeLogin({ attemptId: attempt.attemptId, proof: { kind: 'cancelled' } });
    this.#close();
  };
}

customElements.define('nx-sign-in', NxSignIn);
