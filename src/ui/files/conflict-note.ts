// Owns: what Files says of conflict copies in a folder: one line below the entries, and all about it behind that. No state.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { ConflictCopy, Entry, FileEntry } from '../../workers/contract/home.ts';
import { icon } from '../desktop/icons.ts';
import { formatDate, formatNumber } from '../format.ts';
import type { Selection } from './selection.ts';

type Copy = FileEntry & { readonly conflict: ConflictCopy };

const LISTED = 50;

const isCopy = (entry: Entry): entry is Copy => entry.kind === 'file' && entry.conflict !== undefined;

function copyWords({ name, conflict: { beside, at, code, device, here } }: Copy): string {
  const day = formatDate(at);
  if (here) return msg(str`“${name}” was written on this device on ${day}. It stands beside “${beside}”.`);
  if (device !== undefined) return msg(str`“${name}” was written on the device “${device}” on ${day}. It stands beside “${beside}”.`);
  return msg(str`“${name}” was written on a device whose name is not known here (${code}) on ${day}. It stands beside “${beside}”.`);
}

/** Those that are chosen come first. */
export function conflictsOf(entries: readonly Entry[], { ids }: Selection): TemplateResult | typeof nothing {
  const copies = entries.filter(isCopy);
  if (copies.length === 0) return nothing;
  const count = copies.length === 1 ? msg('1 conflict copy is here') : msg(str`${formatNumber(copies.length)} conflict copies are here`);
  const listed = [...copies.filter(({ id }) => ids.has(id)), ...copies.filter(({ id }) => !ids.has(id))].slice(0, LISTED);
  const more = copies.length - listed.length;
  return html`<details class="conflicts"><summary>${icon('conflict')}<span>${count}</span><span class="turn">${icon('down')}</span></summary>
    <div class="words" role="group" tabindex="0" aria-label=${count}>
      <p>${msg('A file was changed on two devices before they knew of each other. Both versions were kept, and nothing is lost.')}</p>
      <ul>${listed.map((copy) => html`<li>${copyWords(copy)}</li>`)}${more > 0 ? html`<li class="quiet">${msg(str`and ${formatNumber(more)} more`)}</li>` : nothing}</ul>
      <p>${msg('What to do: open both, keep what you want, and move the other to the trash.')}</p>
    </div></details>`;
}
