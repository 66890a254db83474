// Owns: the surface Files: puts place, grid, adds and dialogs together and answers what a person does. What is shown lives in
// files-view.ts, adds in add-queue.ts, changes in node-changes.ts (docs/user-interface.md).
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { Entry, FileEntry } from '../../workers/contract/home.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import type { SyncState } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import { Watch } from '../parts/watch.ts';
import { partialStates } from '../sync/sync-states.ts';
import './add-panel.ts';
import { AddQueue } from './add-queue.ts';
import './clash-dialog.ts';
import { conflictsOf } from './conflict-note.ts';
import './crumbs.ts';
import { startDownload } from './download.ts';
import './entry-grid.ts';
import type { GridEvents, NxEntryGrid } from './entry-grid.ts';
import { dialogOf, type FilesDialog } from './files-dialogs.ts';
import { filesStyle } from './files-style.ts';
import { FilesView } from './files-view.ts';
import { backWords, damagedWords, deletedWords, keptWords, movedWords, pathWords, type Said, trashedWords, versionWords } from './files-words.ts';
import { Incoming } from './incoming.ts';
import { type Change, freeName, makeChange } from './node-changes.ts';
import { emptyOf, failureOf, noticeOf, partialOf } from './pane-states.ts';
import { type Actions, toolbar } from './toolbar.ts';

export class NxFiles extends NxElement {
  static override properties = {
    client: { attribute: false }, shown: { type: Boolean }, tiles: { state: true }, dialog: { state: true }, said: { state: true }, renaming: { state: true }, renameError: { state: true },
    dialogError: { state: true }, busy: { state: true }, query: { state: true },
  };
  static override styles = [controls, filesStyle];

  declare client: Client;
  /** Looked at: only then, and once a folder is there to take what is picked, are its file pickers there. */
  declare shown: boolean;
  declare tiles: boolean;
  declare dialog: FilesDialog | undefined;
  declare said: Said | undefined;
  declare renaming: NodeId | undefined;
  declare renameError: string;
  declare dialogError: string;
  declare busy: boolean;
  declare query: string;
  readonly #view = new FilesView(this, () => this.client);
  readonly #adds = new AddQueue(this, () => this.client);
  readonly #incoming = new Incoming(this, this.#adds, () => this.#view.folder);
  readonly #partial = new Watch<SyncState | undefined>(this, () => partialStates(this.client));
  readonly #actions: Actions = {
    addFiles: () => { this.#picker('files')?.click(); },
    addFolder: () => { this.#picker('folder')?.click(); },
    newFolder: () => { this.#show({ kind: 'new-folder', proposal: freeName(msg('New folder'), this.#view.entries) }); },
    download: () => { void this.#download(this.#view.chosen); },
    rename: () => { this.#beginRename(this.#view.chosen[0]); },
    move: () => { this.#show({ kind: 'move', entries: this.#view.chosen }); },
    versions: () => { this.#showVersions(this.#view.chosen[0]); },
    keep: (kept) => { void this.#keep(this.#view.chosen[0], kept); },
    trash: () => { void this.#trash(); },
    openTrash: () => { void this.#view.show({ kind: 'trash' }); },
    takeBack: () => { void this.#takeBack(this.#view.chosen.map((entry) => entry.id)); },
    deleteForGood: () => { this.#show({ kind: 'delete', entries: this.#view.chosen, all: false }); },
    emptyTrash: () => { this.#show({ kind: 'delete', entries: this.#view.entries, all: true }); },
    clear: () => { this.#view.select({ ...this.#view.selection, ids: new Set() }); this.#grid?.focusGrid(); },
    view: (tiles) => { this.tiles = tiles; void this.client.call.setPrefs({ prefs: { filesView: tiles ? 'grid' : 'list' } }); },
    search: (query) => { this.query = query; this.#view.searchFor(query); },
  };

  constructor() {
    super();
    this.shown = false;
    this.tiles = false;
    this.renameError = '';
    this.dialogError = '';
    this.busy = false;
    this.query = '';
    new Watch(this, () => this.client.facts, (fact) => { if (fact.type === 'prefs.changed') this.tiles = fact.prefs.filesView === 'grid'; });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#start();
  }

  get #grid(): NxEntryGrid | undefined {
    return this.renderRoot.querySelector('nx-entry-grid') ?? undefined;
  }

  override render(): TemplateResult {
    const { place, found } = this.#view;
    const last = place?.kind === 'trash' ? msg('Trash') : place?.kind === 'search' ? msg(str`Search for “${place.query}”`) : '';
    const path = last === '' || this.#view.root === undefined ? found.path : [{ id: this.#view.root, name: '' }];
    return html`<section aria-labelledby="title" class=${this.#incoming.over ? 'over' : ''} @nx-close=${this.#closeDialog} @dragover=${this.#incoming.dragOver} @dragleave=${this.#incoming.dragLeave} @drop=${this.#incoming.drop}
      @nx-download=${(event: CustomEvent<Entry>) => { void this.#download([event.detail]); }}>
      <h1 id="title" class="hidden-name">${msg('Files')}</h1>
      ${toolbar({ place, chosen: this.#view.chosen, count: this.#view.entries.length, tiles: this.tiles, query: this.query, actions: this.#actions,
        crumbs: html`<nx-crumbs .path=${path} .last=${last} @nx-go=${(event: CustomEvent<NodeId>) => { this.#go(event.detail); }} @nx-drop-crumb=${this.#dropOnCrumb}></nx-crumbs>` })}
      ${partialOf(this.#partial.value)}
      ${this.#content()}
      <div class="foot">${noticeOf(this.said, (nodes) => { void this.#takeBack(nodes); })}
        <nx-add-panel ?hidden=${this.#adds.jobs.length === 0} .jobs=${this.#adds.jobs} @nx-add-cancel=${(event: CustomEvent<number>) => { this.#adds.cancel(event.detail); }} @nx-add-dismiss=${(event: CustomEvent<number>) => { this.#adds.dismiss(event.detail); }}></nx-add-panel></div>
      ${this.shown && this.#view.folder !== undefined ? html`<input type="file" id="files" multiple hidden aria-label=${msg('Add files')} @change=${this.#incoming.picked}>
        <input type="file" id="folder" webkitdirectory hidden aria-label=${msg('Add folder')} @change=${this.#incoming.picked}>` : nothing}
      ${this.#dialogs()}
    </section>`;
  }

  #content(): TemplateResult {
    const { load, found, entries, place } = this.#view;
    const empty = load.status === 'ready' && entries.length === 0;
    return html`<div class="pane" aria-busy=${load.status === 'loading' ? 'true' : 'false'}>
      ${load.status === 'failed' ? failureOf(load.error, () => { void this.#view.refresh(); }) : nothing}
      ${found.damaged > 0 ? html`<p class="note warn" role="status">${damagedWords(found.damaged)}</p>` : nothing}
      <nx-entry-grid .entries=${entries} .selection=${this.#view.selection} .order=${this.#view.order} ?tiles=${this.tiles} .columns=${place?.kind === 'trash' ? 'trash' : 'files'}
        .place=${place} .label=${msg('Files')} .paths=${pathWords(found.paths)} .renaming=${this.renaming} .renameError=${this.renameError}
        @nx-open=${(event: CustomEvent<Entry>) => { this.#open(event.detail); }} @nx-select=${(event: CustomEvent<GridEvents['nx-select']>) => { this.#view.select(event.detail); }}
        @nx-sort=${(event: CustomEvent<GridEvents['nx-sort']>) => { this.#view.sort(event.detail); }} @nx-rename=${this.#rename} @nx-rename-begin=${(event: CustomEvent<Entry>) => { this.#beginRename(event.detail); }}
        @nx-rename-end=${this.#endRename} @nx-trash=${() => { if (this.#view.chosen.length > 0) this.#actions[place?.kind === 'trash' ? 'deleteForGood' : 'trash'](); }} @nx-up=${this.#up}
        @nx-drop-nodes=${(event: CustomEvent<GridEvents['nx-drop-nodes']>) => { void this.#move(event.detail.nodes, event.detail.to); }}
        @nx-drop-files=${(event: CustomEvent<GridEvents['nx-drop-files']>) => { this.#incoming.take(event.detail.to, event.detail.dropped); }}></nx-entry-grid>
      ${conflictsOf(entries, this.#view.selection)}
      ${empty ? emptyOf(place, this.#partial.value !== undefined) : nothing}
    </div>`;
  }

  #dialogs(): unknown {
    const { asking } = this.#adds;
    if (asking) {
      return html`<nx-clash-dialog .clashes=${asking.plan.clashes} .examples=${asking.plan.examples} @nx-clash=${(event: CustomEvent<Parameters<AddQueue['answer']>[1]>) => { this.#adds.answer(asking.job.number, event.detail); }}></nx-clash-dialog>`;
    }
    if (!this.dialog || this.#view.root === undefined) return nothing;
    return dialogOf(this.#asItIsNow(this.dialog), {
      client: this.client, root: this.#view.root, from: this.#view.folder, error: this.dialogError, busy: this.busy,
      create: (name) => { void this.#createFolder(name); }, move: (nodes, to) => { void this.#move(nodes, to); },
      remove: (nodes) => { void this.#remove(nodes); }, takeVersion: (entry, version) => { void this.#takeVersion(entry, version); },
      look: (entry, version) => { this.#show({ kind: 'preview', entry, version }); }, clash: (nodes, to, clash) => { void this.#move(nodes, to, clash); },
    });
  }

  /** A version is named by its place, so the list must be that of the content as it is now. */
  #asItIsNow(dialog: FilesDialog): FilesDialog {
    if (dialog.kind !== 'versions') return dialog;
    const entry = this.#view.entries.find((each): each is FileEntry => each.kind === 'file' && each.id === dialog.entry.id);
    return entry === undefined ? dialog : { kind: 'versions', entry };
  }

  async #start(): Promise<void> {
    const prefs = this.client.call.getPrefs({});
    await this.#view.start();
    const answer = await prefs;
    if (answer.ok) this.tiles = answer.value.filesView === 'grid';
  }

  #go(id: NodeId, focus?: NodeId): void {
    this.query = '';
    this.said = undefined;
    void this.#view.show({ kind: 'folder', id }, focus).then(() => { this.#grid?.focusGrid(); });
  }

  #open(entry: Entry): void {
    if (this.#view.place?.kind === 'trash') return;
    if (entry.kind === 'folder') this.#go(entry.id);
    else this.#show({ kind: 'preview', entry });
  }

  readonly #up = (): void => {
    const { place, found } = this.#view;
    const parent = place?.kind === 'folder' ? found.path.at(-2)?.id : this.#view.folder ?? this.#view.root;
    if (parent !== undefined) this.#go(parent, place?.kind === 'folder' ? place.id : undefined);
  };

  #show(dialog: FilesDialog): void {
    this.dialogError = '';
    this.dialog = dialog;
  }

  readonly #closeDialog = (): void => { this.dialog = undefined; };

  /** Makes a change and says what came of it; a failure stays in words on the page. */
  async #make(change: Change, said?: Said): Promise<boolean> {
    this.busy = true;
    const answer = await makeChange(this.client, change);
    this.busy = false;
    this.said = answer.ok ? said : { text: sentenceOf(answer.error), bad: true };
    if (answer.ok) await this.#view.refresh(answer.value?.id);
    return answer.ok;
  }

  async #createFolder(name: string): Promise<void> {
    const parent = this.#view.folder;
    if (parent === undefined) return;
    const answer = await makeChange(this.client, { kind: 'folder', parent, name });
    this.dialogError = answer.ok ? '' : sentenceOf(answer.error);
    if (!answer.ok) return;
    this.dialog = undefined;
    await this.#view.refresh(answer.value?.id);
    this.#grid?.focusGrid();
  }

  #beginRename(entry: Entry | undefined): void {
    if (!entry || this.#view.place?.kind === 'trash') return;
    this.renameError = '';
    this.renaming = entry.id;
  }

  readonly #endRename = (): void => {
    if (this.busy) return;
    this.renaming = undefined;
    if (this.renameError !== '') this.said = undefined;
    this.renameError = '';
  };

  readonly #rename = async (event: CustomEvent<GridEvents['nx-rename']>): Promise<void> => {
    const { entry, name } = event.detail;
    const done = name === entry.name || await this.#make({ kind: 'rename', node: entry.id, name: name.normalize('NFC') });
    this.renameError = done ? '' : (this.said?.text ?? '');
    if (!done) return;
    this.renaming = undefined;
    this.#grid?.focusGrid();
  };

  async #trash(): Promise<void> {
    const { chosen } = this.#view;
    const nodes = chosen.map((entry) => entry.id);
    if (await this.#make({ kind: 'trash', nodes }, trashedWords(chosen))) this.#grid?.focusGrid();
  }

  async #keep(entry: Entry | undefined, kept: boolean): Promise<void> {
    if (entry && (await this.#make({ kind: 'keep', node: entry.id, kept }, keptWords(entry, kept)))) this.#grid?.focusGrid();
  }

  async #takeBack(nodes: readonly NodeId[]): Promise<void> {
    if (await this.#make({ kind: 'untrash', nodes }, backWords(nodes.length))) this.#grid?.focusGrid();
  }

  async #remove(nodes: readonly NodeId[]): Promise<void> {
    await this.#make({ kind: 'delete', nodes }, deletedWords(nodes.length));
    this.dialog = undefined;
  }

  /** Asks once where names are there already. */
  async #move(nodes: readonly NodeId[], to: NodeId, clash?: 'replace' | 'keep_both' | 'skip'): Promise<void> {
    this.dialog = undefined;
    if (nodes.includes(to) || to === this.#view.folder) return;
    if (clash === undefined) {
      const names = new Set(this.#view.entries.filter((entry) => nodes.includes(entry.id)).map((entry) => entry.name));
      const there = await this.client.call.listFolder({ folder: to });
      const taken = there.ok ? there.value.entries.filter((entry) => names.has(entry.name)).map((entry) => entry.name) : [];
      if (taken.length > 0) return this.#show({ kind: 'clash', nodes, to, names: taken });
    }
    await this.#make({ kind: 'move', nodes, to, clash: clash ?? 'keep_both' }, movedWords(nodes.length));
    this.#grid?.focusGrid();
  }

  #showVersions(entry: Entry | undefined): void {
    if (entry?.kind === 'file') this.#show({ kind: 'versions', entry });
  }

  async #takeVersion(entry: FileEntry, version: number): Promise<void> {
    const done = await this.#make({ kind: 'version', node: entry.id, version }, versionWords(entry));
    if (done) this.dialog = undefined;
    else this.dialogError = this.said?.text ?? '';
  }

  async #download(entries: readonly Entry[]): Promise<void> {
    const ticket = await this.client.call.openDownload({ nodes: entries.map((entry) => entry.id) });
    if (ticket.ok) await startDownload(ticket.value.url);
    else this.said = { text: sentenceOf(ticket.error), bad: true };
  }

  #picker(id: string): HTMLInputElement | undefined {
    return this.renderRoot.querySelector<HTMLInputElement>(`#${id}`) ?? undefined;
  }

  readonly #dropOnCrumb = (event: CustomEvent<NodeId>): void => {
    const nodes = this.#grid?.drag.dragged ?? [];
    if (nodes.length > 0) void this.#move(nodes, event.detail);
  };
}

customElements.define('nx-files', NxFiles);
