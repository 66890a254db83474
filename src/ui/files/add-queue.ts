// Owns: adds, one after the other: gather, plan, ask once, run, report. Draws nothing; the dialogs and the panel show its state.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { AddPlan, AddReport, ClashChoice, Progress } from '../../workers/contract/home.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import type { Client } from '../../workers/door/page/client.ts';
import type { Gathered, GatherOptions } from './add-items.ts';

export type AddState =
  | { readonly step: 'waiting' }
  | { readonly step: 'gathering'; readonly items: number }
  | { readonly step: 'planning' }
  | { readonly step: 'asking'; readonly plan: AddPlan }
  | { readonly step: 'running'; readonly plan: AddPlan; readonly progress?: Progress }
  | { readonly step: 'done'; readonly plan: AddPlan; readonly report: AddReport; readonly unreadable: readonly string[] }
  | { readonly step: 'too_many' }
  | { readonly step: 'cancelled' }
  | { readonly step: 'failed'; readonly error: NexusError };

type Gather = (options: GatherOptions) => Promise<Gathered>;

export interface AddJob {
  readonly number: number;
  readonly to: NodeId;
  readonly state: AddState;
}

interface Work {
  job: AddJob;
  readonly gather: Gather;
  readonly abort: AbortController;
  answer?: (choice: ClashChoice | 'cancel') => void;
}

const COUNT_EVERY = 100;

export const isOver = ({ step }: AddState): boolean =>
  step === 'done' || step === 'cancelled' || step === 'failed' || step === 'too_many';

export class AddQueue implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #client: () => Client;
  #works: readonly Work[] = [];
  #count = 0;
  #running = false;

  constructor(host: ReactiveControllerHost, client: () => Client) {
    this.#host = host;
    this.#client = client;
    host.addController(this);
  }

  hostDisconnected(): void {
    for (const work of this.#works) work.abort.abort();
    this.#works = [];
  }

  get jobs(): readonly AddJob[] {
    return this.#works.map((work) => work.job);
  }

  /** Something would be lost if the page went away now. */
  get busy(): boolean {
    return this.#works.some((work) => !isOver(work.job.state));
  }

  /** The job whose question waits for an answer. */
  get asking(): { readonly job: AddJob; readonly plan: AddPlan } | undefined {
    for (const { job } of this.#works) if (job.state.step === 'asking') return { job, plan: job.state.plan };
    return undefined;
  }

  add(to: NodeId, gather: Gather): void {
    this.#count += 1;
    const job: AddJob = { number: this.#count, to, state: { step: 'waiting' } };
    this.#works = [...this.#works.filter((work) => !isOver(work.job.state)), { job, gather, abort: new AbortController() }];
    this.#host.requestUpdate();
    if (!this.#running) void this.#runAll();
  }

  answer(number: number, choice: ClashChoice | 'cancel'): void {
    this.#works.find((work) => work.job.number === number)?.answer?.(choice);
  }

  cancel(number: number): void {
    const work = this.#works.find((each) => each.job.number === number);
    if (!work || isOver(work.job.state)) return;
    work.abort.abort();
    work.answer?.('cancel');
    if (work.job.state.step === 'waiting') this.#set(work, { step: 'cancelled' });
  }

  dismiss(number: number): void {
    this.#works = this.#works.filter((work) => work.job.number !== number || !isOver(work.job.state));
    this.#host.requestUpdate();
  }

  async #runAll(): Promise<void> {
    this.#running = true;
    for (let next = this.#next(); next; next = this.#next()) {
      try {
        this.#set(next, await this.#run(next));
      } catch (thrown) {
        this.#set(next, { step: 'failed', error: { code: 'internal' } });
        reportError(thrown);
      }
    }
    this.#running = false;
  }

  #next(): Work | undefined {
    return this.#works.find((work) => work.job.state.step === 'waiting');
  }

  async #run(work: Work): Promise<AddState> {
    const { signal } = work.abort;
    this.#set(work, { step: 'gathering', items: 0 });
    const onCount = (items: number): void => { if (items % COUNT_EVERY === 0) this.#set(work, { step: 'gathering', items }); };
    const gathered = await work.gather({ signal, onCount });
    if (signal.aborted) return { step: 'cancelled' };
    if (gathered.tooMany) return { step: 'too_many' };
    this.#set(work, { step: 'planning' });
    const plan = await this.#client().call.planAdd({ to: work.job.to, items: gathered.items });
    if (!plan.ok) return { step: 'failed', error: plan.error };
    const choice = plan.value.clashes > 0 && !signal.aborted ? await this.#ask(work, plan.value) : 'keep_both';
    return choice === 'cancel' || signal.aborted ? { step: 'cancelled' } : this.#add(work, { gathered, plan: plan.value, clash: choice });
  }

  #ask(work: Work, plan: AddPlan): Promise<ClashChoice | 'cancel'> {
    this.#set(work, { step: 'asking', plan });
    return new Promise((resolve) => { work.answer = resolve; });
  }

  async #add(work: Work, { gathered, plan, clash }: { readonly gathered: Gathered; readonly plan: AddPlan; readonly clash: ClashChoice }): Promise<AddState> {
    const refused = new Set(plan.refused.map((each) => each.path));
    const items = refused.size > 0 ? gathered.items.filter((item) => !refused.has(item.path)) : gathered.items;
    this.#set(work, { step: 'running', plan });
    const onProgress = (progress: Progress): void => {
      if (work.job.state.step === 'running') this.#set(work, { step: 'running', plan, progress });
    };
    const report = await this.#client().call.addFiles({ to: work.job.to, items, clash }, { signal: work.abort.signal, onProgress });
    if (report.ok) return { step: 'done', plan, report: report.value, unreadable: gathered.unreadable };
    return report.error.code === 'aborted' ? { step: 'cancelled' } : { step: 'failed', error: report.error };
  }

  #set(work: Work, state: AddState): void {
    work.job = { ...work.job, state };
    this.#host.requestUpdate();
  }
}
