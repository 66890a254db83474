// Keeps the place of the keyboard: what a redraw disables has the focus again after that, and where it takes away what had it, the focus goes to the
// heading of what that stood in. Without it the next Tab would begin at the top of the page.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { focusedElement, giveFocus } from './focus.ts';

/** What an element stands in, from the inside out, up to its shadow root. */
function around(element: Element): readonly ParentNode[] {
  const found: ParentNode[] = [];
  for (let at = element.parentNode; at !== null; at = at.parentNode) found.push(at as Node & ParentNode);
  return found;
}

export class KeepPlace implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  #focused: HTMLElement | undefined;
  #around: readonly ParentNode[] = [];
  /** It is disabled, and gets the focus back after that. */
  #held = false;

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdate(): void {
    const focused = this.#host.shadowRoot?.activeElement;
    if (!(focused instanceof HTMLElement)) {
      if (!this.#held) this.#focused = undefined;
      return;
    }
    if (focused !== this.#focused) this.#held = false;
    this.#focused = focused;
    this.#around = around(focused);
  }

  hostUpdated(): void {
    const focused = this.#focused;
    if (focused === undefined) return;
    if (!focused.isConnected) this.#goOn();
    else if (!focused.matches(':disabled')) this.#held = false;
    else if (!this.#held) {
      this.#held = true;
      giveFocus(focused);
    }
  }

  #goOn(): void {
    this.#focused = undefined;
    this.#held = false;
    if (focusedElement() !== undefined) return;
    const heading = this.#around.filter((each) => each.isConnected).map((each) => each.querySelector<HTMLElement>('h1, h2, legend')).find((each) => each !== null);
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}
