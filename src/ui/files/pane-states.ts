// Owns: what stands in the pane of Files where there are no entries to draw, or where something must be said. No state.
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import type { SyncState } from '../../workers/contract/sync.ts';
import { sentenceOf } from '../errors.ts';
import { partialWords } from '../sync/sync-words.ts';
import type { Place } from './files-view.ts';
import type { Said } from './files-words.ts';

export function failureOf(error: NexusError, again: () => void): TemplateResult {
  return html`<div class="row spread alert" role="alert"><span>${sentenceOf(error)}</span><button type="button" @click=${again}>${msg('Try again')}</button></div>`;
}

/** A region that stays on the page, so that readers hear of it; `state` is that of sync while only a part of the home is here. */
export const partialOf = (state: SyncState | undefined): TemplateResult =>
  html`<div role="status" class="partial">${state === undefined ? nothing : html`<p class="note">${partialWords(state)}</p>`}</div>`;

export function emptyOf(place: Place | undefined, isPartial: boolean): TemplateResult {
  if (isPartial) return html`<div class="empty"><p class="lead">${place?.kind === 'search' ? msg('Nothing that is listed so far has that in its name') : msg('Nothing is listed here so far')}</p></div>`;
  if (place?.kind === 'trash') return html`<div class="empty"><p>${msg('The trash is empty.')}</p></div>`;
  if (place?.kind === 'search') return html`<div class="empty"><p>${msg('Nothing here has that in its name.')}</p></div>`;
  return html`<div class="empty"><p class="lead">${msg('Nothing in this folder yet')}</p><p class="quiet">${msg('Drag files and folders here, or choose them above. They are encrypted on this device before they are saved.')}</p></div>`;
}

/** What came of the last change; both regions stay on the page, so that readers hear of it. */
export function noticeOf(said: Said | undefined, takeBack: (nodes: readonly NodeId[]) => void): TemplateResult {
  const good = said?.bad === true ? undefined : said;
  const { undo } = good ?? {};
  return html`<div role="status" class="notice ${good ? 'shown' : ''}">${good ? html`<span>${good.text}</span>` : nothing}
      ${undo ? html`<button type="button" class="plain" @click=${() => { takeBack(undo); }}>${msg('Undo')}</button>` : nothing}</div>
    <p class="alert" role="alert">${said?.bad === true ? said.text : ''}</p>`;
}
