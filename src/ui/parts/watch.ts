// Ties a stream of states to an element: redrawn with each value, let go with the element.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Observable, Subscription } from 'rxjs';

export class Watch<T> implements ReactiveController {
  value: T | undefined;
  readonly #host: ReactiveControllerHost;
  readonly #source: () => Observable<T>;
  readonly #seen: ((value: T) => void) | undefined;
  #subscription: Subscription | undefined;

  /** `source` is asked when the element is connected, so that its properties are there. */
  constructor(host: ReactiveControllerHost, source: () => Observable<T>, seen?: (value: T) => void) {
    this.#host = host;
    this.#source = source;
    this.#seen = seen;
    host.addController(this);
  }

  hostConnected(): void {
    this.#subscription = this.#source().subscribe((value) => {
      this.value = value;
      this.#seen?.(value);
      this.#host.requestUpdate();
    });
  }

  hostDisconnected(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.value = undefined;
  }
}
