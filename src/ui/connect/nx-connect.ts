// The window that a page elsewhere opens: who asks, whose home it is about, and every question on the way. It shows nothing of the home.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { DeviceStatus } from '../../workers/contract/device.ts';
import type { HeardFact } from '../../workers/contract/events.ts';
import type { PromptCard } from '../../workers/contract/grants.ts';
import type { InstanceId } from '../../workers/contract/ids.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { reportActivity } from '../app/activity.ts';
import { drawSurface, LOADERS } from '../app/loaders.ts';
import { frontOf, surfaceOf, userOf } from '../app/surface.ts';
import { holdLeash, type Leash } from '../apps/leash.ts';
import { promptAfter, promptOf } from '../apps/prompt-watch.ts';
import '../apps/nx-consent.ts';
import { sentenceOf } from '../errors.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-seal.ts';
import { setAccent } from '../parts/theme.ts';
import { Watch } from '../parts/watch.ts';
import { hearOpener, type Opener } from './opener.ts';

type Signing = 'lock' | 'greeter';

export class NxConnect extends NxElement {
  static override properties = { client: { attribute: false }, opener: { state: true }, name: { state: true }, over: { state: true }, fault: { state: true }, prompt: { state: true }, loaded: { state: true } };
  static override styles = [controls, css`
    :host { min-block-size: 100dvh; display: grid; }
    main { display: grid; place-content: center; justify-items: center; text-align: center; gap: 1.25rem; padding: 2rem 1.25rem; grid-template-columns: minmax(0, 26rem); }
    nx-seal { --seal-size: 4rem; }
    b { overflow-wrap: anywhere; }
  `];

  declare client: Client;
  declare opener: Opener | undefined;
  /** Of the connected app. */
  declare name: string | undefined;
  declare over: boolean;
  declare fault: string | undefined;
  declare prompt: PromptCard | undefined;
  declare loaded: ReadonlySet<Signing>;
  readonly #device = new Watch<DeviceStatus>(this, () => this.client.device, (status) => { this.#seen(status); });
  #instance: InstanceId | undefined;
  #leash: Leash | 'coming' | undefined;
  #stopHearing: (() => void) | undefined;
  #stopReporting: (() => void) | undefined;

  constructor() {
    super();
    this.over = false;
    this.loaded = new Set();
    new Watch<HeardFact>(this, () => this.client.facts, (fact) => { void this.#heard(fact); });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopReporting = reportActivity(this.client, () => performance.now());
    this.#stopHearing = hearOpener({
      asked: (opener) => {
        this.opener = opener;
        this.#tellReady();
      },
      port: (port) => { void this.#connect(port); },
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopHearing?.();
    this.#stopReporting?.();
  }

  override render(): TemplateResult {
    const status = this.#device.value;
    if (status === undefined) return html`<main><p class="quiet">${msg('Nexus is starting …')}</p></main>`;
    const surface = surfaceOf(status, 'none');
    if (surface === 'lock' || surface === 'greeter') return this.#signing(surface, status);
    const user = userOf(status, frontOf(status));
    if (user === undefined) return html`<main><h1>${msg('There is no home on this device yet')}</h1><p>${msg('Open Nexus, make a user, and connect again.')}</p><a class="button" href="/">${msg('Open Nexus')}</a></main>`;
    return html`<main><nx-seal .seal=${user.seal}></nx-seal>${this.#state(user.name)}</main>
      ${this.prompt === undefined ? nothing : keyed(this.prompt.promptId, html`<nx-consent .client=${this.client} .user=${user} .prompt=${this.prompt}></nx-consent>`)}`;
  }

  #state(owner: string): TemplateResult {
    if (this.fault !== undefined) return html`<h1>${msg('Not connected')}</h1><p class="alert" role="alert">${this.fault}</p>`;
    if (this.over) return html`<h1>${msg('Disconnected')}</h1><p>${msg('It reaches nothing any more. You can close this window.')}</p>`;
    if (this.opener === undefined) return html`<h1>${msg('Nothing asks here')}</h1><p>${msg('Apps elsewhere open this window when they want to reach your home.')}</p>`;
    if (this.name === undefined) return html`<h1>${msg('Connecting …')}</h1><p><b>${this.opener.origin}</b></p>`;
    return html`<h1>${msg(str`“${this.name}” is connected`)}</h1>
      <p><b>${this.opener.origin}</b> ${msg(str`may ask for access to ${owner}’s home. Questions appear here.`)}</p>
      <p class="quiet">${msg('Keep this window open while you use it.')}</p>
      <button type="button" @click=${() => { this.#end(); }}>${msg('Disconnect')}</button>`;
  }

  #signing(surface: Signing, status: DeviceStatus): TemplateResult {
    if (this.loaded.has(surface)) return drawSurface(surface, { client: this.client, status, joining: false });
    void LOADERS[surface]().then(() => { this.loaded = new Set([...this.loaded, surface]); });
    return html``;
  }

  #tellReady(): void {
    if (this.#isOpen() && !this.#isOver() && this.name === undefined) this.opener?.ready();
  }

  #isOver(): boolean {
    return this.over || this.fault !== undefined;
  }

  #isOpen(): boolean {
    const status = this.#device.value;
    return status !== undefined && frontOf(status)?.locked === false;
  }

  #seen(status: DeviceStatus): void {
    setAccent(userOf(status, frontOf(status))?.seal.colour);
    this.#tellReady();
  }

  async #connect(port: MessagePort): Promise<void> {
    const { opener } = this;
    // One line a window: another would go on unseen. And what was ended or refused begins again with a new one, on somebody's click.
    if (!opener || this.#isOver() || this.#leash !== undefined) return port.close();
    this.#leash = 'coming';
    const leash = this.#leash = await holdLeash();
    const connected = await this.client.call.connectApp({ origin: opener.origin, line: port, leash: leash.name });
    if (!connected.ok) {
      this.#letGo();
      this.fault = sentenceOf(connected.error);
      opener.refuse(connected.error.code);
      return;
    }
    this.#instance = connected.value.instance;
    if (!this.isConnected || !this.#isOpen()) return this.#end();
    this.name = connected.value.name;
    this.prompt = await promptOf(this.client, connected.value.instance);
  }

  async #heard(fact: HeardFact): Promise<void> {
    if ((fact.type === 'apps.closed' && fact.instance === this.#instance) || (fact.type === 'session.locked' && this.#instance !== undefined)) return this.#gone();
    const prompt = await promptAfter(this.client, fact, this.#instance);
    if (prompt === 'gone') return this.#gone();
    if (prompt !== 'unchanged') this.prompt = prompt;
  }

  #end(): void {
    if (this.#instance !== undefined) void this.client.call.closeApp({ instance: this.#instance });
    this.#gone();
  }

  #letGo(): void {
    if (this.#leash !== 'coming') this.#leash?.release();
    this.#leash = undefined;
  }

  #gone(): void {
    this.#letGo();
    this.#instance = undefined;
    this.name = undefined;
    this.prompt = undefined;
    this.over = true;
  }
}

customElements.define('nx-connect', NxConnect);
