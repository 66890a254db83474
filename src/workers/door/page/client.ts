// What a page holds of the authority: every method of the contract, without the envelope that the door adds.
import type { Observable } from 'rxjs';
import type { DeviceStatus } from '../../contract/device.ts';
import type { HeardFact } from '../../contract/events.ts';
import type { Command, Progress } from '../../contract/home.ts';
import type { Answer, Args, Method, Value } from '../../contract/surface.ts';

/** For long work: abort it, and hear of its progress. */
export interface Work {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** The door adds the port, and to a command what makes it one: nothing else, so that no page leaves out what the worker asks for. */
export type ClientArgs<M extends Method> = Omit<Args<M>, 'port' | (Args<M> extends Command ? keyof Command : never)>;

export type Calls = { readonly [M in Method]: (args: ClientArgs<M>, work?: Work) => Promise<Answer<Value<M>>> };

/** `elsewhere`: another tab has the authority and no service worker can connect us yet; the person may take over. */
export type ConnectionState = 'connecting' | 'ready' | 'elsewhere' | 'newer_schema' | 'broken';

export interface Client {
  readonly call: Calls;
  readonly connection: Observable<ConnectionState>;
  /** The snapshot first, then each change. */
  readonly device: Observable<DeviceStatus>;
  /** Each as it comes; `facts.missed` where some did not: then whatever is shown is to be asked for anew. */
  readonly facts: Observable<HeardFact>;
  /** Ends the other tab's authority and starts this page's. */
  takeOver(): void;
}
