// A sentence for every code that can cross the door: what happened, that nothing is lost where so, and what to do.
import { msg, str } from '@lit/localize';
import type { ErrorCode, NexusError } from '../workers/contract/errors.ts';
import { ACCOUNT, LIMITS } from '../workers/contract/limits.ts';
import { formatBytes, formatDuration } from './format.ts';

type Sentence = (error: NexusError) => string;

const door = {
  'internal': ({ detail }) => msg(str`Something went wrong inside Nexus. Nothing that was saved is lost. Try again; if it stays, reload the page. (${detail ?? '–'})`),
  'door.bad_argument': () => msg('Nexus could not read this request and changed nothing. Reload the page and try again.'),
  'door.unavailable': () => msg('Nexus is starting again. Nothing that was saved is lost. Try again in a moment.'),
  'aborted': () => msg('Cancelled. Nothing was changed.'),
} satisfies Partial<Record<ErrorCode, Sentence>>;

const identity = {
  'auth.rejected': () => msg('That did not open it. Check what you typed and try again.'),
  'auth.locked_out': ({ retryAfterMs }) => msg(str`Too many wrong attempts. Try again in ${formatDuration(retryAfterMs ?? 0)}.`),
  'auth.pin_disabled': () => msg('The PIN is switched off after too many wrong attempts. Use your password.'),
  'auth.weak_password': () => msg(str`A password has ${LIMITS.passwordChars.min} to ${LIMITS.passwordChars.max} characters. Choose a longer one.`),
  'auth.bad_pin': () => msg(str`A PIN has ${LIMITS.pinDigits.min} to ${LIMITS.pinDigits.max} digits and nothing else.`),
  'auth.bad_passkey': () => msg('This passkey cannot open a home: it gives no secret of its own. Nothing was changed. Try one of another device or browser.'),
  'user.name_invalid': () => msg(str`A name has 1 to ${LIMITS.userNameChars} visible characters. Choose another one.`),
  'user.name_taken': () => msg('Somebody on this device has that name already. Choose another one.'),
  'user.too_many': () => msg(str`This device holds at most ${LIMITS.users} users. Delete one first.`),
  'user.unknown': () => msg('This user is no longer on this device.'),
  'session.locked': () => msg('Your session is locked. Unlock it and try again.'),
  'session.none': () => msg('Nobody is logged in here. Log in and try again.'),
  'session.too_many': () => msg(str`At most ${LIMITS.sessions} users can be logged in at once. Log one out first.`),
} satisfies Partial<Record<ErrorCode, Sentence>>;

const keys = {
  'crypto.out_of_memory': () => msg('This device has too little free memory to check a password right now. It says nothing about your password. Close other tabs and try again.'),
  'crypto.unsupported': () => msg('This browser lacks a part that Nexus needs for encryption. Nothing was changed. Use a current browser.'),
  'integrity.tampered': () => msg('This content was changed or damaged outside Nexus, so it is not shown. Everything else still opens. Check your home in Settings, or restore it from a backup.'),
  'format.malformed': () => msg('This data is damaged and cannot be read. Everything else is untouched. Restore it from a backup.'),
  'format.unsupported': () => msg('This was written by a release of Nexus that this one cannot read. Nothing was changed. Update Nexus and try again.'),
  'format.too_large': () => msg('This is larger than Nexus accepts. Nothing was changed.'),
  'keystore.device_mismatch': () => msg('This key belongs to another device and does not open here. Use your password or recovery phrase.'),
  'keystore.kdf_bounds': () => msg('This file asks for more work than Nexus allows for a password. Nothing was changed.'),
  'keystore.phrase_invalid': () => msg('This is not a recovery phrase. Check for missing, swapped or misspelled words.'),
  'keystore.slots_changed': () => msg('Your password, PIN, passkey or phrase was changed meanwhile, so the new keys are not in use here. Keep the new phrase, and try again: if this home then says that keys were renewed, take them over by that phrase.'),
  'keystore.key_unknown': () => msg('There is no such key here. Nothing was changed.'),
  'keystore.key_revoked': () => msg('This key was revoked and is not used any more. Nothing was changed.'),
} satisfies Partial<Record<ErrorCode, Sentence>>;

const home = {
  'home.not_found': () => msg('This is no longer here. It may have been moved or deleted in another tab.'),
  'home.name_invalid': () => msg('A file cannot have this name. Leave out slashes and control characters, and keep it shorter.'),
  'home.name_taken': () => msg('Something in this folder has that name already. Choose another one.'),
  'home.not_a_folder': () => msg('This is not a folder. Nothing was changed.'),
  'home.not_a_file': () => msg('This is not a file. Nothing was changed.'),
  'home.loop': () => msg('A folder cannot be moved into itself. Nothing was changed.'),
  'home.too_deep': () => msg('Folders cannot be nested any deeper. Nothing was changed.'),
  'home.file_too_large': () => msg(str`A file can have at most ${formatBytes(LIMITS.fileBytes)}. Nothing was added.`),
  'home.file_changed': () => msg('The file was changed while it was being read, so it was not added. Add it again.'),
  'home.file_unreadable': () => msg('The browser could not read this file. What was added before it is kept. Check the file and add it again.'),
} satisfies Partial<Record<ErrorCode, Sentence>>;

const storage = {
  'storage.quota': () => msg('The browser has no more space for Nexus. Nothing that was saved is lost, and nothing half-written is left. Free some space and try again.'),
  'storage.blocked': () => msg('Another tab holds the storage. Nothing is lost. Close other tabs of Nexus and try again.'),
  'storage.newer_schema': () => msg('What is stored here was written by a newer release of Nexus. Nothing was changed. Reload the page to get it.'),
  'storage.evicted': () => msg('The browser has removed what Nexus stored here. Restore your home from a backup.'),
  'storage.failed': () => msg('The browser could not write this down. What was saved before is kept. Try again, and make a backup soon.'),
} satisfies Partial<Record<ErrorCode, Sentence>>;

const backup = {
  'backup.wrong_secret': () => msg('That does not open this backup. Use the password or the recovery phrase from the time it was made.'),
  'backup.earlier_keys': () => msg('That does not open this backup, which was made before the keys of this home were renewed. Use what opens this home now, or the password or the recovery phrase from the time it was made.'),
  'backup.damaged': () => msg('This backup is damaged and was not used. Nothing was changed. Try another copy of it.'),
  'backup.not_a_bundle': () => msg('This file is not a Nexus backup. Choose a file that ends in .nbk.'),
  'backup.unsupported': () => msg('This backup was made by a release of Nexus that this one cannot read. Update Nexus and try again.'),
  'backup.too_large': () => msg('This is more than a backup may hold here. Nothing was changed. Free some space or delete older backups.'),
  'backup.unknown': () => msg('This backup is no longer here.'),
  'backup.stale_plan': () => msg('Your home changed since the list was made. Nothing was restored. Look at the new list and go on.'),
  'backup.too_many': () => msg(str`Your account keeps ${LIMITS.cloudBackups} backups, and no more fit into its list. Nothing was changed. Delete some, or choose how many are kept.`),
  'backup.account_full': () => msg('Your account has no room for this backup. Nothing was changed there. Delete older backups from it or ask whoever runs it for more room; a downloaded file needs no account.'),
  'backup.home_exists': () => msg('The home in this backup is on this device already. Log in to it, and restore under Backups.'),
} satisfies Partial<Record<ErrorCode, Sentence>>;

const account = {
  'account.invalid_transition': () => msg('Your account is busy with something else. Nothing was changed. Try again in a moment.'),
  'account.unavailable': () => msg('What this device keeps of your account cannot be read. Your files are not touched. Sign out, and sign in again.'),
  'account.unknown': () => msg('This account is no longer signed in here.'),
  'account.none': () => msg('Nobody is signed in. Sign in and try again.'),
  'account.too_many': () => msg(str`At most ${ACCOUNT.accounts} fit here. Remove one first.`),
  'account.same': () => msg('You are signed in to this account already.'),
  'account.attempt_unknown': () => msg('This sign-in is over. Nothing was changed. Start again.'),
  'account.login_refused': () => msg('Access was not given. Nothing was changed.'),
  'account.provider_unknown': () => msg('This sign-in server is not in your list.'),
  'account.provider_invalid': () => msg('This is not the address of a sign-in server. It begins with https:// and holds no name or password.'),
  'account.provider_in_use': () => msg('An account of this server is signed in here. Sign it out first.'),
  'account.provider_unreachable': () => msg('The sign-in server does not answer. Everything on this device goes on working. Try again when you are connected.'),
  'account.provider_refused': () => msg('The sign-in server refused. Nothing was changed. Try to sign in again.'),
  'account.provider_broken': () => msg('The sign-in server gave an answer that cannot be trusted, so it was not used. Nothing was changed.'),
  'account.reauth_required': () => msg('Your account needs you to sign in again. Everything on this device goes on working.'),
  'account.not_offered': () => msg('The server of this account does not offer this. Nothing was changed.'),
  'account.sign_in_over': () => msg('This sign-in has ended already.'),
} satisfies Partial<Record<ErrorCode, Sentence>>;

const sync = {
  'sync.arriving': () => msg('Your home is still coming to this device from your account. This has to wait until all of it is here. If it cannot come any more, stop syncing in Account first.'),
  'sync.partial': () => msg('Only a part of your home is here: the rest is in the account that it came from. Sync with that account first.'),
  'sync.not_here': () => msg('What is in this file is at the server alone, and the server does not answer. It is safe there. Try again when you are connected.'),
  'sync.other_home': () => msg('This account carries another home already. Nothing was changed. Bring that home here as a user of its own, or sync with another account.'),
  'sync.no_home': () => msg('This account carries no home yet. Nothing was changed. Start sync on the device that has your home.'),
  'sync.not_linked': () => msg('This home is not synced, and nothing was changed. Start sync under Account.'),
  'sync.not_joining': () => msg('Nexus is no longer about to bring a home here. Nothing was changed. Sign in once more.'),
  'sync.home_open': () => msg('Somebody’s home is open on this device. Nothing was changed. Lock it or log out first, then try again.'),
  'sync.settings_unreadable': () => msg('The settings in your account could not be read: they are damaged, or of a newer Nexus. They and the settings of this device were left as they are.'),
  'sync.keys_renewed': () => msg('The keys of this home were renewed on another device. Take them over here first.'),
  'sync.not_renewed': () => msg('The keys of this home have not been renewed elsewhere. Nothing was changed.'),
  'sync.other_keys': () => msg('What came does not continue the keys of this home, so it was not used. Nothing was changed.'),
  'sync.renewal_unclear': () => msg('The server did not say whether it took the new keys. Keep the new phrase, and try again: if this home then says that keys were renewed, take them over by that phrase.'),
  'sync.paused': () => msg('Sync is paused, and nothing was changed. Resume it first.'),
  'sync.too_many_kept': () => msg('No more folders can be kept on this device one by one. Keep a folder that holds several of them, and let the others stay online.'),
} satisfies Partial<Record<ErrorCode, Sentence>>;

const approval = {
  'approval.over': () => msg('This request is over: five minutes passed, or it was answered elsewhere. Nothing was given. Ask again on the new device.'),
  'approval.refused': () => msg('Your other device said no. Nothing came here. Ask again, or use your recovery phrase.'),
  'approval.mismatch': () => msg('What the two devices heard of each other does not match: somebody may be in between. Nothing was given. Use your recovery phrase instead.'),
} satisfies Partial<Record<ErrorCode, Sentence>>;

const apps = {
  'apps.unreachable': () => msg('No app could be read there. Nothing was changed. Check the address; a server of apps has to allow other pages to read it.'),
  'apps.manifest_invalid': () => msg('What is there is no app that Nexus can read. Nothing was changed.'),
  'apps.too_large': () => msg('This app is larger than Nexus accepts. Nothing was changed.'),
  'apps.other_package': () => msg('The app changed while you looked at it. Nothing was installed. Look at it again.'),
  'apps.unknown': () => msg('This app is no longer here.'),
  'apps.too_many': () => msg('There are as many apps here as fit. Remove or close one first.'),
  'apps.not_carried': () => msg('This app does not say what is to become of data that two devices changed, so it stays on this device. Nothing was changed.'),
  'apps.not_embedded': () => msg('This app runs on its own page and cannot be installed here.'),
  'grants.scope_unknown': () => msg('The app asks for something that Nexus does not know, so it was not asked further. Nothing was given.'),
  'grants.not_declared': () => msg('The app asks for more than it declares, so it was refused. Nothing was given.'),
  'grants.resource_invalid': () => msg('The app asks for a place that cannot be named. Nothing was given.'),
  'grants.denied': () => msg('You said no to this. Nothing was given.'),
  'grants.busy': () => msg('The app asks too much at once. Try again in a moment.'),
  'grants.not_granted': () => msg('The app was not allowed this. Nothing was done.'),
  'grants.revoked': () => msg('This permission was withdrawn. Nothing was done.'),
  'grants.expired': () => msg('This permission is over. Nothing was done.'),
  'grants.used_up': () => msg('This permission was good once, and was used. Nothing was done.'),
  'grants.limit': () => msg('The app has reached its limit. Nothing was done.'),
  'grants.replayed': () => msg('A permission was used where it was not given, so it was withdrawn. Nothing was done.'),
  'grants.too_many': () => msg('This app has as many permissions as fit. Withdraw some first.'),
  'grants.prompt_over': () => msg('This question is over. Nothing was given.'),
  'grants.policy': () => msg('This is not allowed here. Nothing was done.'),
  'grants.conflict_over': () => msg('It was changed meanwhile, so this decision was not used. Nothing was changed.'),
  'grants.withheld': () => msg('The answer to an app looked as if it held a secret, so it was kept back. Nothing was given.'),
} satisfies Partial<Record<ErrorCode, Sentence>>;

const SENTENCES: Readonly<Record<ErrorCode, Sentence>> = { ...door, ...identity, ...keys, ...home, ...storage, ...backup, ...account, ...sync, ...approval, ...apps };

/** What to tell a person of a failure, in their language. */
export function sentenceOf(error: NexusError): string {
  return SENTENCES[error.code](error);
}
