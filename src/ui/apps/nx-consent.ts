// The question whether an app may: who asks, from where, for what, on what, for how long. It proposes the least; it decides nothing.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { GrantMode } from '../../workers/contract/app-protocol.ts';
import type { UserCard } from '../../workers/contract/device.ts';
import type { PromptCard, PromptItem, Reach } from '../../workers/contract/grants.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import type { Client } from '../../workers/door/page/client.ts';
import '../files/folder-tree.ts';
import { formatNumber } from '../format.ts';
import { mark } from '../markers.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { filesWords } from '../parts/file-count.ts';
import '../parts/nx-dialog.ts';
import { NxElement } from '../parts/nx-element.ts';
import { appsStyle } from './apps-style.ts';
import { modeWords, scopeWords, wayOutWords } from './scope-words.ts';

interface Choice {
  /** Of a place in the home; absent where the proposed one is to be made. */
  readonly node?: NodeId;
  readonly path: string;
}

export class NxConsent extends NxElement {
  static override properties = {
    client: { attribute: false }, user: { attribute: false }, prompt: { attribute: false }, choices: { state: true }, mode: { state: true }, choosing: { state: true }, reach: { state: true }, root: { state: true },
  };
  static override styles = [controls, appsStyle];

  declare client: Client;
  declare user: UserCard;
  declare prompt: PromptCard;
  declare choices: readonly Choice[];
  declare mode: GrantMode;
  /** The item whose folder is being chosen. */
  declare choosing: number | undefined;
  declare reach: ReadonlyMap<NodeId, Reach>;
  declare root: NodeId | undefined;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    this.choices = [];
    this.mode = 'session';
    this.reach = new Map();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('prompt') || this.prompt.promptId === (changed.get('prompt') as PromptCard | undefined)?.promptId) return;
    this.choices = this.prompt.items.map(({ proposed }) => ({ path: proposed?.path ?? '', ...(proposed?.node !== undefined && { node: proposed.node }) }));
    this.mode = this.#modes()[0] ?? 'session';
    this.choosing = undefined;
    for (const { node } of this.choices) if (node !== undefined) void this.#measure(node);
    for (const { scopes } of this.prompt.items) for (const { scope } of scopes) mark(`perms: prompt app=${this.prompt.appId} cap=${scope}`);
  }

  override render(): TemplateResult {
    const { name, origin, kind, items } = this.prompt;
    return html`<nx-dialog open wide .heading=${msg(str`Allow “${name}”?`)} .seal=${this.user.seal} @nx-close=${() => { void this.#deny(false); }}>
      <p><span class="quiet">${kind === 'connected' ? msg('A page at') : msg('An app from')}</span> <b>${origin}</b> <span class="quiet">${msg(str`asks for this in ${this.user.name}’s home:`)}</span></p>
      <ul class="items">${items.map((item, index) => this.#item(item, index))}</ul>
      <label class="field"><span>${msg('How long')}</span><select @change=${(event: Event) => { this.mode = (event.target as HTMLSelectElement).value as GrantMode; }}>
        ${this.#modes().map((mode) => html`<option value=${mode} ?selected=${mode === this.mode}>${modeWords(mode)}</option>`)}</select></label>
      <p class="note">${wayOutWords(kind)}</p>
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
      <div slot="actions">
        <button type="button" autofocus @click=${() => { void this.#deny(true); }}>${msg('Deny')}</button>
        <button type="button" class="primary" ?disabled=${this.#ask.busy} @click=${() => { void this.#allow(); }}>${msg('Allow')}</button>
      </div>
    </nx-dialog>`;
  }

  #item(item: PromptItem, index: number): TemplateResult {
    const choice = this.choices[index];
    return html`<li class="item">
      <ul>${item.scopes.map(({ scope, why }) => html`<li><b>${scopeWords(scope, item.account === undefined ? item.proposed?.kind : 'account')}</b><br><span class="quiet small">${why}</span></li>`)}</ul>
      ${item.account === undefined ? nothing : html`<p class="where"><span>${msg('Account:')} <b>${item.account}</b> <span class="quiet small">${msg('It goes there itself. Nexus does not encrypt what it keeps there.')}</span></span></p>`}
      ${item.proposed === undefined || choice === undefined ? nothing : this.#where(choice, index, item.proposed.kind)}
    </li>`;
  }

  /** How long all of it can be given for, least first. */
  #modes(): readonly GrantMode[] {
    const [first, ...others] = this.prompt.items;
    return (first?.modes ?? []).filter((mode) => others.every(({ modes }) => modes.includes(mode)));
  }

  #where(choice: Choice, index: number, kind: 'folder' | 'file'): TemplateResult {
    const place = choice.path === '' ? msg('Your whole home') : choice.path;
    return html`<div class="where"><span>${kind === 'file' ? msg('File:') : msg('Folder:')} <b>${place}</b> <span class="quiet small">${this.#reachWords(choice)}</span></span>
        ${kind === 'file' ? nothing : html`<button type="button" @click=${() => { void this.#choose(index); }}>${msg('Choose another folder')}</button>`}</div>
      ${this.choosing === index && this.root !== undefined ? html`<nx-folder-tree .client=${this.client} .root=${this.root} .chosen=${choice.node} .label=${msg('Folders')} @nx-choose=${(event: CustomEvent<NodeId | undefined>) => { void this.#chosen(index, event.detail); }}></nx-folder-tree>` : nothing}`;
  }

  #reachWords({ node }: Choice): string {
    if (node === undefined) return msg('will be made');
    const reach = this.reach.get(node);
    if (reach === undefined) return '…';
    return reach.more ? msg(str`more than ${formatNumber(reach.files)} files`) : filesWords(reach.files, reach.bytes);
  }

  #change(index: number, change: Partial<Choice>): void {
    this.choices = this.choices.map((choice, at) => (at === index ? { ...choice, ...change } : choice));
  }

  async #choose(index: number): Promise<void> {
    if (this.root === undefined) {
      const root = await this.client.call.homeRoot({});
      if (root.ok) this.root = root.value;
    }
    this.choosing = this.choosing === index ? undefined : index;
  }

  async #chosen(index: number, node: NodeId | undefined): Promise<void> {
    if (node === undefined) return;
    const listing = await this.client.call.listFolder({ folder: node });
    if (!listing.ok) return;
    this.#change(index, { node, path: listing.value.path.map(({ name }) => name).filter((name) => name !== '').join('/') });
    void this.#measure(node);
  }

  async #measure(node: NodeId): Promise<void> {
    const reach = await this.client.call.measureReach({ node });
    if (reach.ok) this.reach = new Map([...this.reach, [node, reach.value]]);
  }

  async #allow(): Promise<void> {
    const consents = this.choices.map(({ node }) => ({ mode: this.mode, ...(node !== undefined && { node }) }));
    const answer = await this.#ask.of(() => this.client.call.allowPrompt({ promptId: this.prompt.promptId, consents }));
    if (answer.ok) mark(`perms: decision=${this.mode}`);
  }

  async #deny(remember: boolean): Promise<void> {
    const answer = await this.client.call.denyPrompt({ promptId: this.prompt.promptId, remember });
    if (answer.ok) mark('perms: decision=deny');
  }
}

customElements.define('nx-consent', NxConsent);
