// Restores a whole home onto this device from a bundle: choose, open, look at what would come, apply. Nothing is written before "Restore".
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { OpenedBundle, RestorePlan, RestoreReport } from '../../workers/contract/backup.ts';
import type { DeviceStatus, Seal } from '../../workers/contract/device.ts';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { Progress } from '../../workers/contract/home.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { formatDateTime, formatNumber } from '../format.ts';
import { mark } from '../markers.ts';
import { controls } from '../parts/controls.ts';
import { field } from '../parts/field.ts';
import { filesWords } from '../parts/file-count.ts';
import { leftOut } from '../parts/left-out.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-progress.ts';
import '../parts/nx-seal-picker.ts';
import { takePhrase, takeSecret } from '../parts/secret.ts';
import { shake } from '../parts/shake.ts';
import { signShell } from '../parts/sign-shell.ts';
import { askToKeep } from '../storage/durability.ts';
import { planTable, planTableStyle } from './plan-table.ts';

type Step =
  | { readonly at: 'choose' }
  | { readonly at: 'look'; readonly bundle: OpenedBundle; readonly plan: RestorePlan }
  | { readonly at: 'work'; readonly bundle: OpenedBundle; readonly abort: AbortController }
  | { readonly at: 'done'; readonly report: RestoreReport };

export class NxRestore extends NxElement {
  static override properties = {
    client: { attribute: false }, status: { attribute: false }, step: { state: true }, kind: { state: true }, busy: { state: true }, fault: { state: true }, progress: { state: true }, nameAsked: { state: true },
  };
  static override styles = [controls, signShell, planTableStyle, css`.sheet { inline-size: min(100%, 40rem); }`];

  declare client: Client;
  declare status: DeviceStatus;
  declare step: Step;
  declare kind: 'password' | 'phrase';
  declare busy: boolean;
  declare fault: string | undefined;
  declare progress: Progress | undefined;
  declare nameAsked: boolean;
  #seal: Seal = { picture: 'star', colour: 'indigo' };

  constructor() {
    super();
    this.step = { at: 'choose' };
    this.kind = 'password';
    this.busy = false;
    this.nameAsked = false;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.get('step') !== undefined) this.find('h1')?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  override render(): TemplateResult {
    return html`<main class="filled"><section class="sheet">${this.#drawn()}</section></main>`;
  }

  #drawn(): TemplateResult {
    switch (this.step.at) {
      case 'choose': return this.#choose();
      case 'look': return this.#look(this.step.bundle, this.step.plan);
      case 'work': return this.#work(this.step.abort);
      case 'done': return this.#done(this.step.report);
    }
  }

  #choose(): TemplateResult {
    const other = this.kind === 'password' ? 'phrase' : 'password';
    return html`
      <header><h1 tabindex="-1">${msg('Restore from a backup')}</h1><p class="quiet">${msg('Choose a backup file and open it with the password or the recovery phrase of its user. Nothing is written yet.')}</p></header>
      <form class="stack" @submit=${this.#open} @input=${() => { this.fault = undefined; }} novalidate>
        <label class="field"><span>${msg('Backup file')}</span><input type="file" name="file" accept=".nbk,application/zip,application/octet-stream"></label>
        ${this.kind === 'password'
          ? field({ name: 'secret', label: msg('Password'), type: 'password', autocomplete: 'off' })
          : html`<label class="field"><span>${msg('Recovery phrase')}</span><textarea name="secret" rows="4" autocomplete="off" autocapitalize="off" spellcheck="false"></textarea></label>`}
        <div><button class="plain flush" type="button" @click=${() => { this.kind = other; }}>${other === 'phrase' ? msg('Use recovery phrase') : msg('Use password')}</button></div>
        ${this.#alert()}
        <div class="row row-end">
          <button type="button" @click=${() => { this.emit('nx-wish', 'none'); }}>${msg('Cancel')}</button>
          <button class="primary" type="submit" ?disabled=${this.busy}>${this.busy ? msg('One moment…') : msg('Open backup')}</button>
        </div>
      </form>`;
  }

  #look(bundle: OpenedBundle, plan: RestorePlan): TemplateResult {
    return html`
      <header><h1 tabindex="-1">${msg('What will be restored')}</h1>
        <p class="quiet">${bundle.name === undefined ? nothing : html`<strong>${bundle.name}</strong> · `}${formatDateTime(bundle.created)} · ${filesWords(bundle.files, bundle.bytes)}</p></header>
      ${planTable(plan)}
      <form class="stack" @submit=${this.#apply} @input=${() => { this.fault = undefined; }} novalidate>
        ${this.nameAsked || bundle.name === undefined ? this.#asks() : nothing}
        ${this.#alert()}
        <div class="row row-end">
          <button type="button" @click=${this.#again}>${msg('Cancel')}</button>
          <button class="primary" type="submit" ?disabled=${this.busy}>${msg('Restore')}</button>
        </div>
      </form>`;
  }

  #asks(): TemplateResult {
    return html`${field({ name: 'name', label: msg('Your name') })}
      <nx-seal-picker .seal=${this.#seal} @nx-seal=${(event: CustomEvent<Seal>) => { this.#seal = event.detail; }}></nx-seal-picker>`;
  }

  #work(abort: AbortController): TemplateResult {
    return html`<header><h1 tabindex="-1">${msg('Restoring')}</h1></header>
      <nx-progress .label=${msg('Restoring your home')} .progress=${this.progress} cancellable @nx-cancel=${() => { abort.abort(); }}></nx-progress>`;
  }

  #done({ created, damaged }: RestoreReport): TemplateResult {
    return html`<header><h1 tabindex="-1">${damaged.length === 0 ? msg('Everything is back') : msg('Not everything is back')}</h1>
        <p class="quiet">${msg(str`${formatNumber(created)} files and folders were restored. Log in with the password of this backup.`)}</p></header>
      ${leftOut(damaged)}
      <button class="primary wide" type="button" @click=${() => { this.emit('nx-wish', 'none'); }}>${msg('Continue')}</button>`;
  }

  #alert(): TemplateResult {
    return html`<p class="alert" role="alert">${this.fault ?? ''}</p>`;
  }

  readonly #open = async (event: Event): Promise<void> => {
    event.preventDefault();
    const file = this.find<HTMLInputElement>('[name=file]')?.files?.[0];
    const input = this.find<HTMLInputElement>('[name=secret]');
    if (this.busy || input === undefined) return;
    if (file === undefined || input.value === '') {
      this.#say(file === undefined ? msg('Choose the file of a backup first.') : msg('Type the password or the recovery phrase of this backup.'));
      return;
    }
    this.busy = true;
    const opened = await this.client.call.openBundle({ source: { file }, kind: this.kind, secret: this.kind === 'phrase' ? takePhrase(input) : takeSecret(input) });
    if (opened.ok) await this.#plan(opened.value);
    else this.#refused(opened.error);
    this.busy = false;
  };

  async #plan(bundle: OpenedBundle): Promise<void> {
    const plan = await this.client.call.planRestore({ restore: bundle.restore, clash: 'keep_both' });
    if (!plan.ok) {
      this.#refused(plan.error);
      return;
    }
    mark(`backup: dryrun files=${bundle.files} bytes=${plan.value.bytes}`);
    this.step = { at: 'look', bundle, plan: plan.value };
  }

  readonly #apply = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (this.step.at !== 'look') return;
    const { bundle, plan } = this.step;
    const name = this.find<HTMLInputElement>('[name=name]')?.value.trim();
    if (name === '') {
      this.#say(msg('Type the name that you want to be greeted by.'));
      return;
    }
    const abort = new AbortController();
    this.step = { at: 'work', bundle, abort };
    const answer = await this.client.call.applyRestore(
      { restore: bundle.restore, clash: 'keep_both', ...(name === undefined ? {} : { name, seal: this.#seal }) },
      { signal: abort.signal, onProgress: (progress) => { this.progress = progress; } },
    );
    this.progress = undefined;
    if (!answer.ok) {
      this.step = { at: 'look', bundle, plan };
      this.#refused(answer.error);
      return;
    }
    mark(`backup: restore id=${bundle.bundle} ok`);
    this.step = { at: 'done', report: answer.value };
    await askToKeep();
  };

  #refused(error: NexusError): void {
    if (error.code === 'user.name_taken' || error.code === 'user.name_invalid') this.nameAsked = true;
    this.#say(sentenceOf(error));
  }

  #say(fault: string): void {
    this.fault = fault;
    void this.updateComplete.then(() => { shake(this.find('form')); });
  }

  readonly #again = (): void => {
    this.#close();
    this.step = { at: 'choose' };
    this.fault = undefined;
  };

  #close(): void {
    if (this.step.at === 'look') void this.client.call.closeBundle({ restore: this.step.bundle.restore });
    if (this.step.at === 'work') this.step.abort.abort();
  }
}

customElements.define('nx-restore', NxRestore);
