// Owns: what Files shows: the place, its entries in order, what is chosen; kept fresh by facts, with stale answers dropped.
// Changes nothing itself; see node-changes.ts.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Subscription } from 'rxjs';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { Crumb, Entry, FolderListing, SearchHit } from '../../workers/contract/home.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import type { Answer } from '../../workers/contract/surface.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { NOTHING, retain, selectOnly, type Selection } from './selection.ts';
import { BY_NAME, inOrder, type SortOrder } from './sort-order.ts';

export type Place =
  | { readonly kind: 'folder'; readonly id: NodeId }
  | { readonly kind: 'trash' }
  | { readonly kind: 'search'; readonly query: string; readonly from: NodeId };

type Load = { readonly status: 'loading' } | { readonly status: 'ready' } | { readonly status: 'failed'; readonly error: NexusError };

interface Found {
  readonly path: readonly Crumb[];
  readonly entries: readonly Entry[];
  readonly damaged: number;
  readonly paths: ReadonlyMap<NodeId, readonly Crumb[]>;
}

const NOTHING_FOUND: Found = { path: [], entries: [], damaged: 0, paths: new Map() };
const REFRESH_MS = 250;
const SEARCH_MS = 180;

const ofListing = ({ path, entries, damaged }: FolderListing): Found => ({ path, entries, damaged: damaged.length, paths: new Map() });
const ofTrash = (entries: readonly Entry[]): Found =>
  ({ ...NOTHING_FOUND, entries: [...entries].sort((a, b) => (b.trashed ?? 0) - (a.trashed ?? 0)) });
const ofHits = (hits: readonly SearchHit[]): Found =>
  ({ ...NOTHING_FOUND, entries: hits.map((hit) => hit.entry), paths: new Map(hits.map((hit) => [hit.entry.id, hit.path])) });

function mapped<T, U>(answer: Answer<T>, change: (value: T) => U): Answer<U> {
  return answer.ok ? { ok: true, value: change(answer.value) } : answer;
}

export class FilesView implements ReactiveController {
  place: Place | undefined;
  load: Load = { status: 'loading' };
  found: Found = NOTHING_FOUND;
  entries: readonly Entry[] = [];
  order: SortOrder = BY_NAME;
  selection: Selection = NOTHING;
  root: NodeId | undefined;
  readonly #host: ReactiveControllerHost;
  readonly #client: () => Client;
  #asked = 0;
  #facts: Subscription | undefined;
  #refresh: ReturnType<typeof setTimeout> | undefined;
  #search: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, client: () => Client) {
    this.#host = host;
    this.#client = client;
    host.addController(this);
  }

  hostConnected(): void {
    this.#facts = this.#client().facts.subscribe((fact) => {
      if (fact.type === 'facts.missed' || (fact.type === 'home.changed' && this.#touches(fact.folders))) this.#refreshSoon();
    });
  }

  hostDisconnected(): void {
    this.#facts?.unsubscribe();
    clearTimeout(this.#refresh);
    clearTimeout(this.#search);
    this.#asked += 1;
  }

  /** Opens the folder that Files begins with. */
  async start(): Promise<void> {
    const answer = await this.#client().call.homeRoot({});
    if (!answer.ok) this.#fail(answer.error);
    else {
      this.root = answer.value;
      await this.show({ kind: 'folder', id: answer.value });
    }
  }

  /** Goes to a place; `focus` is the entry to stand on there. */
  async show(place: Place, focus?: NodeId): Promise<void> {
    clearTimeout(this.#search);
    this.place = place;
    this.selection = NOTHING;
    this.load = { status: 'loading' };
    this.#host.requestUpdate();
    await this.refresh(focus);
  }

  /** Searches once typing pauses; an empty query leads back. */
  searchFor(query: string): void {
    clearTimeout(this.#search);
    const from = this.folder ?? this.root;
    if (from === undefined) return;
    const trimmed = query.trim();
    if (trimmed !== '') this.#search = setTimeout(() => { void this.show({ kind: 'search', query: trimmed, from }); }, SEARCH_MS);
    else if (this.place?.kind === 'search') void this.show({ kind: 'folder', id: from });
  }

  /** The folder that is shown, or that a search was begun in. */
  get folder(): NodeId | undefined {
    if (this.place?.kind === 'folder') return this.place.id;
    return this.place?.kind === 'search' ? this.place.from : undefined;
  }

  get chosen(): readonly Entry[] {
    return this.entries.filter((entry) => this.selection.ids.has(entry.id));
  }

  select(selection: Selection): void {
    this.selection = selection;
    this.#host.requestUpdate();
  }

  sort(order: SortOrder): void {
    this.order = order;
    this.entries = inOrder(this.found.entries, order);
    this.#host.requestUpdate();
  }

  async refresh(focus?: NodeId): Promise<void> {
    const { place } = this;
    if (!place) return this.start();
    this.#asked += 1;
    const asked = this.#asked;
    const answer = await this.#ask(place);
    if (asked !== this.#asked) return;
    if (answer.ok) this.#take(answer.value, focus);
    else this.#fail(answer.error);
  }

  async #ask(place: Place): Promise<Answer<Found>> {
    if (place.kind === 'folder') return mapped(await this.#client().call.listFolder({ folder: place.id }), ofListing);
    if (place.kind === 'trash') return mapped(await this.#client().call.listTrash({}), ofTrash);
    return mapped(await this.#client().call.searchHome({ query: place.query }), ofHits);
  }

  #take(found: Found, focus: NodeId | undefined): void {
    const before = this.entries.map((entry) => entry.id);
    this.found = found;
    this.entries = this.place?.kind === 'folder' ? inOrder(found.entries, this.order) : found.entries;
    const kept = retain(this.selection, before, this.entries.map((entry) => entry.id));
    this.selection = focus !== undefined && found.entries.some((entry) => entry.id === focus) ? selectOnly(focus) : kept;
    this.load = { status: 'ready' };
    this.#host.requestUpdate();
  }

  #fail(error: NexusError): void {
    this.load = { status: 'failed', error };
    this.found = NOTHING_FOUND;
    this.entries = [];
    this.#host.requestUpdate();
  }

  #touches(folders: readonly NodeId[]): boolean {
    if (this.place?.kind !== 'folder') return true;
    return this.found.path.some((crumb) => folders.includes(crumb.id)) || folders.includes(this.place.id);
  }

  /** Many changes in a row, as in a long add, are asked for together. */
  #refreshSoon(): void {
    this.#refresh ??= setTimeout(() => {
      this.#refresh = undefined;
      void this.refresh();
    }, REFRESH_MS);
  }
}
