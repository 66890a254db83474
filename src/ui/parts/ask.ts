// One question to the authority at a time, for a form: busy while it waits, and the sentence of a refusal until the person goes on.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Answer } from '../../workers/contract/surface.ts';
import { sentenceOf } from '../errors.ts';
import { focusedElement, giveFocus } from './focus.ts';

export class Ask implements ReactiveController {
  busy = false;
  fault: string | undefined;
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.fault = undefined;
  }

  /** The answer as it came; a refusal is also kept as its sentence. */
  async of<T>(call: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const before = focusedElement();
    this.busy = true;
    this.say(undefined);
    const answer = await call();
    this.busy = false;
    this.say(answer.ok ? undefined : sentenceOf(answer.error));
    if (before !== undefined) void this.#giveBack(before);
    return answer;
  }

  /** Browsers take the focus from what is disabled while it waits. */
  async #giveBack(before: HTMLElement): Promise<void> {
    await this.#host.updateComplete;
    if (focusedElement() === undefined) giveFocus(before);
  }

  /** Sets the sentence shown, or takes it away. */
  say(fault: string | undefined): void {
    this.fault = fault;
    this.#host.requestUpdate();
  }
}
