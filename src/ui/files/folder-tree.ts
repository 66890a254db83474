// Owns: a tree of the home's folders to choose one from; a branch is asked for when it is opened.
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { NodeId } from '../../workers/contract/ids.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { icon } from '../desktop/icons.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';

interface Branch {
  readonly id: NodeId;
  readonly name: string;
  readonly level: number;
  readonly parent: NodeId | undefined;
}

export class NxFolderTree extends NxElement {
  static override properties = { client: { attribute: false }, root: { attribute: false }, chosen: { attribute: false }, barred: { attribute: false }, label: {}, folders: { state: true }, opened: { state: true } };
  static override styles = [controls, css`
    [role='tree'] { max-block-size: 18rem; min-block-size: 10rem; overflow: auto; border: 1px solid var(--nx-line); border-radius: var(--nx-radius-small); padding: 0.25rem; }
    [role='treeitem'] { display: flex; align-items: center; gap: 0.5rem; min-block-size: var(--nx-target); padding-inline-end: 0.5rem; border-radius: 6px; cursor: default; user-select: none; -webkit-user-select: none; }
    [role='treeitem']:hover { background: var(--nx-raised); }
    [aria-selected='true'] { background: var(--nx-accent-soft); }
    [aria-disabled='true'] { opacity: 0.5; }
    .twist { inline-size: 1.5rem; block-size: 2.75rem; display: grid; place-items: center; color: var(--nx-quiet); flex: none; }
    .twist svg { inline-size: 1rem; transition: rotate var(--nx-quick); }
    [aria-expanded='true'] > .twist svg { rotate: 90deg; }
    .icon { flex: none; color: var(--nx-accent); }
    bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-inline-size: 0; }
    [role='treeitem']:focus-visible { outline-offset: -3px; }
    @media (forced-colors: active) { [aria-selected='true'] { outline: 2px solid Highlight; outline-offset: -2px; } }
  `];

  declare client: Client;
  declare root: NodeId;
  declare chosen: NodeId | undefined;
  /** Folders that cannot be chosen, with all that is below them. */
  declare barred: readonly NodeId[];
  declare label: string;
  declare folders: ReadonlyMap<NodeId, readonly { readonly id: NodeId; readonly name: string }[]>;
  declare opened: ReadonlySet<NodeId>;

  constructor() {
    super();
    this.barred = [];
    this.folders = new Map();
    this.opened = new Set();
  }

  override firstUpdated(): void {
    void this.#open(this.root);
  }

  override render(): TemplateResult {
    const branches = this.#visible({ id: this.root, name: msg('Files'), level: 1, parent: undefined });
    const current = branches.find(({ id }) => id === this.chosen) ?? branches[0];
    return html`<div role="tree" aria-label=${this.label} @keydown=${(event: KeyboardEvent) => { this.#pressed(event, branches); }}>
      ${repeat(branches, ({ id }) => id, (branch) => this.#branch(branch, branch.id === current?.id))}
    </div>`;
  }

  #branch({ id, name, level }: Branch, current: boolean): TemplateResult {
    const below = this.folders.get(id);
    const leaf = below?.length === 0;
    return html`<div role="treeitem" data-id=${id} aria-level=${level} aria-selected=${id === this.chosen ? 'true' : 'false'} aria-label=${name}
      aria-expanded=${leaf ? nothing : this.opened.has(id) ? 'true' : 'false'} aria-disabled=${this.barred.includes(id) ? 'true' : nothing}
      tabindex=${current ? 0 : -1} .style=${`padding-inline-start: ${(level - 1) * 1.25}rem`} @click=${() => { this.#choose(id); }} @dblclick=${() => { void this.#toggle(id); }}>
      <span class="twist" @click=${(event: Event) => { event.stopPropagation(); void this.#toggle(id); }}>${leaf ? nothing : icon('chevron')}</span>
      ${icon('folder')}<bdi>${name}</bdi></div>`;
  }

  #visible(branch: Branch): Branch[] {
    const below = this.opened.has(branch.id) && !this.barred.includes(branch.id) ? (this.folders.get(branch.id) ?? []) : [];
    return [branch, ...below.flatMap(({ id, name }) => this.#visible({ id, name, level: branch.level + 1, parent: branch.id }))];
  }

  #pressed(event: KeyboardEvent, branches: readonly Branch[]): void {
    const at = Math.max(0, branches.findIndex(({ id }) => id === this.chosen));
    const here = branches[at];
    if (!here) return;
    const open = this.opened.has(here.id);
    const moves: Readonly<Record<string, NodeId | undefined>> = {
      ArrowDown: branches[at + 1]?.id, ArrowUp: branches[at - 1]?.id, Home: branches[0]?.id, End: branches.at(-1)?.id,
      ArrowRight: open ? branches[at + 1]?.id : undefined, ArrowLeft: open ? undefined : here.parent,
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const toggles = (event.key === 'ArrowRight' && !open) || (event.key === 'ArrowLeft' && open);
    if (toggles) void this.#toggle(here.id);
    else this.#choose(moves[event.key] ?? here.id, true);
  }

  #choose(id: NodeId, focus = false): void {
    this.chosen = id;
    this.emit('nx-choose', this.barred.includes(id) ? undefined : id);
    if (focus) void this.updateComplete.then(() => { this.renderRoot.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus(); });
  }

  async #toggle(id: NodeId): Promise<void> {
    if (!this.opened.has(id)) return this.#open(id);
    this.opened = new Set([...this.opened].filter((each) => each !== id));
  }

  async #open(id: NodeId): Promise<void> {
    if (!this.folders.has(id)) {
      const listing = await this.client.call.listFolder({ folder: id });
      const below = listing.ok ? listing.value.entries.filter((entry) => entry.kind === 'folder') : [];
      this.folders = new Map([...this.folders, [id, below.map((entry) => ({ id: entry.id, name: entry.name }))]]);
    }
    this.opened = new Set([...this.opened, id]);
  }
}

customElements.define('nx-folder-tree', NxFolderTree);
