// Settings, "Storage": what this browser promises about what is stored here, how much it is, and whether the home is whole.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { debounceTime, filter } from 'rxjs';
import type { DeviceStatus } from '../../workers/contract/device.ts';
import type { HeardFact } from '../../workers/contract/events.ts';
import type { FsckReport, HomeUsage, Progress } from '../../workers/contract/home.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { formatBytes, formatNumber } from '../format.ts';
import { Ask } from '../parts/ask.ts';
import { controls } from '../parts/controls.ts';
import { filesWords } from '../parts/file-count.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-progress.ts';
import { toast } from '../parts/nx-toasts.ts';
import { Watch } from '../parts/watch.ts';
import { askToKeep, durabilityNow, type Durability } from '../storage/durability.ts';
import { row, settingsStyle } from './settings-row.ts';

/** Figures are asked for again once the home was left alone for so long. */
const QUIET_MS = 1000;

export class NxSettingsStorage extends NxElement {
  static override properties = {
    client: { attribute: false }, status: { attribute: false }, durability: { state: true }, usage: { state: true }, progress: { state: true }, report: { state: true }, checking: { state: true },
  };
  static override styles = [controls, settingsStyle];

  declare client: Client;
  declare status: DeviceStatus;
  declare durability: Durability | undefined;
  declare usage: HomeUsage | undefined;
  declare progress: Progress | undefined;
  declare report: FsckReport | undefined;
  declare checking: AbortController | undefined;
  readonly #ask = new Ask(this);

  constructor() {
    super();
    new KeepPlace(this);
    const changes = () => this.client.facts.pipe(filter(({ type }) => type === 'home.changed' || type === 'facts.missed'), debounceTime(QUIET_MS));
    new Watch<HeardFact>(this, changes, () => { void this.#look(); });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.checking?.abort();
  }

  override render(): TemplateResult {
    return html`<section aria-labelledby="heading">
      <h2 id="heading">${msg('Storage and durability')}</h2>
      <div class="rows">
        ${row({ title: this.#promiseTitle(), text: this.#promiseText(), control: this.durability?.promise === 'evictable' ? html`<button type="button" @click=${this.#keep}>${msg('Ask the browser to keep it')}</button>` : undefined })}
        ${row({ title: msg('Space'), text: this.#spaceText() })}
        ${row({ title: msg('Private windows'), text: msg('In a private window, everything stored here is gone when its last window closes. Use an ordinary window, or download a backup before.') })}
        ${row({ title: msg('Check home'), text: msg('Reads every file and checks that it is whole.'), control: this.checking === undefined ? html`<button type="button" @click=${() => { void this.#check(false); }}>${msg('Check now')}</button>` : undefined })}
        <div class="within" ?hidden=${this.checking === undefined && this.report === undefined && this.#ask.fault === undefined}>
          ${this.checking === undefined ? nothing : html`<nx-progress .label=${msg('Checking your home')} .progress=${this.progress} cancellable @nx-cancel=${() => { this.checking?.abort(); }}></nx-progress>`}
          <div role="status">${this.report === undefined ? nothing : this.#told(this.report)}</div>
          <p class="alert" role="alert">${this.#ask.fault ?? ''}</p>
        </div>
      </div>
    </section>`;
  }

  #promiseTitle(): string {
    switch (this.durability?.promise) {
      case 'kept': return msg('Kept by this browser');
      case 'evictable': return msg('Not promised by this browser');
      case 'unknown': return msg('This browser does not say');
      case undefined: return msg('Looking');
    }
  }

  #promiseText(): string {
    switch (this.durability?.promise) {
      case 'kept': return msg('It is not removed to make room. Clearing site data, a lost profile or a broken disk still take it: a downloaded backup is what lasts.');
      case 'evictable': return msg('The browser may remove everything stored here when space runs short or after weeks without a visit. Ask it to keep it, and download backups.');
      case 'unknown': return msg('Nothing here is claimed to last. Download backups.');
      case undefined: return '';
    }
  }

  #spaceText(): string {
    const { usage, durability } = this;
    const home = usage === undefined ? '' : msg(str`Your home: ${filesWords(usage.files, usage.bytes)}, of it ${formatBytes(usage.trashedBytes)} in the trash.`);
    if (durability?.usedBytes === undefined || durability.quotaBytes === undefined) return `${home} ${msg('This browser does not say how much space is left.')}`.trim();
    return `${home} ${msg(str`All of Nexus in this browser: ${formatBytes(durability.usedBytes)} of at most ${formatBytes(durability.quotaBytes)}.`)}`.trim();
  }

  #told(report: FsckReport): TemplateResult {
    const open = report.faults.filter(({ mended }) => !mended).length;
    const counted = msg(str`${formatNumber(report.nodes)} entries, ${formatBytes(report.bytes)} checked.`);
    const later = report.placesLater ? html`<p>${msg('Where files and folders lie was not checked: not all that your account has is on this device yet.')}</p>` : nothing;
    if (report.faults.length === 0) return html`<p class="good">${report.placesLater ? msg('What is here is whole.') : msg('Everything is whole.')} <span class="quiet">${counted}</span></p>${later}`;
    return html`<div class="stack">${later}
      <p>${open === 0 ? msg(str`${formatNumber(report.faults.length)} faults were found and repaired.`) : msg(str`${formatNumber(report.faults.length)} faults were found, ${formatNumber(open)} are open. What is hurt stays where it is; restore it from a backup.`)} <span class="quiet">${counted}</span></p>
      ${open === 0 ? nothing : html`<div><button type="button" @click=${() => { void this.#check(true); }}>${msg('Repair')}</button></div>`}
    </div>`;
  }

  async #look(): Promise<void> {
    this.durability = await durabilityNow();
    const usage = await this.client.call.homeUsage({});
    if (usage.ok) this.usage = usage.value;
  }

  readonly #keep = async (): Promise<void> => {
    if (!await askToKeep()) toast(this, msg('The browser did not promise it. Installing Nexus as an app, or a bookmark, can change its mind.'));
    this.durability = await durabilityNow();
  };

  async #check(repair: boolean): Promise<void> {
    const abort = new AbortController();
    this.report = undefined;
    this.checking = abort;
    const answer = await this.#ask.of(() => this.client.call.checkHome({ repair, content: true }, { signal: abort.signal, onProgress: (progress) => { this.progress = progress; } }));
    this.checking = undefined;
    this.progress = undefined;
    if (answer.ok) this.report = answer.value;
  }
}

customElements.define('nx-settings-storage', NxSettingsStorage);
