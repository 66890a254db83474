// Owns: the buttons above the grid: what can be done here, and with what is chosen. Each button only calls what it is handed.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { Entry } from '../../workers/contract/home.ts';
import { LIMITS } from '../../workers/contract/limits.ts';
import { icon, type IconName } from '../desktop/icons.ts';
import { formatNumber } from '../format.ts';
import type { Place } from './files-view.ts';

export interface Actions {
  readonly addFiles: () => void;
  readonly addFolder: () => void;
  readonly newFolder: () => void;
  readonly download: () => void;
  readonly rename: () => void;
  readonly move: () => void;
  readonly versions: () => void;
  readonly keep: (kept: boolean) => void;
  readonly trash: () => void;
  readonly openTrash: () => void;
  readonly takeBack: () => void;
  readonly deleteForGood: () => void;
  readonly emptyTrash: () => void;
  readonly clear: () => void;
  readonly view: (tiles: boolean) => void;
  readonly search: (query: string) => void;
}

interface ToolbarLook {
  readonly place: Place | undefined;
  readonly chosen: readonly Entry[];
  readonly count: number;
  readonly tiles: boolean;
  readonly query: string;
  readonly actions: Actions;
  readonly crumbs: TemplateResult;
}

const button = (name: IconName, label: string, press: () => void, look = ''): TemplateResult =>
  html`<button type="button" class="tool ${look}" aria-label=${label} title=${label} @click=${press}>${icon(name)}<span class="word">${label}</span></button>`;

export function toolbar(look: ToolbarLook): TemplateResult {
  const { actions, tiles, place } = look;
  return html`<div class="top">
      ${look.crumbs}
      <div class="finding">
        <label class="search"><span class="hidden-name">${msg('Search')}</span>${icon('search')}
          <input type="search" name="search" maxlength=${LIMITS.searchChars} placeholder=${msg('Search')} autocomplete="off" spellcheck="false" .value=${look.query}
            @input=${(event: Event) => { actions.search((event.currentTarget as HTMLInputElement).value); }}></label>
        <div class="views" role="group" aria-label=${msg('View')}>
          <button type="button" class="tool bare" aria-pressed=${tiles ? 'false' : 'true'} aria-label=${msg('List')} title=${msg('List')} @click=${() => { actions.view(false); }}>${icon('list')}</button>
          <button type="button" class="tool bare" aria-pressed=${tiles ? 'true' : 'false'} aria-label=${msg('Grid')} title=${msg('Grid')} @click=${() => { actions.view(true); }}>${icon('tiles')}</button>
        </div>
        ${place?.kind === 'trash' ? nothing : html`<button type="button" class="tool bare" aria-label=${msg('Trash')} title=${msg('Trash')} @click=${actions.openTrash}>${icon('trash')}</button>`}
      </div>
    </div>
    <div class=${look.chosen.length > 0 ? 'tools chosen' : 'tools'} role="toolbar" aria-label=${msg('Actions')}>${place?.kind === 'trash' ? trashTools(look) : look.chosen.length > 0 ? chosenTools(look) : placeTools(look)}</div>`;
}

function placeTools({ actions, place }: ToolbarLook): TemplateResult | typeof nothing {
  if (place?.kind !== 'folder') return nothing;
  return html`${button('add', msg('Add files'), actions.addFiles, 'primary')}${button('addFolder', msg('Add folder'), actions.addFolder)}${button('newFolder', msg('New folder'), actions.newFolder)}`;
}

function chosenText(chosen: readonly Entry[]): TemplateResult {
  return html`<span class="count" role="status">${chosen.length === 1 ? msg('1 selected') : msg(str`${formatNumber(chosen.length)} selected`)}</span>`;
}

/** Of a folder that does not stay here by one above it, where not all content is on this device. */
function keepTool(entry: Entry, actions: Actions): TemplateResult | typeof nothing {
  if (entry.kind !== 'folder') return nothing;
  if (entry.kept === 'no') return button('kept', msg('Keep on this device'), () => { actions.keep(true); });
  return entry.kept === 'chosen' ? button('online', msg('Let it stay online'), () => { actions.keep(false); }) : nothing;
}

function chosenTools({ actions, chosen }: ToolbarLook): TemplateResult {
  const [only] = chosen;
  const one = chosen.length === 1 && only !== undefined;
  return html`${button('close', msg('Clear the selection'), actions.clear, 'bare small-word')}${chosenText(chosen)}
    ${button('download', msg('Download'), actions.download)}
    ${one ? button('rename', msg('Rename'), actions.rename) : nothing}
    ${button('move', msg('Move…'), actions.move)}
    ${one && only.kind === 'file' ? button('versions', msg('Versions'), actions.versions) : nothing}
    ${one ? keepTool(only, actions) : nothing}
    ${button('trash', msg('Move to trash'), actions.trash)}`;
}

function trashTools({ actions, chosen, count }: ToolbarLook): TemplateResult {
  if (chosen.length === 0) return html`${count > 0 ? button('trash', msg('Empty trash'), actions.emptyTrash) : nothing}`;
  return html`${button('close', msg('Clear the selection'), actions.clear, 'bare small-word')}${chosenText(chosen)}
    ${button('takeBack', msg('Take back'), actions.takeBack)}${button('trash', msg('Delete for good'), actions.deleteForGood)}`;
}
