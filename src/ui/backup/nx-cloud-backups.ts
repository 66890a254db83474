// Owns: the backups that the account keeps: listed, checked, brought here, deleted; and a snapshot on its way there. Shown where the home is
// synced; nothing else of Backups waits for it.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CloudBackupCard, SnapshotCard } from '../../workers/contract/backup.ts';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { Progress } from '../../workers/contract/home.ts';
import type { Answer } from '../../workers/contract/surface.ts';
import type { SyncStatus } from '../../workers/contract/sync.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { icon } from '../desktop/icons.ts';
import { sentenceOf } from '../errors.ts';
import '../files/confirm-dialog.ts';
import { formatBytes, formatDateTime, formatNumber } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-progress.ts';
import { Watch } from '../parts/watch.ts';
import { syncStates } from '../sync/sync-states.ts';
import './nx-cloud-schedule.ts';

/** A round that ends so leaves content waiting, and has no time. */
const RESTING: readonly SyncStatus['state'][] = ['metered', 'device_full'];

interface Moving {
  readonly label: string;
  readonly abort: AbortController;
  readonly progress?: Progress;
}

type Work = (how: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void }) => Promise<Answer<unknown>>;

export class NxCloudBackups extends NxElement {
  static override properties = {
    client: { attribute: false }, shown: { type: Boolean }, bundles: { state: true }, moving: { state: true }, doomed: { state: true }, busy: { state: true }, fault: { state: true }, listFault: { state: true }, said: { state: true },
  };
  static override styles = [controls, css`
    section { display: grid; gap: 0.75rem; }
    ul { list-style: none; padding: 0; margin: 0; }
    li { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; justify-content: space-between; padding: 0.75rem 1.25rem; }
    li + li { border-block-start: 1px solid var(--nx-line); }
    .what { display: grid; min-inline-size: 0; }
    .what > :first-child { font-weight: 600; font-variant-numeric: tabular-nums; }
    .sheet { padding: 0; }
    .bin { padding: 0; border-color: transparent; background: transparent; color: var(--nx-quiet); }
    .note[hidden] { display: none; }
  `];

  declare client: Client;
  /** False while another surface is looked at. */
  declare shown: boolean;
  /** Undefined until the account has answered. */
  declare bundles: readonly CloudBackupCard[] | undefined;
  declare moving: Moving | undefined;
  declare doomed: CloudBackupCard | undefined;
  declare busy: boolean;
  declare fault: string;
  /** Why the list could not be read; gone once it is. */
  declare listFault: string;
  /** As a function, so that it follows the language. */
  declare said: () => string;
  readonly #sync = new Watch<SyncStatus>(this, () => syncStates(this.client), (status) => { this.#heard(status); });
  /** As sync stood when it was last heard of; undefined while there is no account. */
  #before: SyncStatus | undefined;
  /** How often the list was asked for. */
  #asked = 0;

  constructor() {
    super();
    new KeepPlace(this);
    this.shown = false;
    this.busy = false;
    this.fault = '';
    this.listFault = '';
    this.said = () => '';
    new Watch(this, () => this.client.facts, ({ type }) => { if (type === 'backup.changed' || type === 'facts.missed') void this.#load(); });
  }

  /** Whether there is an account to keep anything. */
  get linked(): boolean {
    return (this.#sync.value?.state ?? 'off') !== 'off';
  }

  get #signedOut(): boolean {
    return this.#sync.value?.state === 'signed_out';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.moving?.abort.abort();
  }

  override willUpdate(): void {
    this.hidden = !this.linked;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('shown')) void this.#load();
    this.emit('nx-linked', this.linked && !this.#signedOut);
  }

  /** Sends a snapshot to the account. */
  async upload(snapshot: SnapshotCard): Promise<void> {
    const done = await this.#move(msg('Uploading a backup'), (how) => this.client.call.uploadBackup({ id: snapshot.id }, how));
    if (done) this.said = () => msg(str`The backup of ${formatDateTime(snapshot.created)} is in your account, encrypted.`);
  }

  override render(): TemplateResult | typeof nothing {
    if (this.hidden) return nothing;
    return html`<section aria-labelledby="cloud">
      <div class="stack-tight"><h2 id="cloud">${msg('Backups in your account')}</h2>
        <p class="quiet small">${msg('Cloud backup is optional; export is always possible. The server keeps them encrypted, and cannot read them.')}</p></div>
      ${this.moving ? html`<div class="card"><nx-progress cancellable .label=${this.moving.label} .progress=${this.moving.progress} @nx-cancel=${() => { this.moving?.abort.abort(); }}></nx-progress></div>` : nothing}
      <p class="note" role="status" ?hidden=${this.said() === ''}>${this.said()}</p>
      <p class="alert" role="alert">${this.fault || this.listFault}</p>
      ${this.#list()}
      <nx-cloud-schedule .client=${this.client} .state=${this.#sync.value?.state}></nx-cloud-schedule>
      ${this.doomed ? html`<nx-confirm-dialog .heading=${msg('Delete this backup from your account?')} .action=${msg('Delete')} ?busy=${this.busy}
        .text=${msg(str`The backup of ${formatDateTime(this.doomed.created)} goes from your account. What is on this device stays as it is.`)}
        @nx-close=${() => { this.doomed = undefined; }} @nx-confirm=${() => { void this.#remove(); }}></nx-confirm-dialog>` : nothing}
    </section>`;
  }

  #list(): TemplateResult | typeof nothing {
    if (this.bundles === undefined) return nothing;
    if (this.bundles.length === 0) return html`<p class="quiet">${msg('There is none yet. “Upload to NexusAccount” sends a snapshot there.')}</p>`;
    return html`<ul class="card sheet" aria-label=${msg('Backups in your account')}>${repeat(this.bundles, ({ id }) => id, (bundle) => this.#row(bundle))}</ul>`;
  }

  #row(bundle: CloudBackupCard): TemplateResult {
    const { created, nodes, bytes, here } = bundle;
    const made = formatDateTime(created);
    const items = nodes === 1 ? msg('1 item') : msg(str`${formatNumber(nodes)} items`);
    return html`<li><div class="what"><span>${made}</span><span class="small quiet">${items} · ${formatBytes(bytes)}${here ? html` · ${msg('also on this device')}` : nothing}</span></div>
      <div class="row">
        ${here ? nothing : html`<button type="button" ?disabled=${this.moving !== undefined} @click=${() => { void this.#bring(bundle); }}>${msg('Bring here')}</button>`}
        <button type="button" ?disabled=${this.busy} @click=${() => { void this.#check(bundle); }}>${msg('Check')}</button>
        <button type="button" class="bin" aria-label=${msg(str`Delete the backup of ${made} from your account`)} title=${msg('Delete')} @click=${() => { this.doomed = bundle; }}>${icon('trash')}</button>
      </div></li>`;
  }

  /** What another device does to the list begins a round of sync here, so a round that is over may bring news. */
  #heard(status: SyncStatus): void {
    const before = this.#before;
    this.#before = this.linked ? status : undefined;
    if (!this.linked) this.#forget();
    else if (before === undefined || status.at !== before.at || RESTING.includes(status.state)) void this.#load();
  }

  /** The next account has a list of its own. */
  #forget(): void {
    this.#asked += 1;
    this.bundles = undefined;
    this.listFault = '';
  }

  /** Nobody looks at a list out of sight: it is asked for when it comes into view. The old one stays until the new one is there. */
  async #load(): Promise<void> {
    if (!this.shown || !this.linked) return;
    this.#asked += 1;
    const asked = this.#asked;
    const answer = await this.client.call.listCloudBackups({});
    if (asked !== this.#asked) return;
    this.listFault = answer.ok ? '' : this.#why(answer.error);
    if (answer.ok) this.bundles = answer.value;
  }

  /** One at a time; true where it is done. */
  async #move(label: string, work: Work): Promise<boolean> {
    if (this.moving) return false;
    const abort = new AbortController();
    this.fault = '';
    this.said = () => '';
    this.moving = { label, abort };
    const answer = await work({ signal: abort.signal, onProgress: (progress) => { this.moving = { label, abort, progress }; } });
    this.moving = undefined;
    if (!answer.ok && answer.error.code !== 'aborted') this.fault = this.#why(answer.error);
    return answer.ok;
  }

  async #bring({ id, created }: CloudBackupCard): Promise<void> {
    const done = await this.#move(msg('Bringing a backup here'), (how) => this.client.call.bringBackup({ id }, how));
    if (done) this.said = () => msg(str`The backup of ${formatDateTime(created)} is on this device now: verify, download or restore it above.`);
  }

  async #check({ id, created }: CloudBackupCard): Promise<void> {
    this.busy = true;
    this.fault = '';
    this.said = () => '';
    const answer = await this.client.call.checkCloudBackup({ id });
    this.busy = false;
    if (!answer.ok) this.fault = this.#why(answer.error);
    else if (answer.value.ok) this.said = () => msg(str`Your account has all of the backup of ${formatDateTime(created)}. To check every byte, bring it here and verify it.`);
    else this.fault = msg(str`Your account lacks ${formatNumber(answer.value.missing)} pieces of this backup. Upload a new one, and keep a downloaded file.`);
  }

  async #remove(): Promise<void> {
    const bundle = this.doomed;
    if (!bundle) return;
    this.busy = true;
    this.fault = '';
    this.said = () => '';
    const answer = await this.client.call.deleteCloudBackup({ id: bundle.id });
    this.busy = false;
    this.doomed = undefined;
    if (!answer.ok) this.fault = this.#why(answer.error);
  }

  /** A home whose account nobody is signed in to is synced all the same: nobody has to start that. */
  #why(error: NexusError): string {
    if (error.code !== 'sync.not_linked' || !this.#signedOut) return sentenceOf(error);
    return msg('This device is not signed in to the account of your home. Nothing was changed. Under Account, sign in again or switch to that account.');
  }
}

customElements.define('nx-cloud-backups', NxCloudBackups);
