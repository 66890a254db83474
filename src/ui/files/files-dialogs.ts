// Owns: which dialog of Files is open, as data, and how it is drawn. What its buttons do is handed in.
import { msg, str } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { ClashChoice, Entry, FileEntry } from '../../workers/contract/home.ts';
import type { NodeId } from '../../workers/contract/ids.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { formatNumber } from '../format.ts';
import './clash-dialog.ts';
import './confirm-dialog.ts';
import './move-dialog.ts';
import './name-dialog.ts';
import './preview-dialog.ts';
import './versions-dialog.ts';

export type FilesDialog =
  | { readonly kind: 'new-folder'; readonly proposal: string }
  | { readonly kind: 'move'; readonly entries: readonly Entry[] }
  | { readonly kind: 'clash'; readonly nodes: readonly NodeId[]; readonly to: NodeId; readonly names: readonly string[] }
  | { readonly kind: 'preview'; readonly entry: FileEntry; readonly version?: number }
  | { readonly kind: 'versions'; readonly entry: FileEntry }
  | { readonly kind: 'delete'; readonly entries: readonly Entry[]; readonly all: boolean };

interface DialogWorld {
  readonly client: Client;
  readonly root: NodeId;
  readonly from: NodeId | undefined;
  readonly error: string;
  readonly busy: boolean;
  readonly create: (name: string) => void;
  readonly move: (nodes: readonly NodeId[], to: NodeId) => void;
  readonly clash: (nodes: readonly NodeId[], to: NodeId, clash: ClashChoice) => void;
  readonly remove: (nodes: readonly NodeId[]) => void;
  readonly takeVersion: (entry: FileEntry, version: number) => void;
  readonly look: (entry: FileEntry, version: number) => void;
}

const EXAMPLES = 5;
const idsOf = (entries: readonly Entry[]): readonly NodeId[] => entries.map((entry) => entry.id);

export function dialogOf(dialog: FilesDialog, world: DialogWorld): TemplateResult {
  switch (dialog.kind) {
    case 'new-folder': return html`<nx-name-dialog .proposal=${dialog.proposal} .error=${world.error} @nx-name=${(event: CustomEvent<string>) => { world.create(event.detail); }}></nx-name-dialog>`;
    case 'move': return html`<nx-move-dialog .client=${world.client} .root=${world.root} .from=${world.from} .entries=${dialog.entries}
      @nx-move-to=${(event: CustomEvent<NodeId>) => { world.move(idsOf(dialog.entries), event.detail); }}></nx-move-dialog>`;
    case 'clash': return clashOf(dialog, world);
    case 'preview': return html`<nx-preview-dialog .client=${world.client} .entry=${dialog.entry} .version=${dialog.version}></nx-preview-dialog>`;
    case 'versions': return html`<nx-versions-dialog .entry=${dialog.entry} ?busy=${world.busy} .error=${world.error}
      @nx-look=${(event: CustomEvent<number>) => { world.look(dialog.entry, event.detail); }} @nx-version=${(event: CustomEvent<number>) => { world.takeVersion(dialog.entry, event.detail); }}></nx-versions-dialog>`;
    case 'delete': return deleteOf(dialog, world);
  }
}

function clashOf({ nodes, to, names }: Extract<FilesDialog, { kind: 'clash' }>, { clash }: DialogWorld): TemplateResult {
  const answered = (event: CustomEvent<ClashChoice | 'cancel'>): void => {
    if (event.detail === 'cancel') event.currentTarget?.dispatchEvent(new CustomEvent('nx-close', { bubbles: true }));
    else clash(nodes, to, event.detail);
  };
  return html`<nx-clash-dialog .clashes=${names.length} .examples=${names.slice(0, EXAMPLES)} @nx-clash=${answered}></nx-clash-dialog>`;
}

function deleteOf({ entries, all }: Extract<FilesDialog, { kind: 'delete' }>, { remove, busy }: DialogWorld): TemplateResult {
  const [first] = entries;
  const count = formatNumber(entries.length);
  const heading = all ? msg('Empty the trash?') : entries.length === 1 && first ? msg(str`Delete “${first.name}” for good?`) : msg(str`Delete ${count} items for good?`);
  const text = entries.length === 1
    ? msg('It cannot be taken back. Only a backup that was made before still holds it.')
    : msg(str`All ${count} items are gone then and cannot be taken back. Only a backup that was made before still holds them.`);
  return html`<nx-confirm-dialog .heading=${heading} .text=${text} .action=${all ? msg('Empty trash') : msg('Delete for good')} ?busy=${busy} @nx-confirm=${() => { remove(idsOf(entries)); }}></nx-confirm-dialog>`;
}
