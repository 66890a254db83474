// Owns every allow and deny, as tables: what each call needs, and who holds what. What stands in none of them is refused
// (docs/apps.md, "Policy").
import type { Scope } from '../contract/app-protocol.ts';
import { nexusError } from '../contract/errors.ts';
import { ACCOUNT_DATASET } from './scope-rules.ts';
import type { Answer, Method, Served, Surface } from '../contract/surface.ts';

export const CAPABILITIES = [
  'account.manage', 'account.use', 'account.token', 'cloud.oauth2.start', 'cloud.oauth2.finish', 'cloud.oauth2.token.refresh', 'network.http.request',
  'backup.create', 'backup.restore', 'backup.read', 'backup.delete',
  'securefs.unlock', 'securefs.lock', 'securefs.pass.change', 'securefs.list', 'securefs.read', 'securefs.write', 'securefs.check',
  'dataset.read', 'dataset.write', 'entitlements.read', 'profile.read', 'profile.write', 'device.read', 'apps.manage', 'apps.run', 'audit.read', 'grants.delegate',
  'cloud.sync',
  'vault.read', 'vault.write', 'identity.key.create', 'identity.key.rotate', 'identity.key.revoke', 'identity.key.sign', 'identity.key.seal', 'identity.key.decrypt',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** Who asks: a page of ours, over the door; or an app, over its own port, with the scopes of the binding that it named, and what that is on. */
export type Caller = { readonly kind: 'surface' } | { readonly kind: 'app'; readonly scopes: readonly Scope[]; readonly resource?: string | undefined };

/** What a page of ours needs for each call of the door. A call that is not here does not compile. */
export const NEEDED: { readonly [M in Method]: Capability } = {
  deviceStatus: 'device.read', createUser: 'profile.write', confirmRecovery: 'securefs.pass.change', editUser: 'profile.write', deleteUser: 'profile.write',
  login: 'securefs.unlock', unlock: 'securefs.unlock', lock: 'securefs.lock', showGreeter: 'securefs.lock', logout: 'securefs.lock', reportActivity: 'device.read',
  changePassword: 'securefs.pass.change', setPin: 'securefs.pass.change', removePin: 'securefs.pass.change', setPasskey: 'securefs.pass.change',
  removePasskey: 'securefs.pass.change', newRecoveryPhrase: 'securefs.pass.change', tryRecoveryPhrase: 'securefs.unlock', getPrefs: 'profile.read', setPrefs: 'profile.write',
  homeRoot: 'securefs.list', listFolder: 'securefs.list', listTrash: 'securefs.list', searchHome: 'securefs.list', createFolder: 'securefs.write', renameNode: 'securefs.write',
  moveNodes: 'securefs.write', trashNodes: 'securefs.write', untrashNodes: 'securefs.write', deleteNodes: 'securefs.write', planAdd: 'securefs.list', addFiles: 'securefs.write',
  previewFile: 'securefs.read', restoreVersion: 'securefs.write', openDownload: 'securefs.read', openMedia: 'securefs.read', homeUsage: 'securefs.list', checkHome: 'securefs.check',
  backupOverview: 'backup.read', createSnapshot: 'backup.create', deleteSnapshot: 'backup.delete', setRetention: 'backup.delete', openSnapshotDownload: 'backup.read',
  verifySnapshot: 'backup.read', verifyBundle: 'backup.read', openBundle: 'backup.read', planRestore: 'backup.restore', applyRestore: 'backup.restore', closeBundle: 'backup.restore',
  listCloudBackups: 'backup.read', uploadBackup: 'backup.create', bringBackup: 'backup.restore', checkCloudBackup: 'backup.read', deleteCloudBackup: 'backup.delete', cloudBackupSchedule: 'backup.read', setCloudBackupSchedule: 'backup.delete',
  getAccountSessionStatus: 'account.use', subscribeAccountSessionEvents: 'account.use', beginLogin: 'cloud.oauth2.start', completeLogin: 'cloud.oauth2.finish',
  refreshAccountSession: 'cloud.oauth2.token.refresh', logoutAccount: 'account.manage', switchAccount: 'account.manage', addProvider: 'account.manage', removeProvider: 'account.manage',
  accountUsage: 'account.use', accountSignIns: 'account.use', endAccountSignIn: 'account.manage',
  syncStatus: 'cloud.sync', startSync: 'cloud.sync', stopSync: 'cloud.sync', pauseSync: 'cloud.sync', syncNow: 'cloud.sync',
  contentChoice: 'cloud.sync', setContentChoice: 'cloud.sync', setContentConnection: 'cloud.sync', keepOnDevice: 'cloud.sync', freeUpSpace: 'cloud.sync', shareSettings: 'cloud.sync', carryAppData: 'cloud.sync',
  waitingDevices: 'cloud.sync', compareDevice: 'cloud.sync', approveDevice: 'account.manage', refuseDevice: 'account.manage',
  accountDevices: 'account.use', nameDevice: 'account.manage', roomToFree: 'account.use', stopWaitingFor: 'account.manage', draftRecoveryPhrase: 'account.manage', renewKeys: 'account.manage', takeRenewedKeys: 'account.manage',
  beginJoin: 'cloud.sync', findAccountHome: 'cloud.sync', joinHome: 'cloud.sync', endJoin: 'cloud.sync',
  listApps: 'apps.manage', planInstall: 'network.http.request', installApp: 'network.http.request', removeApp: 'apps.manage', openApp: 'apps.run',
  connectApp: 'network.http.request', closeApp: 'apps.run', readPrompt: 'apps.run', allowPrompt: 'apps.manage', denyPrompt: 'apps.manage', measureReach: 'securefs.list',
  revokeAccess: 'apps.manage', forgetDenials: 'apps.manage', readAccessLog: 'apps.manage', listKept: 'apps.manage', emptyVault: 'apps.manage', listAudit: 'audit.read', checkAudit: 'audit.read',
};

/** What a scope lets an app do. */
export const GIVEN: { readonly [S in Scope]: readonly Capability[] } = {
  'read:profile': ['profile.read'],
  'read:files': ['securefs.list', 'securefs.read'],
  'write:files': ['securefs.write'],
  'read:dataset': ['dataset.read', 'vault.read', 'identity.key.decrypt'],
  'write:dataset': ['dataset.write', 'vault.write', 'identity.key.create', 'identity.key.rotate', 'identity.key.revoke', 'identity.key.sign', 'identity.key.seal'],
  'read:backups': ['backup.read'],
  'write:backups': ['backup.create'],
  'read:entitlements': ['entitlements.read'],
  'grant:delegate': ['grants.delegate'],
};

/** What a scope lets an app do on its part of the account's storage: it goes there itself, and nothing of the home comes along. */
export const GIVEN_ONLINE: { readonly [S in Scope]?: readonly Capability[] } = {
  'read:dataset': ['account.token'],
  'write:dataset': ['account.token'],
};

/** What system surfaces hold, and nobody else. */
const SURFACE: ReadonlySet<Capability> = new Set(CAPABILITIES);

/** Default deny. */
export function allows(caller: Caller, capability: Capability): boolean {
  if (caller.kind === 'surface') return SURFACE.has(capability);
  const given = caller.resource === ACCOUNT_DATASET ? GIVEN_ONLINE : GIVEN;
  return caller.scopes.some((scope) => Object.hasOwn(given, scope) && given[scope]?.includes(capability));
}

type Call = (args: unknown) => Promise<Answer<unknown>>;

/** The door's calls, each asked about before it runs; `caller` is whoever stands at this door. */
export function policed(served: Served<Surface>, caller: Caller): Served<Surface> {
  const guard = (method: string, call: Call): Call => async (args) => {
    const needed = Object.hasOwn(NEEDED, method) ? NEEDED[method as Method] : undefined;
    return needed !== undefined && allows(caller, needed) ? call(args) : { ok: false, error: nexusError('grants.policy', { detail: method }) };
  };
  return Object.fromEntries(Object.entries(served).map(([method, call]) => [method, guard(method, call as Call)])) as unknown as Served<Surface>;
}
