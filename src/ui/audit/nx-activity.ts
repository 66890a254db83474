// The Activity surface: what was done here, by whom, when, and what came of it; whether the log is whole; and a copy to keep.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { AuditCheck, AuditEntry } from '../../workers/contract/audit.ts';
import type { HeardFact } from '../../workers/contract/events.ts';
import { AUDIT } from '../../workers/contract/limits.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { icon } from '../desktop/icons.ts';
import { formatDateTime, formatNumber } from '../format.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import { Watch } from '../parts/watch.ts';
import { activityStyle } from './activity-style.ts';
import { csvOf } from './audit-export.ts';
import { isOfKind, type Kind, KINDS, kindWords, whatWords } from './audit-words.ts';

/** Shown at first, and more at each press. */
const STEP = 50;

export class NxActivity extends NxElement {
  static override properties = {
    client: { attribute: false }, shown: { type: Boolean }, entries: { state: true }, first: { state: true }, kind: { state: true }, names: { state: true }, check: { state: true },
  };
  static override styles = [controls, activityStyle];

  declare client: Client;
  declare shown: boolean;
  declare entries: readonly AuditEntry[];
  /** Number of the oldest that is kept. */
  declare first: number;
  declare kind: Kind;
  /** Of apps, by their ids. */
  declare names: ReadonlyMap<string, string>;
  declare check: AuditCheck | undefined;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    this.shown = false;
    this.entries = [];
    this.first = 1;
    this.kind = 'all';
    this.names = new Map();
    new Watch<HeardFact>(this, () => this.client.facts, ({ type }) => { if ((type === 'audit.changed' || type === 'facts.missed') && this.shown) void this.#load(Math.max(STEP, this.entries.length)); });
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('shown') && this.shown) void this.#open();
  }

  override render(): TemplateResult {
    const shown = this.entries.filter((entry) => isOfKind(entry, this.kind));
    const more = (this.entries.at(-1)?.number ?? 1) > this.first;
    return html`<section>
      <div class="top"><div class="stack-tight"><h1>${msg('Activity')}</h1><p class="quiet">${msg('What was done in your home, kept encrypted on this device. Never a name or a secret.')}</p></div>
        <button type="button" @click=${() => { void this.#export(); }}>${icon('download')}${msg('Export')}</button></div>
      ${this.#state()}
      <label class="field kind"><span>${msg('Show')}</span>
        <select @change=${(event: Event) => { this.kind = (event.target as HTMLSelectElement).value as Kind; }}>${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === this.kind}>${kindWords(kind)}</option>`)}</select></label>
      ${this.#table(shown)}
      ${more ? html`<div><button type="button" @click=${() => { void this.#load(this.entries.length + AUDIT.page); }}>${msg('Show more')}</button></div>` : nothing}
      <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
    </section>`;
  }

  #state(): TemplateResult {
    if (this.check === undefined) return html`<p class="state quiet" role="status">${msg('Checking the log…')}</p>`;
    const { whole, first, last, brokenAt } = this.check;
    if (whole) return html`<p class="state good" role="status">${icon('shield')}<span>${msg(str`The log is whole: ${formatNumber(last - first + 1)} entries, each tied to those before it.`)}</span></p>`;
    return html`<p class="state bad" role="status">${icon('warning')}<span>${msg(str`The log was changed outside Nexus, or is damaged, from entry ${formatNumber(brokenAt ?? first)} on. Your files are not touched.`)}</span></p>`;
  }

  #table(entries: readonly AuditEntry[]): TemplateResult {
    return html`<div class="card sheet"><table role="table" aria-label=${msg('Activity')}>
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${msg('When')}</th><th role="columnheader" scope="col">${msg('What')}</th><th role="columnheader" scope="col">${msg('By')}</th></tr></thead>
      <tbody role="rowgroup">${repeat(entries, ({ number }) => number, (entry) => this.#row(entry))}</tbody></table></div>`;
  }

  #row(entry: AuditEntry): TemplateResult {
    const { at, actor, result, about } = entry;
    return html`<tr role="row">
      <td role="cell" class="when">${formatDateTime(at)}</td>
      <td role="cell"><span class="what">${whatWords(entry)}${result === 'ok' ? nothing : html` · <span class="refused">${msg('refused')}</span>`}</span>
        <span class="small quiet">${[result === 'ok' ? '' : result, this.#aboutWords(about)].filter((each) => each !== '').join(' · ')}</span></td>
      <td role="cell">${actor === 'nexus' ? msg('Nexus itself') : actor === 'app' ? msg('An app') : msg('You')}</td></tr>`;
  }

  /** An app by its name, while it is here. */
  #aboutWords(about = ''): string {
    const [id = '', ...rest] = about.split(' ');
    return [this.names.get(id) ?? id, ...rest].join(' ');
  }

  async #open(): Promise<void> {
    const apps = await this.client.call.listApps({});
    if (apps.ok) this.names = new Map(apps.value.map(({ appId, name }) => [appId, name]));
    await this.#load(STEP);
    const check = await this.client.call.checkAudit({});
    if (check.ok) this.check = check.value;
  }

  /** The newest so many, page by page. */
  async #read(most: number): Promise<readonly AuditEntry[]> {
    const entries: AuditEntry[] = [];
    while (entries.length < most) {
      const before = entries.at(-1)?.number;
      const answer = await this.#ask.of(() => this.client.call.listAudit({ limit: Math.min(AUDIT.page, most - entries.length), ...(before !== undefined && { before }) }));
      if (!answer.ok) break;
      this.first = answer.value.first;
      entries.push(...answer.value.entries);
      if ((answer.value.entries.at(-1)?.number ?? 0) <= this.first) break;
    }
    return entries;
  }

  async #load(most: number): Promise<void> {
    this.entries = await this.#read(most);
  }

  async #export(): Promise<void> {
    const text = csvOf(await this.#read(AUDIT.entries));
    const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    const link = Object.assign(document.createElement('a'), { href: url, download: 'nexus-activity.csv' });
    link.click();
    setTimeout(() => { URL.revokeObjectURL(url); }, 60_000);
  }
}

customElements.define('nx-activity', NxActivity);
