// Which calls are commands (sent with an id and a time, done once) and which are long work (sent with a port).
import type { Command } from './home.ts';
import type { Args, LongWork, Method } from './surface.ts';

type Kind<A> = A extends Command & LongWork ? 'command work' : A extends Command ? 'command' : A extends LongWork ? 'work' : 'ask';

export const CALL_KINDS: { readonly [M in Method]: Kind<Args<M>> } = {
  deviceStatus: 'ask', createUser: 'command', confirmRecovery: 'command', editUser: 'command', deleteUser: 'command',
  login: 'command', unlock: 'command', lock: 'command', showGreeter: 'command', logout: 'command', reportActivity: 'ask',
  changePassword: 'command', setPin: 'command', removePin: 'command', setPasskey: 'command', removePasskey: 'command', newRecoveryPhrase: 'command', tryRecoveryPhrase: 'ask',
  getPrefs: 'ask', setPrefs: 'command',
  homeRoot: 'ask', listFolder: 'ask', listTrash: 'ask', searchHome: 'ask', createFolder: 'command', renameNode: 'command',
  moveNodes: 'command', trashNodes: 'command', untrashNodes: 'command', deleteNodes: 'command', planAdd: 'ask', addFiles: 'command work',
  previewFile: 'ask', restoreVersion: 'command', openDownload: 'ask', openMedia: 'ask', homeUsage: 'ask', checkHome: 'work',
  backupOverview: 'ask', createSnapshot: 'command work', deleteSnapshot: 'command', setRetention: 'command', openSnapshotDownload: 'ask',
  verifySnapshot: 'work', verifyBundle: 'work', openBundle: 'ask', planRestore: 'ask', applyRestore: 'command work', closeBundle: 'ask',
  listCloudBackups: 'ask', uploadBackup: 'command work', bringBackup: 'command work', checkCloudBackup: 'ask', deleteCloudBackup: 'command',
  cloudBackupSchedule: 'ask', setCloudBackupSchedule: 'command',
  getAccountSessionStatus: 'ask', subscribeAccountSessionEvents: 'ask', beginLogin: 'command', completeLogin: 'command', refreshAccountSession: 'ask',
  logoutAccount: 'command', switchAccount: 'command', addProvider: 'command', removeProvider: 'command', accountUsage: 'ask',
  accountSignIns: 'ask', endAccountSignIn: 'command',
  syncStatus: 'ask', startSync: 'command', stopSync: 'command', pauseSync: 'command', syncNow: 'ask',
  contentChoice: 'ask', setContentChoice: 'command', setContentConnection: 'command', keepOnDevice: 'command', freeUpSpace: 'command work', shareSettings: 'command', carryAppData: 'command',
  waitingDevices: 'ask', compareDevice: 'command work', approveDevice: 'command', refuseDevice: 'command',
  accountDevices: 'ask', nameDevice: 'command', roomToFree: 'ask', stopWaitingFor: 'command', draftRecoveryPhrase: 'ask', renewKeys: 'command', takeRenewedKeys: 'command work',
  beginJoin: 'command', findAccountHome: 'ask', joinHome: 'command work', endJoin: 'command',
  listApps: 'ask', planInstall: 'ask', installApp: 'command', removeApp: 'command', openApp: 'ask', connectApp: 'ask', closeApp: 'ask', readPrompt: 'ask',
  allowPrompt: 'command', denyPrompt: 'command', measureReach: 'ask', revokeAccess: 'command', forgetDenials: 'command', readAccessLog: 'ask',
  listKept: 'ask', emptyVault: 'command',
  listAudit: 'ask', checkAudit: 'ask',
};
