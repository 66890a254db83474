// Owns: checking a snapshot, or a bundle's file from disk, to a depth, and telling what came of it.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { SnapshotCard, VerifyDepth, VerifyReport } from '../../workers/contract/backup.ts';
import type { Progress } from '../../workers/contract/home.ts';
import type { Answer } from '../../workers/contract/surface.ts';
import type { Client, Work } from '../../workers/door/page/client.ts';
import { icon } from '../desktop/icons.ts';
import { sentenceOf } from '../errors.ts';
import { formatDateTime, formatNumber } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { filesWords } from '../parts/file-count.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-dialog.ts';
import '../parts/nx-progress.ts';

type Step =
  | { readonly at: 'choose' }
  | { readonly at: 'work'; readonly progress?: Progress }
  | { readonly at: 'done'; readonly report: VerifyReport };

const LISTED = 500;
const SAMPLE_PERCENT = 10;

export class NxVerifyDialog extends NxElement {
  static override properties = { client: { attribute: false }, snapshot: { attribute: false }, step: { state: true }, fault: { state: true } };
  static override styles = [controls, css`
    fieldset { display: grid; gap: 0.25rem; }
    .choice > span { display: grid; padding-block: 0.375rem; }
    .outcome { display: flex; gap: 0.75rem; align-items: center; }
    .outcome svg { flex: none; inline-size: 2rem; block-size: 2rem; }
    .bad svg { color: var(--nx-danger); }
    .list { max-block-size: 14rem; overflow: auto; border: 1px solid var(--nx-line); border-radius: var(--nx-radius-small); padding: 0.5rem 0.875rem; overflow-wrap: anywhere; }
    input[type='file'] { font: inherit; max-inline-size: 100%; min-block-size: 44px; padding-block: 0.5rem; }
  `];

  declare client: Client;
  /** Absent: a file is asked for. */
  declare snapshot: SnapshotCard | undefined;
  declare step: Step;
  declare fault: string;
  readonly #abort = new AbortController();

  constructor() {
    super();
    this.step = { at: 'choose' };
    this.fault = '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#abort.abort();
  }

  override render(): TemplateResult {
    const heading = this.snapshot ? msg(str`Verify the snapshot of ${formatDateTime(this.snapshot.created)}`) : msg('Verify a backup file');
    return html`<nx-dialog open .heading=${heading}>${this.#drawn()}</nx-dialog>`;
  }

  #drawn(): TemplateResult {
    switch (this.step.at) {
      case 'choose': return this.#choose();
      case 'work': return html`<nx-progress cancellable .label=${msg('Verifying')} .progress=${this.step.progress} @nx-cancel=${() => { this.emit('nx-close'); }}></nx-progress>`;
      case 'done': return this.#done(this.step.report);
    }
  }

  #choose(): TemplateResult {
    return html`<form id="verify" class="stack" novalidate @submit=${this.#verify} @input=${() => { this.fault = ''; }}>
        ${this.snapshot ? nothing : html`<label class="field"><span>${msg('Backup file')}</span><input type="file" name="file" accept=".nbk,application/zip,application/octet-stream"></label>`}
        <fieldset><legend class="hidden-name">${msg('How deep')}</legend>
          ${this.#depth('quick', msg('Quick'), msg('Structure and list: nothing is missing or added.'))}
          ${this.#depth('sample', msg('Sample'), msg(str`The same, and ${formatNumber(SAMPLE_PERCENT)} % of the content, taken at random.`))}
          ${this.#depth('full', msg('Full'), msg('Every byte of it.'))}
        </fieldset>
        <p class="alert" role="alert">${this.fault}</p>
      </form>
      <div slot="actions"><button type="button" @click=${() => { this.emit('nx-close'); }}>${msg('Cancel')}</button><button type="submit" form="verify" class="primary" @click=${this.#verify}>${msg('Verify')}</button></div>`;
  }

  #depth(depth: VerifyDepth, label: string, hint: string): TemplateResult {
    return html`<label class="choice"><input type="radio" name="depth" value=${depth} ?checked=${depth === 'full'} aria-label=${label} aria-describedby=${`${depth}-hint`}><span>${label}<span class="hint" id=${`${depth}-hint`}>${hint}</span></span></label>`;
  }

  #done(report: VerifyReport): TemplateResult {
    const checked = msg(str`${filesWords(report.files, report.checkedBytes)} checked.`);
    return html`<div class="stack" role="status">
        <p class="outcome ${report.ok ? 'good' : 'bad'}">${icon(report.ok ? 'shield' : 'warning')}<strong>${report.ok ? msg('Whole. Nothing is damaged.') : this.#hurt(report.damaged.length)}</strong></p>
        <p class="quiet">${checked}</p>
        ${report.ok ? nothing : html`<p>${msg('What is not listed is whole and can be restored. Make a new backup now, and keep this one until that one is verified.')}</p>
          <ul class="list small" tabindex="0" aria-label=${msg('Damaged')}>${report.damaged.slice(0, LISTED).map((path) => html`<li><bdi>${path}</bdi></li>`)}
          ${report.damaged.length > LISTED ? html`<li class="quiet">${msg(str`and ${formatNumber(report.damaged.length - LISTED)} more`)}</li>` : nothing}</ul>`}
      </div>
      <div slot="actions"><button type="button" class="primary" @click=${() => { this.emit('nx-close'); }}>${msg('Close')}</button></div>`;
  }

  #hurt(count: number): string {
    return count === 1 ? msg('Damaged in 1 place.') : msg(str`Damaged in ${formatNumber(count)} places.`);
  }

  readonly #verify = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.step.at !== 'choose') return;
    const file = this.find<HTMLInputElement>('[name=file]')?.files?.[0];
    const depth = (this.find<HTMLInputElement>('[name=depth]:checked')?.value ?? 'full') as VerifyDepth;
    if (!this.snapshot && !file) {
      this.fault = msg('Choose the file of a backup first.');
      return;
    }
    this.step = { at: 'work' };
    const answer = await this.#ask(file, depth);
    if (answer === undefined) return;
    this.step = answer.ok ? { at: 'done', report: answer.value } : { at: 'choose' };
    if (answer.ok) this.emit('nx-verified');
    else this.fault = sentenceOf(answer.error);
  };

  async #ask(file: File | undefined, depth: VerifyDepth): Promise<Answer<VerifyReport> | undefined> {
    const work: Work = { signal: this.#abort.signal, onProgress: (progress) => { if (this.step.at === 'work') this.step = { at: 'work', progress }; } };
    const how = { depth, ...(depth === 'sample' && { percent: SAMPLE_PERCENT }) };
    if (this.snapshot) return this.client.call.verifySnapshot({ id: this.snapshot.id, ...how }, work);
    return file && this.client.call.verifyBundle({ file, ...how }, work);
  }
}

customElements.define('nx-verify-dialog', NxVerifyDialog);
