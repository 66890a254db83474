// Which calls are written into the audit log, as one table: the call, what is noted, and the id that tells what it was about.
import type { AuditCode } from '../contract/audit.ts';
import type { AccountEvent, AccountEventName } from '../contract/account.ts';
import type { Answer, Args, Method, Served, Surface, Value } from '../contract/surface.ts';
import type { Audit } from './audit.ts';

interface Noted<M extends Method> {
  readonly what: AuditCode;
  readonly about?: (args: Args<M>, value: Value<M> | undefined) => string | undefined;
  /** Whose closed home is told where it is refused: a wrong secret at the lock screen. */
  readonly refusedTo?: (args: Args<M>) => { readonly uid?: string; readonly sid?: string };
}

type Table = { readonly [M in Method]?: Noted<M> };

export const NOTED: Table = {
  createUser: { what: 'user.created', about: (_, value) => value?.uid },
  editUser: { what: 'user.changed' },
  deleteUser: { what: 'user.deleted', about: ({ uid }) => uid },
  confirmRecovery: { what: 'way_in.phrase_confirmed' },
  login: { what: 'session.opened', about: ({ kind }) => kind, refusedTo: ({ uid }) => ({ uid }) },
  unlock: { what: 'session.unlocked', about: ({ kind }) => kind, refusedTo: ({ sid }) => ({ sid }) },
  changePassword: { what: 'way_in.password_changed', about: ({ kind }) => kind },
  setPin: { what: 'way_in.pin_set' },
  removePin: { what: 'way_in.pin_removed' },
  setPasskey: { what: 'way_in.passkey_set' },
  removePasskey: { what: 'way_in.passkey_removed' },
  newRecoveryPhrase: { what: 'way_in.phrase_renewed' },
  tryRecoveryPhrase: { what: 'way_in.phrase_tried', about: (_, value) => (value === undefined ? undefined : value ? 'right' : 'wrong') },
  createSnapshot: { what: 'backup.created', about: (_, value) => value?.id },
  deleteSnapshot: { what: 'backup.deleted', about: ({ id }) => id },
  openSnapshotDownload: { what: 'backup.downloaded', about: ({ id }) => id },
  verifySnapshot: { what: 'backup.verified', about: ({ id }) => id },
  verifyBundle: { what: 'backup.verified' },
  openBundle: { what: 'backup.opened', about: (_, value) => value?.bundle },
  applyRestore: { what: 'backup.restored' },
  setRetention: { what: 'backup.retention_set' },
  checkHome: { what: 'home.checked' },
  installApp: { what: 'app.installed', about: (_, value) => value?.appId },
  removeApp: { what: 'app.removed', about: ({ appId }) => appId },
  revokeAccess: { what: 'app.revoked', about: ({ appId }) => appId },
  forgetDenials: { what: 'app.asks_again', about: ({ appId }) => appId },
  uploadBackup: { what: 'backup.uploaded', about: ({ id }) => id },
  bringBackup: { what: 'backup.brought', about: ({ id }) => id },
  deleteCloudBackup: { what: 'backup.cloud_deleted', about: ({ id }) => id },
  setCloudBackupSchedule: { what: 'backup.schedule_set', about: ({ every, keep }) => `${every} ${keep ?? 'all'}` },
  startSync: { what: 'account.sync_started' },
  stopSync: { what: 'account.sync_stopped' },
  pauseSync: { what: 'account.sync_paused', about: ({ paused }) => (paused ? 'paused' : 'resumed') },
  approveDevice: { what: 'account.device_approved', about: ({ id }) => id },
  refuseDevice: { what: 'account.device_refused', about: ({ id }) => id },
  renewKeys: { what: 'way_in.keys_renewed', about: ({ signInId }) => signInId ?? '' },
  takeRenewedKeys: { what: 'way_in.keys_taken' },
  setContentChoice: { what: 'home.content_chosen', about: ({ all }) => (all ? 'all' : 'opened_or_kept') },
  setContentConnection: { what: 'home.content_connection', about: ({ any }) => (any ? 'any' : 'free') },
  keepOnDevice: { what: 'home.folder_kept', about: ({ node }) => node },
  freeUpSpace: { what: 'home.space_freed' },
  shareSettings: { what: 'account.settings_shared', about: ({ on, take }, value) => (value?.asks ? 'asked' : !on ? 'off' : take ?? 'on') },
  carryAppData: { what: 'app.data_carried', about: ({ appId, on, take }, value) => `${appId} ${value?.asks ? 'asked' : !on ? 'off' : take ?? 'on'}` },
  emptyVault: { what: 'app.vault_emptied', about: ({ appId }) => appId },
  addProvider: { what: 'account.provider_added' },
  removeProvider: { what: 'account.provider_removed' },
  endAccountSignIn: { what: 'account.sign_in_ended', about: ({ signInId }) => signInId },
};

/** Account events that are noted; what they are about is the account's id, or the reason. */
export const NOTED_EVENTS: Readonly<Partial<Record<AccountEventName, AuditCode>>> = {
  'login.completed': 'account.signed_in', 'login.failed': 'account.sign_in_failed', 'login.timed_out': 'account.sign_in_failed', 'logout.completed': 'account.signed_out',
  'switch.completed': 'account.switched', 'refresh.failed': 'account.refresh_failed', 'custody.unavailable': 'account.unreadable',
};

/** What a locked session does to custody is told by the lock itself. */
export function noteAccountEvent(audit: Audit, { name, accountId, reason }: AccountEvent): void {
  const what = NOTED_EVENTS[name];
  if (what && reason !== 'session.locked') audit.note({ what, actor: what === 'account.refresh_failed' ? 'nexus' : 'person', result: reason ?? 'ok', about: accountId });
}

type AnyNoted = { readonly what: AuditCode; readonly about?: (args: unknown, value: unknown) => string | undefined; readonly refusedTo?: (args: unknown) => { readonly uid?: string; readonly sid?: string } };
type Call = (args: unknown) => Promise<Answer<unknown>>;

/** The same calls, each noted as the table says once it was answered. `homeOf` finds the home of a user or a session, by its hex id. */
export function noting(served: Served<Surface>, audit: Audit, homeOf: (who: { readonly uid?: string; readonly sid?: string }) => Promise<string | undefined>): Served<Surface> {
  const wrap = (method: string, call: Call): Call => {
    const noted = NOTED[method as Method] as AnyNoted | undefined;
    if (!noted) return call;
    return async (args) => {
      const answer = await call(args);
      const occurrence = { what: noted.what, result: answer.ok ? 'ok' : answer.error.code, about: noted.about?.(args, answer.ok ? answer.value : undefined) };
      if (answer.ok || !noted.refusedTo) audit.note(occurrence);
      else void homeOf(noted.refusedTo(args)).then((home) => { if (home !== undefined) audit.leave(home, occurrence); }, () => undefined);
      return answer;
    };
  };
  return Object.fromEntries(Object.entries(served).map(([method, call]) => [method, wrap(method, call as Call)])) as unknown as Served<Surface>;
}
