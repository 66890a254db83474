// The callable surface of the authority: everything a page can ask for, and nothing else.
// Each method takes one plain object and answers with a Result; long work also takes a port for progress and abort.
import type { AccountSurface, CloudSurface } from './account.ts';
import type { AuditSurface } from './audit.ts';
import type { BackupOverview, CloudBackupCard, CloudBackupChoice, CloudBackupSchedule, OpenedBundle, RestorePlan, RestoreReport, Retention, SnapshotCard, VerifyDepth, VerifyReport } from './backup.ts';
import type { DeviceStatus, Seal } from './device.ts';
import type { NexusError } from './errors.ts';
import type { GrantsSurface } from './grants.ts';
import type {
  AddItem, AddPlan, AddReport, ClashChoice, Command, Entry, FolderListing, FsckReport, HomeUsage, Preview, Progress, SearchHit, SecretBytes, StreamTicket,
} from './home.ts';
import type { BundleId, NodeId, RestoreId, Sid, Uid } from './ids.ts';
import type { Prefs } from './prefs.ts';
import type { SyncSurface } from './sync.ts';

/** As src/result.ts; spelled out because the contract imports nothing. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: NexusError };

/** Runs beside a long call: progress comes out, one abort goes in. */
export interface LongWork {
  readonly port: MessagePort;
}

export type PortMessage = { readonly progress: Progress } | { readonly abort: true };

type Secret = { readonly secret: SecretBytes };
/** `passkey`: the 32 bytes of its PRF output. */
export type SecretKind = 'password' | 'pin' | 'phrase' | 'passkey';

export interface IdentitySurface {
  deviceStatus(args: Record<never, never>): DeviceStatus;
  /** Makes user, home and slots, and opens the session. The phrase crosses once, to be shown. */
  createUser(args: Command & Secret & { readonly name: string; readonly seal: Seal }): { uid: Uid; sid: Sid; phrase: string };
  confirmRecovery(args: Command): void;
  editUser(args: Command & { readonly name?: string; readonly seal?: Seal }): void;
  deleteUser(args: Command & Secret & { readonly uid: Uid }): void;
}

export interface SessionSurface {
  login(args: Command & Secret & { readonly uid: Uid; readonly kind: SecretKind }): { sid: Sid };
  unlock(args: Command & Secret & { readonly sid: Sid; readonly kind: SecretKind }): void;
  lock(args: Command): void;
  /** Locks the session in front and shows the greeter. */
  showGreeter(args: Command): void;
  logout(args: Command & { readonly sid: Sid }): void;
  reportActivity(args: Record<never, never>): void;
  changePassword(args: Command & Secret & { readonly kind: 'password' | 'phrase'; readonly next: SecretBytes }): void;
  setPin(args: Command & Secret & { readonly pin: SecretBytes }): void;
  removePin(args: Command): void;
  /** `prf` is what the passkey `cred` gives for `salt`. */
  setPasskey(args: Command & Secret & { readonly prf: SecretBytes; readonly cred: SecretBytes; readonly salt: SecretBytes }): void;
  removePasskey(args: Command): void;
  newRecoveryPhrase(args: Command & Secret): { phrase: string };
  /** The recovery drill: true where the phrase opens this home. */
  tryRecoveryPhrase(args: Secret): boolean;
  getPrefs(args: Record<never, never>): Prefs;
  setPrefs(args: Command & { readonly prefs: Partial<Prefs> }): Prefs;
}

export interface HomeSurface {
  homeRoot(args: Record<never, never>): NodeId;
  listFolder(args: { readonly folder: NodeId }): FolderListing;
  listTrash(args: Record<never, never>): readonly Entry[];
  searchHome(args: { readonly query: string }): readonly SearchHit[];
  createFolder(args: Command & { readonly parent: NodeId; readonly name: string }): Entry;
  renameNode(args: Command & { readonly node: NodeId; readonly name: string }): void;
  moveNodes(args: Command & { readonly nodes: readonly NodeId[]; readonly to: NodeId; readonly clash: ClashChoice }): void;
  trashNodes(args: Command & { readonly nodes: readonly NodeId[] }): void;
  untrashNodes(args: Command & { readonly nodes: readonly NodeId[] }): void;
  deleteNodes(args: Command & { readonly nodes: readonly NodeId[] }): void;
  planAdd(args: { readonly to: NodeId; readonly items: readonly AddItem[] }): AddPlan;
  addFiles(args: Command & LongWork & { readonly to: NodeId; readonly items: readonly AddItem[]; readonly clash: ClashChoice }): AddReport;
  previewFile(args: { readonly node: NodeId; readonly version?: number }): Preview;
  restoreVersion(args: Command & { readonly node: NodeId; readonly version: number }): void;
  /** One file as itself, several nodes or a folder as a ZIP. */
  openDownload(args: { readonly nodes: readonly NodeId[] }): StreamTicket;
  /** A file to be shown in the page, with ranges. */
  openMedia(args: { readonly node: NodeId }): StreamTicket;
  homeUsage(args: Record<never, never>): HomeUsage;
  checkHome(args: LongWork & { readonly repair: boolean; readonly content: boolean }): FsckReport;
}

export interface BackupSurface {
  backupOverview(args: Record<never, never>): BackupOverview;
  createSnapshot(args: Command & LongWork): SnapshotCard;
  deleteSnapshot(args: Command & { readonly id: BundleId }): void;
  setRetention(args: Command & { readonly retention: Retention }): void;
  openSnapshotDownload(args: { readonly id: BundleId }): StreamTicket;
  verifySnapshot(args: LongWork & { readonly id: BundleId; readonly depth: VerifyDepth; readonly percent?: number }): VerifyReport;
  /** Of a file; a secret lets it check every tag. */
  verifyBundle(args: LongWork & { readonly file: File; readonly depth: VerifyDepth; readonly percent?: number }): VerifyReport;
  openBundle(args: Secret & { readonly source: { readonly file: File } | { readonly snapshot: BundleId }; readonly kind: 'password' | 'phrase' }): OpenedBundle;
  /** Into the open home, or onto a blank device where `into` is absent. `path` narrows it to one file or folder. */
  planRestore(args: { readonly restore: RestoreId; readonly into?: NodeId; readonly path?: string; readonly clash: ClashChoice }): RestorePlan;
  /** All or nothing. On a blank device it makes the user, locked; `name` and `seal` where the bundle has none. */
  applyRestore(args: Command & LongWork & {
    readonly restore: RestoreId; readonly into?: NodeId; readonly path?: string; readonly clash: ClashChoice; readonly name?: string; readonly seal?: Seal;
  }): RestoreReport & { readonly uid?: Uid };
  closeBundle(args: { readonly restore: RestoreId }): void;
  /** What the account keeps, newest first. */
  listCloudBackups(args: Record<never, never>): readonly CloudBackupCard[];
  uploadBackup(args: Command & LongWork & { readonly id: BundleId }): void;
  /** Makes it a snapshot here. */
  bringBackup(args: Command & LongWork & { readonly id: BundleId }): SnapshotCard;
  /** Whether the account has everything that the bundle is made of. */
  checkCloudBackup(args: { readonly id: BundleId }): { readonly ok: boolean; readonly missing: number };
  deleteCloudBackup(args: Command & { readonly id: BundleId }): void;
}

export interface ScheduleSurface {
  /** Of backups in the account that the open home is linked to. */
  cloudBackupSchedule(args: Record<never, never>): CloudBackupSchedule;
  /** Nothing is deleted by it: what is not kept goes after the next upload from this device. */
  setCloudBackupSchedule(args: Command & CloudBackupChoice): CloudBackupSchedule;
}

export interface Surface extends IdentitySurface, SessionSurface, HomeSurface, BackupSurface, ScheduleSurface, AccountSurface, CloudSurface, SyncSurface, GrantsSurface, AuditSurface {}
export type Method = keyof Surface;
export type Args<M extends Method> = Parameters<Surface[M]>[0];
export type Value<M extends Method> = ReturnType<Surface[M]>;

/** What an authority implements of an interface above: the same methods, answering with a promised Result. */
export type Served<S> = { readonly [M in keyof S]: S[M] extends (args: infer A) => infer V ? (args: A) => Promise<Answer<V>> : never };
