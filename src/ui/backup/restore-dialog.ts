// Owns: restoring into the open home: open a file or a snapshot, look at what would come, choose, apply. Nothing is written
// before "Restore", and that is all or nothing (docs/user-interface.md, "Backups").
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { OpenedBundle, RestorePlan, RestoreReport, SnapshotCard } from '../../workers/contract/backup.ts';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { ClashChoice, Progress } from '../../workers/contract/home.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { formatDateTime, formatNumber } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { field } from '../parts/field.ts';
import { filesWords } from '../parts/file-count.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-dialog.ts';
import '../parts/nx-progress.ts';
import { leftOut } from '../parts/left-out.ts';
import { takePhrase, takeSecret } from '../parts/secret.ts';
import { planTable, planTableStyle } from '../restore/plan-table.ts';

type Step =
  | { readonly at: 'open' }
  | { readonly at: 'look'; readonly bundle: OpenedBundle; readonly plan: RestorePlan }
  | { readonly at: 'work'; readonly bundle: OpenedBundle; readonly progress?: Progress }
  | { readonly at: 'done'; readonly report: RestoreReport };

interface Choices {
  readonly path: string;
  readonly clash: ClashChoice;
}

const CLASHES: readonly ClashChoice[] = ['keep_both', 'replace', 'skip'];

export class NxRestoreDialog extends NxElement {
  static override properties = {
    client: { attribute: false }, snapshot: { attribute: false }, step: { state: true }, kind: { state: true }, busy: { state: true }, fault: { state: true },
  };
  static override styles = [controls, planTableStyle, css`
    input[type='file'] { font: inherit; max-inline-size: 100%; min-block-size: 44px; padding-block: 0.5rem; }
    .choices { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: 1rem; align-items: start; }
  `];

  declare client: Client;
  /** Absent: a file is asked for. */
  declare snapshot: SnapshotCard | undefined;
  declare step: Step;
  declare kind: 'password' | 'phrase';
  declare busy: boolean;
  declare fault: string;
  readonly #abort = new AbortController();
  #into: NodeId | undefined;
  #asked = 0;

  constructor() {
    super();
    this.step = { at: 'open' };
    this.kind = 'password';
    this.busy = false;
    this.fault = '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#abort.abort();
    if (this.step.at === 'look') void this.client.call.closeBundle({ restore: this.step.bundle.restore });
  }

  override render(): TemplateResult {
    const heading = this.snapshot ? msg(str`Restore from the snapshot of ${formatDateTime(this.snapshot.created)}`) : msg('Restore from a backup');
    return html`<nx-dialog open ?wide=${this.step.at === 'look'} .heading=${heading}>${this.#drawn()}</nx-dialog>`;
  }

  #drawn(): TemplateResult {
    switch (this.step.at) {
      case 'open': return this.#openForm();
      case 'look': return this.#look(this.step.bundle, this.step.plan);
      case 'work': return html`<nx-progress cancellable .label=${msg('Restoring')} .progress=${this.step.progress} @nx-cancel=${() => { this.#abort.abort(); }}></nx-progress>`;
      case 'done': return this.#done(this.step.report);
    }
  }

  #openForm(): TemplateResult {
    const phrase = this.kind === 'phrase';
    return html`<form id="open" class="stack" novalidate @submit=${this.#open} @input=${() => { this.fault = ''; }}>
        <p class="quiet">${msg('Open it with the password or the recovery phrase from the time it was made. You see what would change before anything is written.')}</p>
        ${this.snapshot ? nothing : html`<label class="field"><span>${msg('Backup file')}</span><input type="file" name="file" accept=".nbk,application/zip,application/octet-stream"></label>`}
        ${phrase ? html`<label class="field"><span>${msg('Recovery phrase')}</span><textarea name="secret" rows="4" autocomplete="off" autocapitalize="off" spellcheck="false"></textarea></label>`
          : field({ name: 'secret', label: msg('Password'), type: 'password', autocomplete: 'off' })}
        <div><button type="button" class="plain" @click=${() => { this.kind = phrase ? 'password' : 'phrase'; }}>${phrase ? msg('Use password') : msg('Use recovery phrase')}</button></div>
        <p class="alert" role="alert">${this.fault}</p>
      </form>
      <div slot="actions"><button type="button" @click=${() => { this.emit('nx-close'); }}>${msg('Cancel')}</button>
        <button type="submit" class="primary" ?disabled=${this.busy} @click=${this.#open}>${this.busy ? msg('One moment…') : msg('Open backup')}</button></div>`;
  }

  #look(bundle: OpenedBundle, plan: RestorePlan): TemplateResult {
    return html`<form id="apply" class="stack" novalidate @submit=${this.#apply}>
        <p class="quiet">${formatDateTime(bundle.created)} · ${filesWords(bundle.files, bundle.bytes)}</p>
        <div class="choices" @change=${() => { void this.#planAgain(); }}>
          ${field({ name: 'path', label: msg('Only this folder or file'), hint: msg('A path as in the list, like Photos/Summer. Empty: everything.') })}
          <label class="field"><span>${msg('Where a name is there already')}</span><select name="clash">${CLASHES.map((clash) => html`<option value=${clash}>${clashWord(clash)}</option>`)}</select></label>
        </div>
        <div aria-live="polite" aria-busy=${this.busy ? 'true' : 'false'}>${planTable(plan)}</div>
        <p class="alert" role="alert">${this.fault}</p>
      </form>
      <div slot="actions"><button type="button" @click=${() => { this.emit('nx-close'); }}>${msg('Cancel')}</button>
        <button type="button" class="primary" ?disabled=${this.busy || plan.lines.length === 0} @click=${this.#apply}>${msg('Restore')}</button></div>`;
  }

  #done({ created, replaced, kept, damaged }: RestoreReport): TemplateResult {
    return html`<p role="status">${msg(str`${formatNumber(created)} created, ${formatNumber(replaced)} replaced, ${formatNumber(kept)} kept as they were.`)}</p>
      ${leftOut(damaged)}
      <div slot="actions"><button type="button" class="primary" @click=${() => { this.emit('nx-close'); }}>${msg('Close')}</button></div>`;
  }

  readonly #open = async (event: Event): Promise<void> => {
    event.preventDefault();
    const file = this.find<HTMLInputElement>('[name=file]')?.files?.[0];
    const input = this.find<HTMLInputElement>('[name=secret]');
    if (this.busy || !input) return;
    const source = this.snapshot ? { snapshot: this.snapshot.id } : file && { file };
    if (!source || input.value === '') {
      this.fault = source ? msg('Type the password or the recovery phrase of this backup.') : msg('Choose the file of a backup first.');
      return;
    }
    this.busy = true;
    const [opened, root] = await Promise.all([
      this.client.call.openBundle({ source, kind: this.kind, secret: this.kind === 'phrase' ? takePhrase(input) : takeSecret(input) }), this.client.call.homeRoot({})]);
    if (root.ok) this.#into = root.value;
    if (!opened.ok) this.#refused(opened.error);
    else if (!root.ok) this.#refused(root.error);
    else await this.#plan(opened.value, { path: '', clash: 'keep_both' });
    this.busy = false;
  };

  async #plan(bundle: OpenedBundle, { path, clash }: Choices): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const plan = await this.client.call.planRestore({ restore: bundle.restore, clash, ...this.#place(path) });
    if (asked !== this.#asked) return;
    if (plan.ok) this.step = { at: 'look', bundle, plan: plan.value };
    else this.#refused(plan.error);
  }

  async #planAgain(): Promise<void> {
    if (this.step.at !== 'look') return;
    this.fault = '';
    this.busy = true;
    await this.#plan(this.step.bundle, this.#choices());
    this.busy = false;
  }

  readonly #apply = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.step.at !== 'look' || this.busy) return;
    const { bundle, plan } = this.step;
    const { path, clash } = this.#choices();
    this.step = { at: 'work', bundle };
    const answer = await this.client.call.applyRestore({ restore: bundle.restore, clash, ...this.#place(path) }, {
      signal: this.#abort.signal, onProgress: (progress) => { if (this.step.at === 'work') this.step = { at: 'work', bundle, progress }; },
    });
    if (answer.ok) {
      this.step = { at: 'done', report: answer.value };
      void this.client.call.closeBundle({ restore: bundle.restore });
    } else if (answer.error.code === 'aborted') this.emit('nx-close');
    else {
      this.step = { at: 'look', bundle, plan };
      if (answer.error.code === 'backup.stale_plan') await this.#plan(bundle, { path, clash });
      this.#refused(answer.error);
    }
  };

  #place(path: string): { readonly into?: NodeId; readonly path?: string } {
    return { ...(this.#into !== undefined && { into: this.#into }), ...(path !== '' && { path }) };
  }

  #choices(): Choices {
    const path = this.find<HTMLInputElement>('[name=path]')?.value ?? '';
    const clash = this.find<HTMLSelectElement>('[name=clash]')?.value;
    return { path: path.trim().normalize('NFC').replace(/^\/+|\/+$/g, ''), clash: CLASHES.find((each) => each === clash) ?? 'keep_both' };
  }

  #refused(error: NexusError): void {
    this.fault = sentenceOf(error);
  }
}

function clashWord(clash: ClashChoice): string {
  switch (clash) {
    case 'keep_both': return msg('Keep both');
    case 'replace': return msg('Replace what is here');
    case 'skip': return msg('Keep what is here');
  }
}

customElements.define('nx-restore-dialog', NxRestoreDialog);
