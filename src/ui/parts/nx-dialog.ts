// A dialog on top of everything, on the platform's own <dialog>. A system dialog carries the user's seal, which no page of a
// stranger knows, and its buttons are dead for a moment after it shows, so that nobody presses what they did not read.
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Seal } from '../../workers/contract/device.ts';
import { controls } from './controls.ts';
import { focusedElement, giveFocus } from './focus.ts';
import { NxElement } from './nx-element.ts';
import './nx-seal.ts';

/** ms in which a press in a system dialog does nothing. */
export const DEAD_MS = 350;

export class NxDialog extends NxElement {
  static override properties = { heading: {}, seal: { attribute: false }, open: { type: Boolean }, wide: { type: Boolean }, dead: { state: true } };
  static override styles = [controls, css`
    :host { display: contents; }
    dialog {
      border: 1px solid var(--nx-line); border-radius: var(--nx-radius); padding: 0; color: var(--nx-text); background: var(--nx-surface);
      inline-size: min(92vw, 28rem); max-block-size: min(88dvh, 48rem); box-shadow: var(--nx-shadow); overflow: auto;
    }
    dialog.wide { inline-size: min(94vw, 46rem); }
    dialog::backdrop { background: rgb(10 12 18 / 45%); }
    .frame { display: grid; gap: 1rem; padding: 1.5rem; grid-template-columns: minmax(0, 1fr); }
    header { display: flex; gap: 0.875rem; align-items: center; }
    ::slotted([slot='actions']) { display: flex; flex-wrap: wrap; gap: 0.75rem; justify-content: flex-end; }
    /* Nothing there can be hit while a press would do nothing. */
    .dead ::slotted(*) { pointer-events: none; }
    /* The second of two quick presses is for no text either. */
    .dead { user-select: none; }
    @media (max-width: 24rem) { .frame { padding: 1.125rem; } }
  `];

  declare heading: string;
  /** Given for a system dialog alone. */
  declare seal: Seal | undefined;
  declare open: boolean;
  declare wide: boolean;
  declare dead: boolean;
  #shownAt = Number.NEGATIVE_INFINITY;
  #before: HTMLElement | undefined;
  readonly #steps = new MutationObserver(() => { requestAnimationFrame(() => { setTimeout(this.#keepFocus); }); });

  constructor() {
    super();
    this.heading = '';
    this.open = false;
    this.wide = false;
    this.dead = false;
    this.addEventListener('click', this.#holdBack, { capture: true });
    this.addEventListener('submit', this.#holdBack, { capture: true });
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('open')) return;
    const dialog = this.find<HTMLDialogElement>('dialog');
    if (dialog === undefined) return;
    if (this.open && !dialog.open) this.#show(dialog);
    if (!this.open && dialog.open) dialog.close();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // A page that was opened by another may have lain under one of its windows until now.
    if (opener !== null) addEventListener('focus', this.#holdStill);
    this.#steps.observe(this, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('focus', this.#holdStill);
    this.#steps.disconnect();
    // A modal that is only removed leaves the page inert for a moment in some engines.
    this.find<HTMLDialogElement>('dialog')?.close();
    this.#giveFocusBack();
  }

  override render(): TemplateResult {
    return html`<dialog class=${`${this.wide ? 'wide' : ''} ${this.dead ? 'dead' : ''}`} aria-labelledby="name" @close=${this.#closed}>
      <div class="frame">
        <header>${this.seal === undefined ? nothing : html`<nx-seal .seal=${this.seal}></nx-seal>`}<h2 id="name">${this.heading}</h2></header>
        <slot></slot>
        <slot name="actions"></slot>
      </div>
    </dialog>`;
  }

  #show(dialog: HTMLDialogElement): void {
    this.#before = focusedElement();
    this.#holdStill();
    dialog.showModal();
    const first = this.#first;
    first?.focus();
    // Who asks, and what, is read first, whatever has the focus.
    dialog.scrollTop = 0;
    // What is proposed is there to be written over.
    if (first instanceof HTMLInputElement && first.type === 'text') first.select();
  }

  get #first(): HTMLElement | undefined {
    return this.querySelector<HTMLElement>('[autofocus]') ?? this.querySelector<HTMLElement>('input, textarea, select') ?? undefined;
  }

  /** What had the focus went with a step, or is disabled, which browsers see when they have drawn. */
  readonly #keepFocus = (): void => {
    if (!this.open || !this.isConnected || focusedElement() !== undefined) return;
    (this.#first ?? this.querySelector<HTMLElement>('a[href], button:enabled'))?.focus();
  };

  /** Shown just now, or come to the front just now: a press that was meant for something else does nothing. */
  readonly #holdStill = (): void => {
    if (this.seal === undefined || !this.open) return;
    this.#shownAt = performance.now();
    this.dead = true;
    setTimeout(() => { this.dead = false; }, DEAD_MS);
  };

  readonly #closed = (): void => {
    if (!this.isConnected) return;
    this.open = false;
    this.#giveFocusBack();
    this.emit('nx-close');
  };

  #giveFocusBack(): void {
    if (this.#before !== undefined) giveFocus(this.#before);
    this.#before = undefined;
  }

  readonly #holdBack = (event: Event): void => {
    if (this.seal === undefined || performance.now() - this.#shownAt >= DEAD_MS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
}

customElements.define('nx-dialog', NxDialog);
