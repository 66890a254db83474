// Notes: a list of text files, and the one that is open. Runs inside Nexus, and on a page of its own that asks for an address.
import { make } from '../parts/make.ts';
import { type Ask, type Dataset, type Nexus, NexusFailure, openNexus } from '../../sdk/nexus.ts';
import { freeTitle, type Note, type Notebook, openNotebook, type Order, sorted, titleFrom } from './notebook.ts';
import { STYLE } from './style.ts';

/** Typing rests for so long before it is saved: every save keeps the text before it as a version. */
const REST_MS = 2_000;
const FOLDER = 'home:/Notes/*';
const ASKS: readonly Ask[] = [
  { scope: 'read:files', resource: FOLDER }, { scope: 'write:files', resource: FOLDER },
  { scope: 'read:dataset', resource: 'dataset:self' }, { scope: 'write:dataset', resource: 'dataset:self' },
];

/** `address` is where the person's Nexus is said to be; absent inside Nexus. */
function startScreen(say: string, address?: string): void {
  const field = make('input', { type: 'url', ariaLabel: 'Address of your Nexus', value: address ?? '' });
  const act = () => { void begin(address === undefined ? undefined : field.value); };
  const button = make('button', { textContent: address === undefined ? 'Try again' : 'Connect to Nexus', onclick: act });
  const fields = address === undefined ? [] : [field];
  document.body.replaceChildren(make('div', { className: 'empty' }, make('h1', { textContent: 'Notes' }), make('p', { textContent: say }), ...fields, button));
  button.focus();
}

const saying = (fault: unknown): string => {
  const code = fault instanceof NexusFailure ? fault.code : 'internal';
  if (code === 'grants.denied') return 'Notes may not open a folder yet. Nothing was changed.';
  if (code === 'app.disconnected') return 'Nexus was locked or closed. What was saved is kept there.';
  return `This did not work (${code}). What was saved is kept.`;
};

class NotesApp {
  readonly #nexus: Nexus;
  readonly #notebook: Notebook;
  readonly #dataset: Dataset;
  readonly #list = make('ul', { ariaLabel: 'Notes' });
  readonly #title = make('input', { id: 'title', ariaLabel: 'Title', maxLength: 80 });
  readonly #text = make('textarea', { id: 'text', ariaLabel: 'Note', placeholder: 'Write …' });
  readonly #state = make('small', { role: 'status' });
  readonly #order = make('select', { ariaLabel: 'Order' }, make('option', { value: 'modified', textContent: 'Newest first' }), make('option', { value: 'title', textContent: 'By title' }));
  readonly #main = make('main');
  readonly #root = make('div', { id: 'app' });
  #notes: readonly Note[] = [];
  #open: string | undefined;
  #saved = '';
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(nexus: Nexus, notebook: Notebook, dataset: Dataset) {
    this.#nexus = nexus;
    this.#notebook = notebook;
    this.#dataset = dataset;
  }

  async start(): Promise<void> {
    await this.#takeOrder();
    // Chosen on another device, where the person keeps it on all of them.
    this.#dataset.watch(() => { void this.#takeOrder().then(() => { this.#draw(); }); });
    this.#order.onchange = () => {
      this.#draw();
      void this.#dataset.put('order', new TextEncoder().encode(this.#order.value));
    };
    this.#text.oninput = () => { this.#rest(); };
    this.#text.onblur = () => { void this.#save(); };
    this.#title.onchange = () => { void this.#rename(); };
    const add = make('button', { textContent: 'New note', onclick: () => { void this.#add(); } });
    const back = make('button', { id: 'back', textContent: 'All notes', onclick: () => { void this.#show(undefined); } });
    const remove = make('button', { textContent: 'Delete note', onclick: () => { void this.#remove(); } });
    this.#main.append(make('div', { className: 'row' }, back, this.#title), this.#text, make('div', { className: 'row' }, this.#state, remove));
    this.#root.append(make('aside', {}, make('div', { className: 'row' }, make('h1', { textContent: 'Notes' }), add), this.#order, this.#list), this.#main);
    document.body.replaceChildren(this.#root);
    void this.#nexus.closed.then(() => { this.#tell(saying(new NexusFailure({ code: 'app.disconnected' }))); });
    await this.reload();
    await this.#show(sorted(this.#notes, this.#order.value as Order)[0]?.title);
  }

  async #takeOrder(): Promise<void> {
    const kept = await this.#dataset.get('order');
    this.#order.value = kept && new TextDecoder().decode(kept) === 'title' ? 'title' : 'modified';
  }

  async reload(): Promise<void> {
    this.#notes = await this.#notebook.list();
    if (this.#open !== undefined && !this.#notes.some(({ title }) => title === this.#open)) await this.#show(undefined);
    this.#draw();
  }

  #draw(): void {
    this.#list.replaceChildren(...sorted(this.#notes, this.#order.value as Order).map(({ title, modified }) => {
      const button = make('button', { onclick: () => { void this.#show(title); } }, make('b', { textContent: title }), make('small', { textContent: new Date(modified).toLocaleString() }));
      button.setAttribute('aria-current', String(title === this.#open));
      return make('li', {}, button);
    }));
  }

  async #show(title: string | undefined): Promise<void> {
    // What is typed while another note is fetched would be typed into neither.
    this.#text.readOnly = true;
    try {
      if (await this.#save()) await this.#fill(title);
    } finally {
      this.#text.readOnly = false;
    }
  }

  async #fill(title: string | undefined): Promise<void> {
    const text = title === undefined ? '' : await this.#notebook.read(title);
    this.#open = title;
    this.#saved = text;
    this.#title.value = title ?? '';
    this.#text.value = text;
    this.#main.hidden = title === undefined;
    this.#root.classList.toggle('reading', title !== undefined);
    this.#draw();
  }

  async #add(): Promise<void> {
    const title = freeTitle('Untitled', this.#notes);
    await this.#try(async () => {
      await this.#notebook.write(title, '');
      await this.reload();
      await this.#show(title);
      this.#title.select();
    });
  }

  #rest(): void {
    clearTimeout(this.#resting);
    this.#tell('…');
    this.#resting = setTimeout(() => { void this.#save(); }, REST_MS);
  }

  /** Whether what is on the screen is kept. */
  async #save(): Promise<boolean> {
    clearTimeout(this.#resting);
    const [title, text] = [this.#open, this.#text.value];
    if (title === undefined || text === this.#saved) return true;
    return this.#try(async () => {
      await this.#notebook.write(title, text);
      this.#saved = text;
      this.#tell('Saved in your home');
      await this.reload();
    });
  }

  async #rename(): Promise<void> {
    const before = this.#open;
    const title = freeTitle(titleFrom(this.#title.value), this.#notes.filter((note) => note.title !== before));
    this.#title.value = title;
    if (before === undefined || title === before) return;
    if (!await this.#save()) return;
    await this.#try(async () => {
      await this.#notebook.rename(before, title);
      this.#open = title;
      await this.reload();
    });
  }

  async #remove(): Promise<void> {
    const title = this.#open;
    if (title === undefined) return;
    await this.#try(async () => {
      await this.#notebook.remove(title);
      this.#saved = this.#text.value;
      await this.reload();
      this.#tell('In the trash of your home');
    });
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (fault) {
      this.#tell(saying(fault));
      return false;
    }
  }

  #tell(words: string): void {
    this.#state.textContent = words;
  }
}

async function begin(server?: string): Promise<void> {
  try {
    const nexus = await openNexus(server === undefined ? {} : { server });
    await nexus.ask(ASKS);
    const files = await nexus.files(FOLDER, ['read:files', 'write:files']);
    const app = new NotesApp(nexus, openNotebook(files), await nexus.dataset());
    await app.start();
    await files.watch(() => { void app.reload(); });
  } catch (fault) {
    startScreen(saying(fault), server);
  }
}

document.head.append(make('style', { textContent: STYLE }));
const server = document.querySelector<HTMLMetaElement>('meta[name="nexus-server"]')?.content;
if (server === undefined) void begin();
else startScreen('Your notes stay in your Nexus. A window of it opens and asks you.', server);
