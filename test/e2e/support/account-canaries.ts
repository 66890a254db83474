// What a person with an account says, in each place where words are taken: no server may see any of it but the account's own name and password.

export const HERE = { name: 'Canary Owner 8g1', password: 'canary-password-4t9wd' };
export const THERE = { name: HERE.name, password: 'canary-elsewhere-2v6ph' };
export const APPROVED = { name: HERE.name, password: 'canary-approved-5c8nk' };
export const ACCOUNT = { name: 'told-account-3q7', password: 'told-to-the-provider-61' };
export const FOLDER = 'canary-folder-h55';
/** Name → content: within its record, and in an extent of its own. */
export const FILES: Readonly<Record<string, string>> = { 'canary-small-d18.txt': 'canary-inline-r02', 'canary-large-u93.txt': 'canary-extent-w67 '.repeat(6_000) };
export const VERSIONED = { name: 'canary-edited-k29.txt', before: 'canary-version-x44', after: 'canary-current-z15' };
export const TRASHED = { name: 'canary-trashed-n70.txt', content: 'canary-thrown-away-j38' };
/** What a person calls a device. */
export const DEVICE = 'canary-device-s47';
/** No setting holds a word; this one holds a number, of bytes, and is chosen in GB. */
export const ROOM = { chosen: '6318275.094713826', kept: 6_318_275_094_713_826n };
export const VALUE = { key: 'canary-key-q36', value: 'canary-value-v82' };
/** The app that keeps it: passed to whoever opens it, and not to be known as this person's. */
export const APP = '/apps/notes/nexus-app.json';
/** What both sides make of one file while the server is away. */
export const BOTH = { here: 'canary-by-this-side-f65', there: 'canary-by-that-side-b19' };
export const CARRIED = { name: 'canary-carried-m53.txt', content: 'canary-courier-y28 '.repeat(6_000) };
/** Sealed by the home's new keys. */
export const RENEWED = { name: 'canary-renewed-t90.txt', content: 'canary-afterwards-c31 '.repeat(6_000) };

const ofContent = (content: string): string => content.split(' ')[0]!;

export const WORDS = [
  HERE.name, HERE.password, THERE.password, APPROVED.password, FOLDER, ...Object.keys(FILES), ...Object.values(FILES).map(ofContent), ...Object.values(VERSIONED), ...Object.values(TRASHED),
  DEVICE, ...Object.values(VALUE), ...Object.values(BOTH), CARRIED.name, ofContent(CARRIED.content), RENEWED.name, ofContent(RENEWED.content),
];
