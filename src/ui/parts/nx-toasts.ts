// Short notices at the edge of the window that go by themselves. Cleared with every lock, since they may name things.
import { css, html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { controls } from './controls.ts';
import { NxElement } from './nx-element.ts';

const SHOWN_MS = 6000;

interface Toast { readonly id: number; readonly text: string }

export class NxToasts extends NxElement {
  static override properties = { toasts: { state: true } };
  static override styles = [controls, css`
    :host { position: fixed; inset-block-end: 1.25rem; inset-inline: 1rem; display: grid; justify-items: center; pointer-events: none; z-index: 10; }
    div { display: grid; gap: 0.5rem; justify-items: center; }
    p { background: light-dark(#23262e, #e9ebf0); color: light-dark(#ffffff, #16181d); border-radius: var(--nx-radius-small); padding: 0.625rem 1rem; box-shadow: var(--nx-shadow); max-inline-size: 34rem; overflow-wrap: anywhere; }
    @media (forced-colors: active) { p { border: 1px solid CanvasText; } }
  `];

  declare toasts: readonly Toast[];
  #next = 0;

  constructor() {
    super();
    this.toasts = [];
  }

  /** What is said again is there once, and stays longer. */
  show(text: string): void {
    const id = this.#next++;
    this.toasts = [...this.toasts.filter((toast) => toast.text !== text).slice(-2), { id, text }];
    setTimeout(() => { this.toasts = this.toasts.filter((toast) => toast.id !== id); }, SHOWN_MS);
  }

  clear(): void {
    this.toasts = [];
  }

  override render(): TemplateResult {
    return html`<div role="status">${repeat(this.toasts, ({ id }) => id, ({ text }) => html`<p>${text}</p>`)}</div>`;
  }
}

customElements.define('nx-toasts', NxToasts);

/** Asks the app around for a notice. */
export function toast(from: EventTarget, text: string): void {
  from.dispatchEvent(new CustomEvent('nx-toast', { detail: text, bubbles: true, composed: true }));
}
