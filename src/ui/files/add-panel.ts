// Owns: showing adds: how far, how fast, how to call them off, and what came of each. It decides nothing (see add-queue.ts).
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { AddPlan, AddReport } from '../../workers/contract/home.ts';
import { LIMITS } from '../../workers/contract/limits.ts';
import { icon } from '../desktop/icons.ts';
import { sentenceOf } from '../errors.ts';
import { formatBytes, formatNumber } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-progress.ts';
import type { AddJob, AddState } from './add-queue.ts';
import { isOver } from './add-queue.ts';
import { failureText, ruleText } from './name-rules.ts';

const LISTED = 200;

interface Trouble {
  readonly path: string;
  readonly why: string;
}

function troublesOf({ plan, report, unreadable }: { readonly plan: AddPlan; readonly report: AddReport; readonly unreadable: readonly string[] }): readonly Trouble[] {
  return [
    ...plan.refused.map(({ path, rule }) => ({ path, why: ruleText(rule) })),
    ...unreadable.map((path) => ({ path, why: failureText('home.file_unreadable') })),
    ...report.failed.map(({ path, code }) => ({ path, why: failureText(code) })),
  ];
}

function addedText({ added, replaced, skipped }: AddReport): string {
  const facts = [added === 1 ? msg('1 file added') : msg(str`${formatNumber(added)} files added`)];
  if (replaced > 0) facts.push(msg(str`${formatNumber(replaced)} replaced`));
  if (skipped > 0) facts.push(msg(str`${formatNumber(skipped)} skipped`));
  return facts.join(' · ');
}

export class NxAddPanel extends NxElement {
  static override properties = { jobs: { attribute: false } };
  static override styles = [controls, css`
    :host { display: grid; gap: 0.5rem; }
    .job { display: grid; gap: 0.5rem; background: var(--nx-surface); border: 1px solid var(--nx-line); border-radius: var(--nx-radius); padding: 0.875rem 1rem; box-shadow: var(--nx-shadow); }
    .line { display: flex; gap: 0.75rem; align-items: center; }
    .line > :first-child { flex: 1; min-inline-size: 0; }
    details ul { max-block-size: 14rem; overflow: auto; }
    details li { padding-block: 0.375rem; border-block-end: 1px solid var(--nx-line); overflow-wrap: anywhere; display: grid; }
    summary { cursor: pointer; min-block-size: var(--nx-target); display: flex; align-items: center; gap: 0.5rem; color: var(--nx-danger); font-weight: 550; }
    .icon-only { padding: 0; border-color: transparent; background: transparent; }
  `];

  declare jobs: readonly AddJob[];

  constructor() {
    super();
    this.jobs = [];
  }

  override render(): TemplateResult {
    return html`${repeat(this.jobs.filter(({ state }) => state.step !== 'asking'), ({ number }) => number, (job) => html`<section class="job" aria-label=${msg('Adding files')}>${this.#job(job)}</section>`)}`;
  }

  #job({ number, state }: AddJob): TemplateResult {
    if (state.step === 'running') return html`<nx-progress cancellable .label=${this.#title(state.plan)} .progress=${state.progress} @nx-cancel=${() => { this.emit('nx-add-cancel', number); }}></nx-progress>`;
    const over = isOver(state);
    return html`<div class="line">
        <p role=${state.step === 'failed' || state.step === 'too_many' ? 'alert' : 'status'}>${this.#text(state)}</p>
        ${over
          ? html`<button type="button" class="icon-only" aria-label=${msg('Dismiss')} @click=${() => { this.emit('nx-add-dismiss', number); }}>${icon('close')}</button>`
          : html`<button type="button" @click=${() => { this.emit('nx-add-cancel', number); }}>${msg('Cancel')}</button>`}
      </div>${state.step === 'done' ? this.#troubles(troublesOf(state)) : nothing}`;
  }

  #title(plan: AddPlan): string {
    const size = formatBytes(plan.bytes);
    return plan.files === 1 ? msg(str`Adding 1 file, ${size}`) : msg(str`Adding ${formatNumber(plan.files)} files, ${size}`);
  }

  #text(state: AddState): string {
    switch (state.step) {
      case 'waiting': return msg('Waiting for the add before it');
      case 'gathering': return msg(str`Looking through what you chose: ${formatNumber(state.items)} items`);
      case 'planning': case 'asking': case 'running': return msg('Comparing with what is here');
      case 'done': return addedText(state.report);
      case 'cancelled': return msg('Cancelled. Nothing of it was left half added.');
      case 'too_many': return msg(str`One add holds at most ${formatNumber(LIMITS.itemsPerCommand)} items. Nothing was added: choose fewer at a time.`);
      case 'failed': return sentenceOf(state.error);
    }
  }

  #troubles(troubles: readonly Trouble[]): TemplateResult | typeof nothing {
    if (troubles.length === 0) return nothing;
    const count = troubles.length === 1 ? msg('1 was not added') : msg(str`${formatNumber(troubles.length)} were not added`);
    const more = troubles.length - LISTED;
    return html`<details><summary>${icon('warning')}${count}</summary>
      <ul class="small" tabindex="0" aria-label=${count}>${troubles.slice(0, LISTED).map(({ path, why }) => html`<li><bdi>${path}</bdi><span class="quiet">${why}</span></li>`)}
        ${more > 0 ? html`<li class="quiet">${msg(str`and ${formatNumber(more)} more`)}</li>` : nothing}</ul></details>`;
  }
}

customElements.define('nx-add-panel', NxAddPanel);
