// The states of sync in plain words: a few for the line that is always in sight, whole sentences for Account. Pure.
import { msg, str } from '@lit/localize';
import type { SyncState, SyncStatus } from '../../workers/contract/sync.ts';
import { formatDateTime, formatDuration, formatNumber } from '../format.ts';

/** Sync goes on only when the person, or somebody at the server, does something. */
const TROUBLES: readonly SyncState[] = ['signed_out', 'device_full', 'full', 'renewed', 'no_room', 'refused'];

export const isTrouble = ({ state, behind, unreadable }: SyncStatus): boolean => TROUBLES.includes(state) || behind !== undefined || (state !== 'off' && unreadable > 0);

const waitingCount = (waiting: number): string => (waiting === 1 ? msg('1 waiting to sync') : msg(str`${formatNumber(waiting)} waiting to sync`));

/** Of a large file, how long it takes; until that is known, how far it is. */
function leftWords({ toGo = 0, leftMs }: Pick<SyncStatus, 'toGo' | 'leftMs'>): readonly string[] {
  if (leftMs !== undefined) return [msg(str`${formatDuration(leftMs)} left`)];
  return toGo > 1 ? [msg(str`${formatNumber(toGo)} pieces left`)] : [];
}

const waitingWords = (status: SyncStatus): string => [status.waiting > 0 ? waitingCount(status.waiting) : msg('Syncing…'), ...leftWords(status)].join(' · ');

/** Not all is well only because a round was: Account says more. */
function syncedWords({ behind, unreadable }: SyncStatus): string {
  if (behind) return msg('Saved here · server is behind');
  return unreadable > 0 ? msg(str`Synced · ${formatNumber(unreadable)} could not be opened`) : msg('Synced');
}

export function syncWords(status: SyncStatus): string {
  const { state, waiting, partial } = status;
  switch (state) {
    case 'off': return partial ? msg('Saved on this device · a part of your home') : msg('Saved on this device');
    case 'working': return partial ? msg('Your home is still coming…') : waitingWords(status);
    case 'synced': return waiting > 0 ? waitingWords(status) : syncedWords(status);
    case 'unreachable': return msg('Saved here · server does not answer');
    case 'signed_out': return msg('Saved here · signed out');
    case 'paused': return msg('Saved here · sync is paused');
    case 'metered': return msg('Saved here · content waits');
    case 'device_full': return msg('This device is full · the rest is in your account');
    case 'full': return msg('Saved here · account is full');
    case 'renewed': return msg('Saved here · keys were renewed');
    case 'no_room': return msg('Saved here · no space to use the new keys');
    case 'refused': return msg('Saved here · server answers wrongly');
  }
}

/** What the state means, and what to do where something is to be done; `off` is explained where sync is offered. */
export function syncSentence(state: Exclude<SyncState, 'off'>): string {
  switch (state) {
    case 'working': return msg('Your home and your account are being made alike.');
    case 'synced': return msg('What is in your home here is in your account too, encrypted.');
    case 'unreachable': return msg('The server does not answer. Everything on this device goes on working; Nexus asks again by itself.');
    case 'signed_out': return msg('This device is not signed in to the account of your home: its sign-in is over, it was removed from the account, or another account is the active one here. Nothing is lost. Sign in again, or switch to that account.');
    case 'paused': return msg('You have paused sync. Everything stays saved on this device.');
    case 'metered': return msg('This connection costs, or data is to be saved. Names of files and folders are kept alike; content waits for another connection. Below you can choose otherwise.');
    case 'device_full': return msg('This device has no space for what comes from your account. Nothing is lost: it stays there. Free up space below, or keep less on this device; Nexus goes on by itself.');
    case 'full': return msg('Your account has no room for what waits to be sent. It stays here, and nothing is lost. Ask whoever runs the server for more room, delete older backups from your account, or empty the trash: that room comes back a day after all your devices know.');
    case 'renewed': return msg('The keys of this home were renewed on another of your devices. What you change here stays here until this device has them too; nothing is lost.');
    case 'no_room': return msg('The keys of this home were renewed, and this device has no space to encrypt all names anew. Nothing is lost, and everything here works; sync goes on once there is space.');
    case 'refused': return msg('The server gave an answer that cannot be right, so it was not used. Nothing is lost; Nexus asks again by itself.');
  }
}

/** Of a home of which only a part is here: whether the rest comes, and what it waits for. */
export function partialWords(state: SyncState): string {
  if (state === 'working' || state === 'synced') return msg('Your home is still coming from your account. What is not listed yet appears by itself.');
  if (state === 'off') return msg('Only a part of your home has come to this device. The rest is in the account that it came from, and comes once you sync again.');
  return msg('Only a part of your home has come to this device yet. The rest comes once sync goes on.');
}

/** How much is under way, and when all was alike; only what there is to say. */
export function syncFacts({ waiting, toCome, toGo = 0, partial, at }: SyncStatus): readonly string[] {
  return [
    ...(waiting === 0 ? [] : [waiting === 1 ? msg('1 file or folder waits to be sent') : msg(str`${formatNumber(waiting)} files and folders wait to be sent`)]),
    ...(toGo === 0 ? [] : [toGo === 1 ? msg('1 piece of content is still to be sent') : msg(str`${formatNumber(toGo)} pieces of content are still to be sent`)]),
    ...(partial ? [msg('not every file and folder is listed here yet')] : []),
    ...(toCome === 0 ? [] : [toCome === 1 ? msg('1 piece of content is still to come') : msg(str`${formatNumber(toCome)} pieces of content are still to come`)]),
    ...(at === undefined ? [] : [msg(str`last fully synced ${formatDateTime(at)}`)]),
  ];
}

/** What the server does not have or show, and what comes of it. */
export function behindWords({ device }: NonNullable<SyncStatus['behind']>): string {
  return device === undefined
    ? msg('The server is behind: it does not have all that it had, as after a restore from an older copy. This device sends it again; nothing here is lost.')
    : msg(str`The server is behind: it does not show this device all that “${device}” has put there. Nothing here is lost. If this stays, tell whoever runs the server, and make a backup.`);
}

export function unreadableWords(unreadable: number): string {
  return unreadable === 1
    ? msg('1 could not be opened: a file or folder at the server does not fit the keys of this home. It was left as it is.')
    : msg(str`${formatNumber(unreadable)} could not be opened: these files and folders at the server do not fit the keys of this home. They were left as they are.`);
}
