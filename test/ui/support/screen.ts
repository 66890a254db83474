// What a test of a surface sees and does, as a person would: by role and name, by keys and clicks. Elements are mounted alone, on a fake client.
import { speak } from '../../../src/ui/locales/localisation.ts';
import { installTheme, setAccent, setAppearance } from '../../../src/ui/parts/theme.ts';
import { locate } from '../../e2e/support/accessible.ts';

let themed = false;

/** Puts an element on the page, with the theme, in English. */
export async function mount<E extends HTMLElement>(element: E): Promise<E> {
  if (!themed) installTheme();
  themed = true;
  await speak('en');
  document.title = 'Nexus';
  document.body.append(element);
  return element;
}

/** Leaves the page as it was. */
export function unmount(): void {
  document.body.replaceChildren();
  setAppearance('system');
  setAccent(undefined);
}

export const all = (role: string, name?: string): HTMLElement[] => locate([{ role, ...(name === undefined ? {} : { name }) }]) as HTMLElement[];

/** Waits, frame by frame, until something holds; the runner's time limit ends a wait in vain. */
export async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false) return seen;
    await new Promise((resolve) => { requestAnimationFrame(resolve); });
  }
}

/** The one element of that role and name, once it is there. */
export const one = <E extends HTMLElement = HTMLElement>(role: string, name?: string): Promise<E> => until(() => {
  const found = all(role, name);
  return found.length === 1 && (found[0] as E);
});

export const none = (role: string, name?: string): Promise<boolean> => until(() => all(role, name).length === 0);

export async function press(name: string, role = 'button'): Promise<void> {
  (await one(role, name)).click();
}

/** Types into a field, found by its label. */
export async function fill(name: string, text: string): Promise<void> {
  const field = await one<HTMLInputElement>('textbox', name);
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
}

/** What the alert with text in it says. */
export const alertText = (): Promise<string> => until(() => all('alert').map((alert) => alert.innerText.trim()).find((text) => text !== ''));

export function focused(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
