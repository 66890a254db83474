// Surfaces in tests: put one on a page with the theme, find things in it by role and name, wait for what a person would wait for.
import 'axe-core/axe.min.js';
import type axe from 'axe-core';
import { assert } from 'chai';
import { installTheme } from '../../src/ui/parts/theme.ts';
import { DEAD_MS } from '../../src/ui/parts/nx-dialog.ts';
import { locate } from '../e2e/support/accessible.ts';

/** A bound on a wait in vain, far past what the slowest machine takes. */
const PATIENCE_MS = 30_000;

const nextFrame = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 10); });

/** The first truthy answer; a failure says what was waited for. */
export async function until<T>(what: string, ask: () => T): Promise<NonNullable<T>> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = ask();
    if (answer) return answer as NonNullable<T>;
    if (performance.now() > end) throw new Error(`never came: ${what}`);
    await nextFrame();
  }
}

/** The one element of this role and name; waits for it. */
export function shown<E extends HTMLElement = HTMLElement>(role: string, name: string): Promise<E> {
  return until(`${role} “${name}”`, () => { const found = locate([{ role, name }]); return found.length === 1 ? (found[0] as E) : undefined; });
}

export const countOf = (role: string, name?: string): number => locate([name === undefined ? { role } : { role, name }]).length;

/** Presses the button; in a dialog, once its buttons are alive. */
export async function press(name: string, role = 'button'): Promise<void> {
  const button = await shown<HTMLButtonElement>(role, name);
  if (locate([{ role: 'dialog' }]).length > 0) await new Promise((resolve) => { setTimeout(resolve, DEAD_MS + 20); });
  button.click();
}

/** The element that has the focus, however deep. */
export function focused(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}

/** Presses a key where the focus is. */
export function key(key: string, init: KeyboardEventInit = {}): void {
  focused()?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...init }));
}

let themed = false;

/** Puts the surface on the page; gives the way to take it off. */
export function place<E extends HTMLElement>(tag: string, properties: Partial<E>, width = 1000): E {
  if (!themed) installTheme();
  themed = true;
  const element = Object.assign(document.createElement(tag), properties) as E;
  const frame = document.createElement(tag === 'nx-desktop' ? 'div' : 'main');
  frame.className = 'test-frame';
  frame.style.cssText = `display: block; inline-size: ${width}px; block-size: 700px`;
  frame.append(element);
  document.body.append(frame);
  return element;
}

export function clear(): void {
  for (const frame of document.querySelectorAll('.test-frame, iframe.nx-download')) frame.remove();
}

/** axe, with everything that it can say. */
export async function assertAccessible(): Promise<void> {
  const { axe: run } = globalThis as unknown as { readonly axe: typeof axe };
  const { violations } = await run.run(document, { rules: { 'document-title': { enabled: false }, 'html-has-lang': { enabled: false }, 'page-has-heading-one': { enabled: false } } });
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`), []);
}
