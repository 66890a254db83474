// What an app asks for and does, in plain words. Pure.
import { msg, str } from '@lit/localize';
import type { GrantMode, Scope } from '../../workers/contract/app-protocol.ts';
import type { AppKind, GrantCard } from '../../workers/contract/grants.ts';
import { formatDate } from '../format.ts';

export function scopeWords(scope: Scope, on: 'folder' | 'file' | 'account' = 'folder'): string {
  if (on === 'account') return scope === 'write:dataset' ? msg('Keep things in your online account') : msg('Read what it keeps in your online account');
  switch (scope) {
    case 'read:profile': return msg('See your name');
    case 'read:files': return on === 'file' ? msg('See what is in this file') : msg('See what is in this folder');
    case 'write:files': return on === 'file' ? msg('Change this file') : msg('Add, change and move to the trash in this folder');
    case 'read:dataset': return msg('Read what it keeps for itself');
    case 'write:dataset': return msg('Keep things for itself in your home');
    case 'read:backups': return msg('See when you backed up, and how much');
    case 'write:backups': return msg('Make a snapshot');
    case 'read:entitlements': return msg('See what you bought for it');
    case 'grant:delegate': return msg('Pass access to files on to other apps of yours');
  }
}

export function modeWords(mode: GrantMode): string {
  switch (mode) {
    case 'once': return msg('Once');
    case 'session': return msg('While the app is open');
    case 'persistent': return msg('For 30 days');
  }
}

export function untilWords({ mode, expiresAt }: Pick<GrantCard, 'mode' | 'expiresAt'>): string {
  return mode === 'persistent' ? msg(str`until ${formatDate(expiresAt)}`) : modeWords(mode);
}

/** What no engine keeps an app from, said before a person says yes (docs/security.md, "Apps"). */
export function wayOutWords(kind: AppKind): string {
  return kind === 'connected' ? msg('It is a page of its own: it can send what it reads wherever it likes.')
    : msg('It runs without a network. Browsers leave narrow ways out all the same, so take it that it could send what it reads.');
}

export function callWords(call: string): string {
  switch (call) {
    case 'list': case 'stat': return msg('Looked at');
    case 'read': return msg('Read');
    case 'write': return msg('Wrote');
    case 'rename': return msg('Renamed');
    case 'remove': return msg('Moved to the trash');
    case 'watch': return msg('Watches');
    case 'profile': return msg('Saw your name');
    case 'entitlements': return msg('Saw what you bought for it');
    case 'backups': return msg('Saw your backups');
    case 'delegate': return msg('Passed access on');
    case 'accept': return msg('Was passed access');
    case 'token': return msg('Went to your online account');
    case 'backUp': return msg('Made a snapshot');
    case 'keys': case 'keyCreate': case 'keyRotate': case 'keyRevoke': case 'keySign': case 'keySeal': case 'keyUnseal': return msg('Used its own keys');
    case 'vaultList': case 'vaultGet': case 'vaultPut': case 'vaultDelete': return msg('Used its vault');
    default: return msg('Used its own data');
  }
}
