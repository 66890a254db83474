// Owns: the table "Backups": one row a snapshot, with what is true of it and what can be done.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { SnapshotCard } from '../../workers/contract/backup.ts';
import { icon } from '../desktop/icons.ts';
import { formatBytes, formatDateTime, formatNumber } from '../format.ts';

export interface SnapshotActions {
  readonly verify: (snapshot: SnapshotCard) => void;
  readonly download: (snapshot: SnapshotCard) => void;
  readonly restore: (snapshot: SnapshotCard) => void;
  readonly remove: (snapshot: SnapshotCard) => void;
  /** Absent where the home is not linked to an account. */
  readonly upload?: (snapshot: SnapshotCard) => void;
}

function stateOf({ downloaded, uploaded }: SnapshotCard): TemplateResult {
  if (uploaded !== undefined) return html`<span class="state good">${icon('check')}${msg('In your NexusAccount')}</span>`;
  if (downloaded === undefined) return html`<span class="state">${icon('warning')}${msg('Snapshot – only in this browser')}</span>`;
  return html`<span class="state good">${icon('check')}${msg(str`Downloaded ${formatDateTime(downloaded)}`)}</span>`;
}

function row(snapshot: SnapshotCard, actions: SnapshotActions): TemplateResult {
  const made = formatDateTime(snapshot.created);
  const items = snapshot.nodes === 1 ? msg('1 item') : msg(str`${formatNumber(snapshot.nodes)} items`);
  const part = snapshot.partial ? html`<span class="small">${msg('A part of your home: the rest had not come to this device')}</span>` : nothing;
  const verified = snapshot.verified === undefined ? msg('Not verified') : msg(str`Verified ${formatDateTime(snapshot.verified)}`);
  return html`<tr role="row">
    <th role="rowheader" scope="row">${made}<span class="small quiet">${items} · ${formatBytes(snapshot.bytes)}</span>${part}</th>
    <td role="cell">${stateOf(snapshot)}<span class="small quiet">${verified}</span></td>
    <td role="cell"><div class="row doing">
      <button type="button" @click=${() => { actions.verify(snapshot); }}>${msg('Verify')}</button>
      <button type="button" @click=${() => { actions.download(snapshot); }}>${msg('Download')}</button>
      <button type="button" @click=${() => { actions.restore(snapshot); }}>${msg('Restore…')}</button>
      ${actions.upload && snapshot.uploaded === undefined && !snapshot.partial ? html`<button type="button" @click=${() => { actions.upload?.(snapshot); }}>${msg('Upload to NexusAccount')}</button>` : nothing}
      <button type="button" class="bin" aria-label=${msg(str`Delete the snapshot of ${made}`)} title=${msg('Delete')} @click=${() => { actions.remove(snapshot); }}>${icon('trash')}</button>
    </div></td></tr>`;
}

/** Newest first. */
export function snapshotTable(snapshots: readonly SnapshotCard[], actions: SnapshotActions): TemplateResult {
  const newest = [...snapshots].sort((a, b) => b.created - a.created);
  return html`<div class="card sheet"><table role="table" aria-label=${msg('Backups')}>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${msg('Made')}</th><th role="columnheader" scope="col">${msg('State')}</th><th role="columnheader" scope="col"><span class="hidden-name">${msg('What can be done')}</span></th></tr></thead>
    <tbody role="rowgroup">${repeat(newest, ({ id }) => id, (snapshot) => row(snapshot, actions))}</tbody></table></div>`;
}
