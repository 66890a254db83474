// Owns: files on their way in: held over the page, dropped on it, or picked. They end in the queue of adds; a page that would
// lose an add asks before it goes.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { NodeId } from '../../workers/contract/ids.ts';
import { type Dropped, droppedIn, gatherDropped, gatherPicked } from './add-items.ts';
import type { AddQueue } from './add-queue.ts';
import { holdsFiles } from './drag-inside.ts';

export class Incoming implements ReactiveController {
  /** Files from outside are held over the page. */
  over = false;
  readonly #host: ReactiveControllerHost;
  readonly #adds: AddQueue;
  readonly #to: () => NodeId | undefined;

  /** `to`: the folder that takes what comes; undefined where none does, as in the trash. */
  constructor(host: ReactiveControllerHost, adds: AddQueue, to: () => NodeId | undefined) {
    this.#host = host;
    this.#adds = adds;
    this.#to = to;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('beforeunload', this.#holdPage);
  }

  hostDisconnected(): void {
    removeEventListener('beforeunload', this.#holdPage);
  }

  take(to: NodeId, dropped: Dropped): void {
    this.#hold(false);
    this.#adds.add(to, (options) => gatherDropped(dropped, options));
  }

  readonly dragOver = (event: DragEvent): void => {
    if (!holdsFiles(event.dataTransfer) || this.#to() === undefined) return;
    event.preventDefault();
    this.#hold(true);
  };

  readonly dragLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null || !(event.currentTarget as Element).contains(event.relatedTarget as Node)) this.#hold(false);
  };

  readonly drop = (event: DragEvent): void => {
    const to = this.#to();
    this.#hold(false);
    if (!event.dataTransfer || !holdsFiles(event.dataTransfer) || to === undefined) return;
    event.preventDefault();
    this.take(to, droppedIn(event.dataTransfer));
  };

  readonly picked = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    const to = this.#to();
    if (files.length > 0 && to !== undefined) this.#adds.add(to, (options) => gatherPicked(files, options));
  };

  /** Only an add would be lost. */
  readonly #holdPage = (event: BeforeUnloadEvent): void => {
    if (this.#adds.busy) event.preventDefault();
  };

  #hold(over: boolean): void {
    if (over === this.over) return;
    this.over = over;
    this.#host.requestUpdate();
  }
}
