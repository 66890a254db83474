// The base of every element of ours: it redraws when the language changes. It holds no state of its own.
import { updateWhenLocaleChanges } from '@lit/localize';
import { LitElement } from 'lit';

export class NxElement extends LitElement {
  constructor() {
    super();
    updateWhenLocaleChanges(this);
  }

  /** The one element of the own shadow root that fits, once it was drawn. */
  protected find<E extends Element = HTMLElement>(selector: string): E | undefined {
    return this.renderRoot.querySelector<E>(selector) ?? undefined;
  }

  /** Tells those around of something a person did or asked for. */
  protected emit<T>(type: string, detail?: T): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}
