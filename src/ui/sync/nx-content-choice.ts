// Which content of a synced home is on this device: all of it, or what is opened and what is kept; which connections it uses; and "Free up space". Part of Sync in Account.
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Progress } from '../../workers/contract/home.ts';
import type { ContentStatus } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import '../files/confirm-dialog.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-progress.ts';
import { Watch } from '../parts/watch.ts';
import { freedWords, freeingWords } from './content-words.ts';

interface Freeing {
  readonly abort: AbortController;
  readonly progress?: Progress;
}

/** Elsewhere none is taken for one that costs. */
const CONNECTION_IS_TOLD = 'connection' in navigator;

export class NxContentChoice extends NxElement {
  static override properties = { client: { attribute: false }, status: { state: true }, asking: { state: true }, freeing: { state: true }, said: { state: true } };
  static override styles = [controls, css`
    fieldset { min-inline-size: 0; }
    legend { padding: 0; font-weight: 620; }
    label.choice { align-items: start; padding-block: 0.625rem; }
    label.choice > span { display: grid; min-inline-size: 0; }
  `];

  declare client: Client;
  /** Undefined until that is known. */
  declare status: ContentStatus | undefined;
  /** The person is asked whether space is to be freed. */
  declare asking: boolean;
  declare freeing: Freeing | undefined;
  /** As a function, so that it follows the language. */
  declare said: () => string;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    new KeepPlace(this);
    this.asking = false;
    this.said = () => '';
    new Watch(this, () => this.client.facts, ({ type }) => { if (type === 'facts.missed') void this.#load(); });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.freeing?.abort.abort();
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.status) return nothing;
    const { freeing } = this;
    return html`<div class="stack-tight">
      <fieldset ?disabled=${this.#ask.busy || freeing !== undefined}>
        <legend>${msg('Content on this device')}</legend>
        ${this.#option(true, msg('Keep everything on this device'), msg('Every file opens without the server.'))}
        ${this.#option(false, msg('Only what I open or keep'), msg('Names and small files are always here. Other content comes when you open it and the server answers; folders that you keep in Files come by themselves.'))}
      </fieldset>
      ${CONNECTION_IS_TOLD || this.status.anyConnection ? this.#connection(this.status.anyConnection) : nothing}
      ${freeing ? html`<nx-progress cancellable .label=${msg('Freeing up space')} .progress=${freeing.progress} @nx-cancel=${() => { freeing.abort.abort(); }}></nx-progress>`
        : html`<div class="row"><button type="button" ?disabled=${this.#ask.busy} @click=${() => { this.asking = true; }}>${msg('Free up space…')}</button></div>`}
      <p class="note" role="status" ?hidden=${this.said() === ''}>${this.said()}</p>
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
    </div>
    ${this.asking ? html`<nx-confirm-dialog .heading=${msg('Free up space on this device?')} .text=${freeingWords(this.status)} .action=${msg('Free up space')}
      @nx-close=${() => { this.asking = false; }} @nx-confirm=${() => { void this.#free(); }}></nx-confirm-dialog>` : nothing}`;
  }

  #option(all: boolean, label: string, hint: string): TemplateResult {
    const id = all ? 'all' : 'some';
    return html`<label class="choice"><input type="radio" name="content" aria-labelledby="${id}" aria-describedby="${id}-hint" .checked=${live(this.status?.all === all)} @change=${() => { void this.#choose(all); }}>
      <span><span id=${id}>${label}</span><span id="${id}-hint" class="quiet small">${hint}</span></span></label>`;
  }

  #connection(any: boolean): TemplateResult {
    return html`<label class="choice"><input type="checkbox" aria-labelledby="any" aria-describedby="any-hint" ?disabled=${this.#ask.busy} .checked=${live(any)} @change=${this.#chooseConnection}>
      <span><span id="any">${msg('Use connections that cost')}</span><span id="any-hint" class="quiet small">${msg('Content goes and comes over mobile data too, and where your browser is to save data. Names always do.')}</span></span></label>`;
  }

  async #load(): Promise<void> {
    const answer = await this.client.call.contentChoice({ count: false });
    if (answer.ok) this.status = answer.value;
  }

  /** Where it is refused, the choice is shown as it still is. */
  async #choose(all: boolean): Promise<boolean> {
    this.said = () => '';
    const answer = await this.#ask.of(() => this.client.call.setContentChoice({ all }));
    this.status = this.status && { ...this.status, ...(answer.ok && { all }) };
    return answer.ok;
  }

  readonly #chooseConnection = async (event: Event): Promise<void> => {
    const any = (event.target as HTMLInputElement).checked;
    this.said = () => '';
    const answer = await this.#ask.of(() => this.client.call.setContentConnection({ any }));
    this.status = this.status && { ...this.status, ...(answer.ok && { anyConnection: any }) };
  };

  async #free(): Promise<void> {
    this.asking = false;
    if (this.status?.all && !(await this.#choose(false))) return;
    const abort = new AbortController();
    this.said = () => '';
    this.freeing = { abort };
    const answer = await this.#ask.of(() => this.client.call.freeUpSpace({}, { signal: abort.signal, onProgress: (progress) => { this.freeing = { abort, progress }; } }));
    this.freeing = undefined;
    if (answer.ok) this.said = () => freedWords(answer.value);
    else if (answer.error.code === 'aborted') this.#ask.say(undefined);
    await this.#load();
  }
}

customElements.define('nx-content-choice', NxContentChoice);
