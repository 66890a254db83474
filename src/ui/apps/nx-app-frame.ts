// An embedded app that runs: its frame, the port that is handed into it, and what it asks meanwhile. The frame is of opaque origin by
// the policy that comes with `/frame.html`: a `sandbox` attribute would keep the offline copy from it (docs/apps.md, "Frame").
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { FrameReady, FrameRun } from '../../workers/contract/app-protocol.ts';
import type { UserCard } from '../../workers/contract/device.ts';
import type { HeardFact } from '../../workers/contract/events.ts';
import type { AppCard, PromptCard } from '../../workers/contract/grants.ts';
import type { InstanceId } from '../../workers/contract/ids.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import { Watch } from '../parts/watch.ts';
import './nx-consent.ts';
import { holdLeash, type Leash } from './leash.ts';
import { promptAfter, promptOf } from './prompt-watch.ts';

/** A frame that is not ready by then was not sent as it has to be. */
const READY_MS = 15_000;

const isReady = (data: unknown): data is FrameReady => typeof data === 'object' && data !== null && (data as Partial<FrameReady>).type === 'nexus.ready';

export class NxAppFrame extends NxElement {
  static override properties = { client: { attribute: false }, user: { attribute: false }, app: { attribute: false }, prompt: { state: true }, trouble: { state: true } };
  static override styles = [controls, css`
    :host { display: grid; grid-template-rows: auto minmax(0, 1fr); block-size: 100%; min-block-size: 28rem; }
    .bar { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; padding: 0.5rem 1rem; border-block-end: 1px solid var(--nx-line); }
    .bar h1 { font-size: 1.0625rem; }
    .bar span { flex: 1 1 8rem; min-inline-size: 0; overflow-wrap: anywhere; }
    iframe { inline-size: 100%; block-size: 100%; border: 0; background: Canvas; }
    .trouble { padding: 2rem; display: grid; gap: 1rem; justify-items: start; align-content: start; }
  `];

  declare client: Client;
  declare user: UserCard;
  declare app: AppCard;
  declare prompt: PromptCard | undefined;
  declare trouble: string | undefined;
  #instance: InstanceId | undefined;
  #leash: Leash | undefined;
  #started = false;
  #pages = 0;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new Watch<HeardFact>(this, () => this.client.facts, (fact) => { void this.#heard(fact); });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('message', this.#message);
    this.#late = setTimeout(() => { this.#stop(msg('This place does not serve apps as it has to, so none is started here. Nothing was changed.')); }, READY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('message', this.#message);
    clearTimeout(this.#late);
    this.#end();
  }

  override render(): TemplateResult {
    const { name, origin } = this.app;
    return html`<div class="bar"><h1>${name}</h1><span class="quiet small">${origin}</span>
        <button type="button" @click=${() => { this.emit('nx-close-app'); }}>${msg('Close app')}</button></div>
      ${this.trouble === undefined ? html`<iframe src="/frame.html" title=${name} referrerpolicy="no-referrer" @load=${this.#arrived}></iframe>`
        : html`<div class="trouble"><p class="note" role="alert">${this.trouble}</p><button type="button" @click=${() => { this.emit('nx-open-app', this.app); }}>${msg('Open again')}</button></div>`}
      ${this.prompt === undefined ? nothing : keyed(this.prompt.promptId, html`<nx-consent .client=${this.client} .user=${this.user} .prompt=${this.prompt}></nx-consent>`)}`;
  }

  readonly #message = (event: MessageEvent): void => {
    const frame = this.find<HTMLIFrameElement>('iframe')?.contentWindow;
    if (!frame || event.source !== frame || event.origin !== 'null' || !isReady(event.data)) return;
    if (this.#started) return this.#left();
    this.#started = true;
    clearTimeout(this.#late);
    void this.#run(frame);
  };

  /** A frame that comes to a second page is not the one that was started: what it held is gone. */
  readonly #arrived = (): void => {
    this.#pages += 1;
    if (this.#pages > 1) this.#left();
  };

  #left(): void {
    this.#stop(msg(str`“${this.app.name}” left its place and was closed.`));
  }

  async #run(frame: Window): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    this.#leash = await holdLeash();
    const opened = await this.client.call.openApp({ appId: this.app.appId, line: port2, leash: this.#leash.name });
    if (!opened.ok) return this.#stop(sentenceOf(opened.error));
    this.#instance = opened.value.instance;
    if (!this.isConnected || this.trouble !== undefined) return this.#end();
    // An opaque origin cannot be named; what goes there is the app's own code, to the window that was asked for it.
    frame.postMessage({ type: 'nexus.run', code: opened.value.code } satisfies FrameRun, '*', [port1]);
    this.prompt = await promptOf(this.client, opened.value.instance);
  }

  async #heard(fact: HeardFact): Promise<void> {
    const closed = fact.type === 'apps.closed' && fact.instance === this.#instance;
    const prompt = closed ? 'gone' : await promptAfter(this.client, fact, this.#instance);
    if (prompt === 'gone') return this.#stop(msg(str`“${this.app.name}” was closed.`));
    if (prompt !== 'unchanged') this.prompt = prompt;
  }

  #stop(trouble: string): void {
    clearTimeout(this.#late);
    this.#end();
    this.prompt = undefined;
    this.trouble = trouble;
  }

  #end(): void {
    if (this.#instance !== undefined) void this.client.call.closeApp({ instance: this.#instance });
    this.#instance = undefined;
    this.#leash?.release();
    this.#leash = undefined;
  }
}

customElements.define('nx-app-frame', NxAppFrame);
