// A home of made-up entries for tests of Files.
import type { Entry, FileEntry, FolderEntry, FolderListing } from '../../../src/workers/contract/home.ts';
import type { NodeId } from '../../../src/workers/contract/ids.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient, PREFS } from '../../support/fake-client.ts';

export const idOf = (number: number): NodeId => number.toString(16).padStart(32, '0') as NodeId;
export const ROOT = idOf(1);
export const PHOTOS = idOf(10);

export const folder = (number: number, name: string, kept?: FolderEntry['kept']): Entry => ({ id: idOf(number), name, parent: ROOT, kind: 'folder', ...(kept && { kept }) });
export const file = (number: number, name: string, more: Partial<FileEntry> = {}): FileEntry =>
  ({ id: idOf(number), name, parent: ROOT, kind: 'file', size: number, modified: 1_700_000_000_000 + number, mediaType: 'text/plain', versions: 0, ...more });

export const ENTRIES: readonly Entry[] = [
  folder(10, 'Photos'), folder(11, 'Work'), file(20, 'a.txt', { versions: 2 }), file(21, 'b.txt'), file(22, 'page.html', { mediaType: 'text/html' }),
];

export function listing(at: NodeId, entries: readonly Entry[]): FolderListing {
  const root = { id: ROOT, name: '' };
  return { folder: at, path: at === ROOT ? [root] : [root, { id: at, name: 'Photos' }], entries, damaged: [] };
}

/** The root holds `entries`; any other folder is empty. */
export function clientWith(entries: readonly Entry[] = ENTRIES): FakeClient {
  return new FakeClient(deviceWith([ADA], ADA_SESSION))
    .answers('getPrefs', { ...PREFS, filesView: 'list' })
    .answers('homeRoot', ROOT)
    .replies('listFolder', ({ folder: at }) => ({ ok: true, value: listing(at, at === ROOT ? entries : []) }))
    .answers('listTrash', [{ ...file(30, 'old.txt'), trashed: 5 }, { ...file(31, 'older.txt'), trashed: 4 }]);
}
