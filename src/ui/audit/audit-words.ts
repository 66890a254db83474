// What is noted, in plain words; and the kinds by which the list is narrowed. Pure.
import { msg } from '@lit/localize';
import type { AuditCode, AuditEntry } from '../../workers/contract/audit.ts';

const WORDS: Readonly<Record<AuditCode, () => string>> = {
  'session.opened': () => msg('Logged in'),
  'session.unlocked': () => msg('Unlocked'),
  'session.locked': () => msg('Locked'),
  'user.created': () => msg('User created'),
  'user.changed': () => msg('Name or seal changed'),
  'user.deleted': () => msg('User deleted'),
  'way_in.password_changed': () => msg('Password changed'),
  'way_in.pin_set': () => msg('PIN set'),
  'way_in.pin_removed': () => msg('PIN removed'),
  'way_in.passkey_set': () => msg('Passkey set up'),
  'way_in.passkey_removed': () => msg('Passkey removed'),
  'way_in.phrase_renewed': () => msg('New recovery phrase made'),
  'way_in.phrase_tried': () => msg('Recovery phrase tried'),
  'way_in.phrase_confirmed': () => msg('Recovery phrase confirmed'),
  'backup.created': () => msg('Snapshot made'),
  'backup.deleted': () => msg('Snapshot deleted'),
  'backup.downloaded': () => msg('Backup downloaded'),
  'backup.verified': () => msg('Backup verified'),
  'backup.opened': () => msg('Backup opened'),
  'backup.restored': () => msg('Restored from a backup'),
  'backup.retention_set': () => msg('What is kept was changed'),
  'backup.uploaded': () => msg('Backup uploaded to the account'),
  'backup.brought': () => msg('Backup brought from the account'),
  'backup.cloud_deleted': () => msg('Backup deleted from the account'),
  'backup.schedule_set': () => msg('When backups go to the account was changed'),
  'home.checked': () => msg('Home checked'),
  'home.content_connection': () => msg('Connections for content chosen'),
  'home.content_chosen': () => msg('Content on this device chosen'),
  'home.folder_kept': () => msg('A folder kept on this device, or no more'),
  'home.space_freed': () => msg('Space on this device freed'),
  'account.signed_in': () => msg('Signed in to an account'),
  'account.sign_in_failed': () => msg('Sign-in to an account failed'),
  'account.signed_out': () => msg('Signed out of an account'),
  'account.switched': () => msg('Account switched'),
  'account.refresh_failed': () => msg('Account could not be reached'),
  'account.unreadable': () => msg('Account could not be read'),
  'account.provider_added': () => msg('Sign-in server added'),
  'account.provider_removed': () => msg('Sign-in server removed'),
  'account.sign_in_ended': () => msg('A sign-in to the account ended'),
  'account.sync_started': () => msg('Sync of this home started'),
  'account.sync_stopped': () => msg('Sync of this home stopped'),
  'account.sync_paused': () => msg('Sync paused or resumed'),
  'way_in.keys_renewed': () => msg('Keys of the home renewed'),
  'way_in.keys_taken': () => msg('Renewed keys taken from another device'),
  'account.device_approved': () => msg('A new device approved'),
  'account.device_refused': () => msg('A new device turned away'),
  'account.settings_shared': () => msg('Sharing of settings between devices changed'),
  'account.settings_taken': () => msg('Settings taken from another device'),
  'app.installed': () => msg('App installed'),
  'app.removed': () => msg('App removed'),
  'app.opened': () => msg('App opened'),
  'app.asked': () => msg('App asked for access'),
  'app.allowed': () => msg('Access allowed'),
  'app.denied': () => msg('Access denied'),
  'app.used': () => msg('Access used'),
  'app.revoked': () => msg('Access withdrawn'),
  'app.refused': () => msg('App refused'),
  'app.delegated': () => msg('Access passed on to an app'),
  'app.replayed': () => msg('App used a permission that was not its own'),
  'app.asks_again': () => msg('App may ask again'),
  'app.key_created': () => msg('App made a key'),
  'app.key_rotated': () => msg('App rotated a key'),
  'app.key_revoked': () => msg('App revoked a key'),
  'app.vault_emptied': () => msg('Vault of an app emptied'),
  'app.data_carried': () => msg('Carrying of an app’s data between devices changed'),
  'app.data_taken': () => msg('Data of an app taken from another device'),
  'audit.began': () => msg('This log began'),
  'audit.key_replaced': () => msg('The key for notes of a locked home was replaced'),
  'audit.note_unreadable': () => msg('Notes of a locked home could not be read'),
};

export const whatWords = ({ what }: Pick<AuditEntry, 'what'>): string => WORDS[what]();

export const KINDS = ['all', 'session', 'way_in', 'user', 'backup', 'account', 'app', 'audit'] as const;
export type Kind = (typeof KINDS)[number];

export function kindWords(kind: Kind): string {
  switch (kind) {
    case 'all': return msg('Everything');
    case 'session': return msg('Log in and lock');
    case 'way_in': return msg('Password, PIN and phrase');
    case 'user': return msg('Users');
    case 'backup': return msg('Backups');
    case 'account': return msg('Account');
    case 'app': return msg('Apps');
    case 'audit': return msg('This log');
  }
}

export const isOfKind = ({ what }: Pick<AuditEntry, 'what'>, kind: Kind): boolean => kind === 'all' || what.startsWith(`${kind}.`);
