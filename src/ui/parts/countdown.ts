// Counts a wait down, one redraw a second, as long as its element is there.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class Countdown implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #clock: () => number;
  #until = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, clock: () => number) {
    this.#host = host;
    this.#clock = clock;
    host.addController(this);
  }

  /** ms still to wait; 0 when it is over. */
  get left(): number {
    return Math.max(0, this.#until - this.#clock());
  }

  start(ms: number): void {
    this.#until = this.#clock() + ms;
    if (ms > 0) this.#tick();
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#timer ??= setInterval(() => {
      if (this.left === 0) this.hostDisconnected();
      this.#host.requestUpdate();
    }, 1000);
  }
}
