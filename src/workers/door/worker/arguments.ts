// What each call of the contract may be given: one guard a method. A call that is not here does not exist.
import { LOGIN_FLOWS, type LoginProof } from '../../contract/account.ts';
import type { AddItem, Command } from '../../contract/home.ts';
import { LANGUAGES, type Prefs } from '../../contract/prefs.ts';
import { SEAL_COLOURS, SEAL_PICTURES, type Seal } from '../../contract/device.ts';
import { parseAccountId, parseAppId, parseAttemptId, parseBundleId, parseCommandId, parseCheckpointId, parseEnrolmentId, parseGrantId, parseInstanceId, parseLeashName, parseNodeId, parsePromptId, parseRestoreId, parseSid, parseSignInId, parseUid } from '../../contract/ids.ts';
import { APP_LIMITS, GRANT_MODES } from '../../contract/app-protocol.ts';
import type { Consent } from '../../contract/grants.ts';
import { ACCOUNT, AUDIT, AUTO_LOCK, GRANTS, LIMITS, SYNC_LIMITS } from '../../contract/limits.ts';
import type { Args, Method } from '../../contract/surface.ts';
import { CLOUD_BACKUP_TIMES, type Retention } from '../../contract/backup.ts';
import { bytes, either, fields, type Guard, instance, listOf, nothing, oneOf, parsed, text, truth, whole } from '../../contract/guards.ts';

const uid = parsed(parseUid);
const sid = parsed(parseSid);
const node = parsed(parseNodeId);
const nodes = listOf(node, LIMITS.itemsPerCommand, 1);
const bundle = parsed(parseBundleId);
const restore = parsed(parseRestoreId);
const name = text(LIMITS.pathBytes);
const path = text(LIMITS.pathBytes);
const time = whole(0, Number.MAX_SAFE_INTEGER);
const secret = bytes(LIMITS.secretBytes);
const port = instance(MessagePort);
const file = instance(File);
const clash = oneOf('replace', 'keep_both', 'skip');
const depth = oneOf('quick', 'sample', 'full');
const percent = whole(1, 100);
const seal = fields<Seal>({ picture: oneOf(...SEAL_PICTURES), colour: oneOf(...SEAL_COLOURS) });
const command: { readonly [K in keyof Command]: Guard<Command[K]> } = { command: parsed(parseCommandId), at: time };
const version = whole(0, 19);
const room = whole(0, LIMITS.retentionBytes);
const retention = fields<Retention>({ keep: whole(1, LIMITS.snapshots), softBytes: room, hardBytes: room });
const item = fields<AddItem>({ path, file }, 'file');
const items = listOf(item, LIMITS.itemsPerCommand);
const prefs = fields<Partial<Prefs>>({
  language: oneOf(...LANGUAGES, 'system'), appearance: oneOf('system', 'light', 'dark'), filesView: oneOf('grid', 'list'), retention,
  autoLockMs: either(nothing, whole(AUTO_LOCK.minMs, AUTO_LOCK.maxMs)),
}, 'language', 'appearance', 'filesView', 'retention', 'autoLockMs');
const source = either(fields<{ file: File }>({ file }), fields<{ snapshot: Args<'deleteSnapshot'>['id'] }>({ snapshot: bundle }));
const anySecret = oneOf('password', 'pin', 'phrase', 'passkey');
const longSecret = oneOf('password', 'phrase');
const account = parsed(parseAccountId);
const issuer = text(ACCOUNT.issuerChars);
const proof: Guard<LoginProof> = either(
  fields<LoginProof & { kind: 'code' }>({ kind: oneOf('code'), answer: text(ACCOUNT.answerChars) }), fields<LoginProof & { kind: 'cancelled' }>({ kind: oneOf('cancelled') }),
);
const enrolment = parsed(parseEnrolmentId);
const app = parsed(parseAppId);
const instanceId = parsed(parseInstanceId);
const prompt = parsed(parsePromptId);
const leash = parsed(parseLeashName);
const consent = fields<Consent>({ mode: oneOf(...GRANT_MODES), node }, 'node');
const none = fields<Record<never, never>>({});

export const ARGUMENTS: { readonly [M in Method]: Guard<Args<M>> } = {
  deviceStatus: none,
  createUser: fields<Args<'createUser'>>({ ...command, secret, name, seal }),
  confirmRecovery: fields<Args<'confirmRecovery'>>(command),
  editUser: fields<Args<'editUser'>>({ ...command, name, seal }, 'name', 'seal'),
  deleteUser: fields<Args<'deleteUser'>>({ ...command, secret, uid }),
  login: fields<Args<'login'>>({ ...command, secret, uid, kind: anySecret }),
  unlock: fields<Args<'unlock'>>({ ...command, secret, sid, kind: anySecret }),
  lock: fields<Args<'lock'>>(command),
  showGreeter: fields<Args<'showGreeter'>>(command),
  logout: fields<Args<'logout'>>({ ...command, sid }),
  reportActivity: none,
  changePassword: fields<Args<'changePassword'>>({ ...command, secret, kind: longSecret, next: secret }),
  setPin: fields<Args<'setPin'>>({ ...command, secret, pin: secret }),
  removePin: fields<Args<'removePin'>>(command),
  setPasskey: fields<Args<'setPasskey'>>({ ...command, secret, prf: secret, cred: bytes(LIMITS.passkey.credBytes), salt: bytes(LIMITS.passkey.saltBytes) }),
  removePasskey: fields<Args<'removePasskey'>>(command),
  newRecoveryPhrase: fields<Args<'newRecoveryPhrase'>>({ ...command, secret }),
  tryRecoveryPhrase: fields<Args<'tryRecoveryPhrase'>>({ secret }),
  getPrefs: none,
  setPrefs: fields<Args<'setPrefs'>>({ ...command, prefs }),
  homeRoot: none,
  listFolder: fields<Args<'listFolder'>>({ folder: node }),
  listTrash: none,
  searchHome: fields<Args<'searchHome'>>({ query: text(LIMITS.searchChars) }),
  createFolder: fields<Args<'createFolder'>>({ ...command, parent: node, name }),
  renameNode: fields<Args<'renameNode'>>({ ...command, node, name }),
  moveNodes: fields<Args<'moveNodes'>>({ ...command, nodes, to: node, clash }),
  trashNodes: fields<Args<'trashNodes'>>({ ...command, nodes }),
  untrashNodes: fields<Args<'untrashNodes'>>({ ...command, nodes }),
  deleteNodes: fields<Args<'deleteNodes'>>({ ...command, nodes }),
  planAdd: fields<Args<'planAdd'>>({ to: node, items }),
  addFiles: fields<Args<'addFiles'>>({ ...command, port, to: node, items, clash }),
  previewFile: fields<Args<'previewFile'>>({ node, version }, 'version'),
  restoreVersion: fields<Args<'restoreVersion'>>({ ...command, node, version }),
  openDownload: fields<Args<'openDownload'>>({ nodes }),
  openMedia: fields<Args<'openMedia'>>({ node }),
  homeUsage: none,
  checkHome: fields<Args<'checkHome'>>({ port, repair: truth, content: truth }),
  backupOverview: none,
  createSnapshot: fields<Args<'createSnapshot'>>({ ...command, port }),
  deleteSnapshot: fields<Args<'deleteSnapshot'>>({ ...command, id: bundle }),
  setRetention: fields<Args<'setRetention'>>({ ...command, retention }),
  openSnapshotDownload: fields<Args<'openSnapshotDownload'>>({ id: bundle }),
  verifySnapshot: fields<Args<'verifySnapshot'>>({ port, id: bundle, depth, percent }, 'percent'),
  verifyBundle: fields<Args<'verifyBundle'>>({ port, file, depth, percent }, 'percent'),
  openBundle: fields<Args<'openBundle'>>({ secret, source, kind: longSecret }),
  planRestore: fields<Args<'planRestore'>>({ restore, into: node, path, clash }, 'into', 'path'),
  applyRestore: fields<Args<'applyRestore'>>({ ...command, port, restore, into: node, path, clash, name, seal }, 'into', 'path', 'name', 'seal'),
  closeBundle: fields<Args<'closeBundle'>>({ restore }),
  listCloudBackups: none,
  uploadBackup: fields<Args<'uploadBackup'>>({ ...command, port, id: bundle }),
  bringBackup: fields<Args<'bringBackup'>>({ ...command, port, id: bundle }),
  checkCloudBackup: fields<Args<'checkCloudBackup'>>({ id: bundle }),
  deleteCloudBackup: fields<Args<'deleteCloudBackup'>>({ ...command, id: bundle }),
  cloudBackupSchedule: none,
  setCloudBackupSchedule: fields<Args<'setCloudBackupSchedule'>>({ ...command, every: oneOf(...CLOUD_BACKUP_TIMES), keep: either(nothing, whole(1, LIMITS.cloudBackups)) }),
  getAccountSessionStatus: none,
  subscribeAccountSessionEvents: fields<Args<'subscribeAccountSessionEvents'>>({ after: time }, 'after'),
  beginLogin: fields<Args<'beginLogin'>>({ ...command, issuer, flow: oneOf(...LOGIN_FLOWS) }),
  completeLogin: fields<Args<'completeLogin'>>({ ...command, attemptId: parsed(parseAttemptId), proof }),
  refreshAccountSession: fields<Args<'refreshAccountSession'>>({ reason: oneOf('asked', 'online') }),
  logoutAccount: fields<Args<'logoutAccount'>>({ ...command, accountId: account }, 'accountId'),
  switchAccount: fields<Args<'switchAccount'>>({ ...command, accountId: account }),
  addProvider: fields<Args<'addProvider'>>({ ...command, issuer, clientId: text(ACCOUNT.clientIdChars) }),
  removeProvider: fields<Args<'removeProvider'>>({ ...command, issuer }),
  accountUsage: none,
  accountSignIns: none,
  endAccountSignIn: fields<Args<'endAccountSignIn'>>({ ...command, signInId: parsed(parseSignInId) }),
  syncStatus: none,
  startSync: fields<Args<'startSync'>>(command),
  stopSync: fields<Args<'stopSync'>>(command),
  pauseSync: fields<Args<'pauseSync'>>({ ...command, paused: truth }),
  syncNow: none,
  contentChoice: fields<Args<'contentChoice'>>({ count: truth }),
  setContentConnection: fields<Args<'setContentConnection'>>({ ...command, any: truth }),
  setContentChoice: fields<Args<'setContentChoice'>>({ ...command, all: truth }),
  keepOnDevice: fields<Args<'keepOnDevice'>>({ ...command, node, kept: truth }),
  freeUpSpace: fields<Args<'freeUpSpace'>>({ ...command, port }),
  waitingDevices: none,
  compareDevice: fields<Args<'compareDevice'>>({ ...command, port, id: enrolment }),
  approveDevice: fields<Args<'approveDevice'>>({ ...command, id: enrolment, secret, kind: anySecret }),
  refuseDevice: fields<Args<'refuseDevice'>>({ ...command, id: enrolment }),
  accountDevices: none,
  roomToFree: none,
  stopWaitingFor: fields<Args<'stopWaitingFor'>>({ ...command, id: parsed(parseCheckpointId) }),
  nameDevice: fields<Args<'nameDevice'>>({ ...command, signInId: parsed(parseSignInId), name: text(SYNC_LIMITS.deviceNameChars) }),
  draftRecoveryPhrase: none,
  renewKeys: fields<Args<'renewKeys'>>({ ...command, secret, phrase: secret, signInId: parsed(parseSignInId) }, 'signInId'),
  takeRenewedKeys: fields<Args<'takeRenewedKeys'>>({ ...command, port, secret, phrase: secret }, 'phrase'),
  shareSettings: fields<Args<'shareSettings'>>({ ...command, on: truth, take: oneOf('here', 'there') }, 'take'),
  carryAppData: fields<Args<'carryAppData'>>({ ...command, appId: app, on: truth, take: oneOf('here', 'there') }, 'take'),
  beginJoin: fields<Args<'beginJoin'>>(command),
  findAccountHome: none,
  joinHome: fields<Args<'joinHome'>>({ ...command, port, secret, password: secret, name, seal }, 'secret', 'name', 'seal'),
  endJoin: fields<Args<'endJoin'>>(command),
  listApps: none,
  planInstall: fields<Args<'planInstall'>>({ url: text(GRANTS.urlChars) }),
  installApp: fields<Args<'installApp'>>({ ...command, url: text(GRANTS.urlChars), hash: text(64) }),
  removeApp: fields<Args<'removeApp'>>({ ...command, appId: app }),
  openApp: fields<Args<'openApp'>>({ appId: app, line: port, leash }),
  connectApp: fields<Args<'connectApp'>>({ origin: text(GRANTS.originChars), line: port, leash }),
  closeApp: fields<Args<'closeApp'>>({ instance: instanceId }),
  readPrompt: fields<Args<'readPrompt'>>({ instance: instanceId }),
  allowPrompt: fields<Args<'allowPrompt'>>({ ...command, promptId: prompt, consents: listOf(consent, APP_LIMITS.scopes) }),
  denyPrompt: fields<Args<'denyPrompt'>>({ ...command, promptId: prompt, remember: truth }),
  measureReach: fields<Args<'measureReach'>>({ node }),
  revokeAccess: fields<Args<'revokeAccess'>>({ ...command, appId: app, grantId: parsed(parseGrantId) }, 'grantId'),
  forgetDenials: fields<Args<'forgetDenials'>>({ ...command, appId: app }),
  readAccessLog: fields<Args<'readAccessLog'>>({ appId: app }),
  listKept: none,
  emptyVault: fields<Args<'emptyVault'>>({ ...command, appId: app }),
  listAudit: fields<Args<'listAudit'>>({ before: time, limit: whole(1, AUDIT.page) }, 'before'),
  checkAudit: none,
};
