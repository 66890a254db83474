// Photos: the pictures of one folder, which it may read and nothing more. Each is fetched when it comes into view.
import { make } from '../parts/make.ts';
import { type AppEntry, type Files, NexusFailure, openNexus } from '../../sdk/nexus.ts';

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; padding: 1rem; background: light-dark(#fff, #1e2128); color: light-dark(#1b1e25, #eef0f4); }
  h1 { font-size: 1.125rem; }
  nav { display: flex; flex-wrap: wrap; gap: .5rem; }
  ul { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .5rem; }
  button { font: inherit; color: inherit; cursor: pointer; min-block-size: 44px; border: 1px solid light-dark(#d5d9e1, #3a3f4a); border-radius: 8px; background: light-dark(#f1f3f8, #272b33); padding: .5rem .75rem; }
  li button { inline-size: 100%; aspect-ratio: 1; padding: 0; overflow: hidden; }
  img { inline-size: 100%; block-size: 100%; object-fit: cover; display: block; }
  dialog { border: 0; padding: 0; max-inline-size: 96vw; max-block-size: 96dvh; background: #000; }
  dialog img { object-fit: contain; max-block-size: 90dvh; }
  :focus-visible { outline: 3px solid light-dark(#4153c4, #a9b4ff); outline-offset: 2px; }
`;
const PICTURE = /^image\/(avif|gif|jpeg|png|webp|svg\+xml)$/;

const isPicture = (entry: AppEntry) => entry.kind === 'file' && PICTURE.test(entry.mediaType);
const joined = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`);

/** One picture: asked for when it is seen, shown large when it is pressed. */
function picture(files: Files, path: string, name: string): HTMLElement {
  const image = make('img', { alt: name });
  const seen = new IntersectionObserver(([entry]) => {
    if (!entry?.isIntersecting) return;
    seen.disconnect();
    files.read(path).then((blob) => { image.src = URL.createObjectURL(blob); }, () => { image.alt = `${name}: could not be read`; });
  });
  const large = () => {
    const dialog = make('dialog', { ariaLabel: name, onclose: () => { dialog.remove(); }, onclick: () => { dialog.close(); } }, make('img', { src: image.src, alt: name }));
    document.body.append(dialog);
    dialog.showModal();
  };
  const item = make('li', {}, make('button', { onclick: large }, image));
  seen.observe(item);
  return item;
}

async function show(files: Files, path: string): Promise<void> {
  const entries = await files.list(path);
  const folders = entries.filter(({ kind }) => kind === 'folder').map(({ name }) => make('button', { textContent: name, onclick: () => { void show(files, joined(path, name)); } }));
  const up = path === '' ? [] : [make('button', { textContent: 'Back', onclick: () => { void show(files, path.split('/').slice(0, -1).join('/')); } })];
  const pictures = entries.filter(isPicture).map(({ name }) => picture(files, joined(path, name), name));
  const empty = pictures.length === 0 ? [make('p', { textContent: 'There are no pictures in this folder.' })] : [];
  document.body.replaceChildren(make('h1', { textContent: path === '' ? files.name : path }), make('nav', {}, ...up, ...folders), ...empty, make('ul', { ariaLabel: 'Pictures' }, ...pictures));
}

async function begin(): Promise<void> {
  try {
    const nexus = await openNexus();
    await show(await nexus.files('home:/Photos/*', ['read:files']), '');
  } catch (fault) {
    const words = fault instanceof NexusFailure && fault.code === 'grants.denied' ? 'Photos may not see a folder yet.' : 'This did not work. Nothing was changed.';
    document.body.replaceChildren(make('h1', { textContent: 'Photos' }), make('p', { textContent: words }), make('button', { textContent: 'Try again', onclick: () => { void begin(); } }));
  }
}

document.head.append(make('style', { textContent: STYLE }));
void begin();
