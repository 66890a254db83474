// Owns: the surface Backups: what there is, making one, what is kept. Checking and restoring have dialogs of their own.
// A snapshot is called so until it was downloaded whole (docs/user-interface.md, "Backups").
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { BackupOverview, Retention, SnapshotCard } from '../../workers/contract/backup.ts';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { Progress } from '../../workers/contract/home.ts';
import type { BundleId } from '../../workers/contract/ids.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { icon } from '../desktop/icons.ts';
import { sentenceOf } from '../errors.ts';
import '../files/confirm-dialog.ts';
import { startDownload } from '../files/download.ts';
import { formatBytes, formatDateTime } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { KeepPlace } from '../parts/keep-place.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-progress.ts';
import { Watch } from '../parts/watch.ts';
import { type Durability, durabilityNow } from '../storage/durability.ts';
import { backupsStyle } from './backups-style.ts';
import type { NxCloudBackups } from './nx-cloud-backups.ts';
import './nx-cloud-backups.ts';
import './restore-dialog.ts';
import './retention-form.ts';
import { type SnapshotActions, snapshotTable } from './snapshot-table.ts';
import { daysAgo } from './since.ts';
import './verify-dialog.ts';

type Dialog =
  | { readonly kind: 'verify'; readonly snapshot?: SnapshotCard }
  | { readonly kind: 'restore'; readonly snapshot?: SnapshotCard }
  | { readonly kind: 'delete'; readonly snapshot: SnapshotCard };

interface Making {
  readonly abort: AbortController;
  readonly progress?: Progress;
}

export class NxBackups extends NxElement {
  static override properties = {
    client: { attribute: false }, shown: { type: Boolean }, overview: { state: true }, durability: { state: true }, making: { state: true }, dialog: { state: true }, fault: { state: true }, listFault: { state: true }, said: { state: true }, busy: { state: true }, linked: { state: true },
  };
  static override styles = [controls, backupsStyle];

  declare client: Client;
  /** False while another surface is looked at. */
  declare shown: boolean;
  declare overview: BackupOverview | undefined;
  declare durability: Durability | undefined;
  declare making: Making | undefined;
  declare dialog: Dialog | undefined;
  declare fault: string;
  /** Why the snapshots could not be read; gone once they are. */
  declare listFault: string;
  /** As a function, so that it follows the language. */
  declare said: () => string;
  declare busy: boolean;
  /** Whether snapshots can go to an account. */
  declare linked: boolean;
  readonly #actions: SnapshotActions = {
    verify: (snapshot) => { this.dialog = { kind: 'verify', snapshot }; },
    download: (snapshot) => { void this.#download(snapshot.id); },
    restore: (snapshot) => { this.dialog = { kind: 'restore', snapshot }; },
    remove: (snapshot) => { this.dialog = { kind: 'delete', snapshot }; },
  };

  constructor() {
    super();
    new KeepPlace(this);
    new Watch(this, () => this.client.facts, ({ type }) => { if (type === 'backup.changed' || type === 'facts.missed') void this.#load(); });
    this.shown = false;
    this.fault = '';
    this.listFault = '';
    this.said = () => '';
    this.busy = false;
    this.linked = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('beforeunload', this.#holdPage);
    void durabilityNow().then((durability) => { this.durability = durability; });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('beforeunload', this.#holdPage);
    this.making?.abort.abort();
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('shown') && this.shown) void this.#load();
  }

  override render(): TemplateResult {
    return html`<section aria-labelledby="title" @nx-close=${() => { this.dialog = undefined; }} @nx-verified=${() => { void this.#load(); }}>
      <div class="top"><div class="stack-tight"><h1 id="title">${msg('Backups')}</h1><p class="quiet">${this.#lastVerified()}</p></div>
        <div class="row">
          <button type="button" class="primary" ?disabled=${this.making !== undefined} @click=${() => { void this.#backUp(); }}>${icon('backups')}${msg('Back up now')}</button>
          <button type="button" @click=${() => { this.dialog = { kind: 'restore' }; }}>${msg('Restore from a file…')}</button>
          <button type="button" @click=${() => { this.dialog = { kind: 'verify' }; }}>${msg('Verify a file…')}</button>
        </div></div>
      ${this.#durabilityNote()}
      ${this.making ? html`<div class="card"><nx-progress cancellable .label=${msg('Making a snapshot')} .progress=${this.making.progress} @nx-cancel=${() => { this.making?.abort.abort(); }}></nx-progress></div>` : nothing}
      <p class="note" role="status" ?hidden=${this.said() === ''}>${this.said()}</p>
      <p class="alert" role="alert">${this.fault || this.listFault}</p>
      ${this.#snapshots()}
      <nx-cloud-backups .client=${this.client} ?shown=${this.shown} @nx-linked=${(event: CustomEvent<boolean>) => { this.linked = event.detail; }}></nx-cloud-backups>
      ${this.overview ? html`<nx-retention-form .retention=${this.overview.retention} .count=${this.overview.snapshots.length} @nx-retention=${(event: CustomEvent<Retention>) => { void this.#keep(event.detail); }}></nx-retention-form>` : nothing}
      ${this.#dialogs()}
    </section>`;
  }

  #snapshots(): TemplateResult | typeof nothing {
    if (!this.overview) return nothing;
    const upload = this.linked ? { upload: (snapshot: SnapshotCard) => { void this.find<NxCloudBackups>('nx-cloud-backups')?.upload(snapshot); } } : {};
    if (this.overview.snapshots.length > 0) return snapshotTable(this.overview.snapshots, { ...this.#actions, ...upload });
    return html`<div class="card empty"><p class="lead">${msg('No backup yet')}</p>
      <p class="quiet">${msg('“Back up now” writes everything in your home into one encrypted file. Your password or recovery phrase opens it on any device, without this browser.')}</p></div>`;
  }

  #lastVerified(): string {
    if (!this.overview) return '';
    const { lastVerified } = this.overview;
    return lastVerified === undefined ? msg('No backup of this home was verified yet.') : msg(str`A backup was last verified ${daysAgo(lastVerified, Date.now())}.`);
  }

  #durabilityNote(): TemplateResult | typeof nothing {
    if (this.durability === undefined || this.durability.promise === 'kept') return nothing;
    const text = this.durability.promise === 'evictable'
      ? msg('This browser may remove what Nexus stores when space runs short, snapshots included. Download a backup and keep it somewhere else.')
      : msg('This browser does not say whether it keeps what Nexus stores. In a private window all of it goes when the window closes, snapshots included. Download a backup and keep it somewhere else.');
    return html`<p class="note warn">${text}</p>`;
  }

  #dialogs(): TemplateResult | typeof nothing {
    const { dialog } = this;
    switch (dialog?.kind) {
      case undefined: return nothing;
      case 'verify': return html`<nx-verify-dialog .client=${this.client} .snapshot=${dialog.snapshot}></nx-verify-dialog>`;
      case 'restore': return html`<nx-restore-dialog .client=${this.client} .snapshot=${dialog.snapshot}></nx-restore-dialog>`;
      case 'delete': return html`<nx-confirm-dialog .heading=${msg('Delete this snapshot?')} .action=${msg('Delete')} ?busy=${this.busy}
        .text=${dialog.snapshot.downloaded === undefined
          ? msg(str`The snapshot of ${formatDateTime(dialog.snapshot.created)} was never downloaded: nothing of it remains. Your files stay as they are.`)
          : msg(str`The snapshot of ${formatDateTime(dialog.snapshot.created)} goes from this browser. The file that you downloaded and your files stay as they are.`)}
        @nx-confirm=${() => { void this.#remove(dialog.snapshot.id); }}></nx-confirm-dialog>`;
    }
  }

  async #load(): Promise<void> {
    const answer = await this.client.call.backupOverview({});
    this.listFault = answer.ok ? '' : sentenceOf(answer.error);
    if (answer.ok) this.overview = answer.value;
  }

  async #backUp(): Promise<void> {
    const abort = new AbortController();
    this.fault = '';
    this.said = () => '';
    this.making = { abort };
    const answer = await this.client.call.createSnapshot({}, { signal: abort.signal, onProgress: (progress) => { this.making = { abort, progress }; } });
    this.making = undefined;
    if (!answer.ok) return this.#refused(answer.error);
    await this.#load();
    await this.#download(answer.value.id);
    if (this.fault === '') this.said = () => msg(str`The snapshot is made, and its download has begun (${formatBytes(answer.value.bytes)}). Keep the file somewhere else: only that survives the loss of this browser.`);
  }

  async #download(id: BundleId): Promise<void> {
    this.fault = '';
    const ticket = await this.client.call.openSnapshotDownload({ id });
    if (ticket.ok) await startDownload(ticket.value.url);
    else this.#refused(ticket.error);
  }

  async #remove(id: BundleId): Promise<void> {
    this.busy = true;
    const answer = await this.client.call.deleteSnapshot({ id });
    this.busy = false;
    this.dialog = undefined;
    if (answer.ok) await this.#load();
    else this.#refused(answer.error);
  }

  async #keep(retention: Retention): Promise<void> {
    const answer = await this.client.call.setRetention({ retention });
    this.fault = '';
    if (!answer.ok) return this.#refused(answer.error);
    this.said = () => msg('Saved what is kept.');
    await this.#load();
  }

  #refused(error: NexusError): void {
    this.said = () => '';
    this.fault = sentenceOf(error);
  }

  /** Only a snapshot under way would be lost. */
  readonly #holdPage = (event: BeforeUnloadEvent): void => {
    if (this.making) event.preventDefault();
  };
}

customElements.define('nx-backups', NxBackups);
