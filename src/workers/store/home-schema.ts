// One database a home. Every value in it is sealed or is an id, a size or a keyed tag (docs/home-layout.md).
import { addStores, type Migration } from './migrations.ts';
import type { DatabaseSchema } from './schema.ts';

export const HOME_SCHEMA = {
  version: 6,
  stores: {
    meta: { key: 'key', cleared: 'user deleted' },
    nodes: { key: 'id', indexes: { tag: 'tag' }, cleared: 'user deleted' },
    extents: { key: 'id', cleared: 'user deleted' },
    staging: { key: 'key', cleared: 'next start' },
    sealed: { key: 'key', cleared: 'user deleted' },
    snapshots: { key: 'id', cleared: 'snapshot deleted' },
    records: { key: 'digest', cleared: 'snapshot deleted' },
    accountKeys: { key: 'id', cleared: 'signed out' },
    audit: { key: 'key', cleared: 'user deleted' },
    apps: { key: 'key', cleared: 'app removed' },
    datasets: { key: 'key', cleared: 'app removed' },
    outbox: { key: 'number', cleared: 'sent' },
    queued: { key: 'name', cleared: 'sent' },
    courier: { key: 'key', cleared: 'signed out' },
    letGo: { key: 'name', cleared: 'collected' },
  },
} as const satisfies DatabaseSchema;

export const HOME_MIGRATIONS: readonly Migration[] = [
  { to: 2, run: (db) => Promise.resolve(addStores(db, HOME_SCHEMA, 'accountKeys', 'audit')) },
  { to: 3, run: (db) => Promise.resolve(addStores(db, HOME_SCHEMA, 'apps', 'datasets')) },
  { to: 4, run: (db) => Promise.resolve(addStores(db, HOME_SCHEMA, 'outbox', 'queued')) },
  { to: 5, run: (db) => Promise.resolve(addStores(db, HOME_SCHEMA, 'courier')) },
  { to: 6, run: (db) => Promise.resolve(addStores(db, HOME_SCHEMA, 'letGo')) },
];

export interface NodeRow {
  /** Hex of the node's id. */
  readonly id: string;
  /** Hex of the keyed tag of its parent; of sixteen zero bytes for what lies in the trash itself. */
  readonly tag: string;
  readonly record: Uint8Array<ArrayBuffer>;
  /** Hex SHA-256 of `record`, for bundles. */
  readonly digest: string;
  /** The server's revision that this record is, or was changed from; absent where it was never there. */
  readonly rev?: string;
  /** The revision of it that the server had before everything was sent over; a server that was put back may have forgotten that. */
  readonly former?: string;
  /** It was changed while nothing was queued, since the home was linked last. */
  readonly apart?: true;
}

export interface ExtentRow {
  /** Hex SHA-256 of the extent's bytes. */
  readonly id: string;
  /** Of the whole extent as stored. */
  readonly size: number;
  readonly data: Blob | ArrayBuffer;
}

/** An extent that no node names yet; the transaction that makes its node live removes this row. */
export interface StagingRow {
  /** `<command id>/<extent id>` */
  readonly key: string;
}

/** `prefs`, `keyring` …: sealed bytes by kind. */
export interface SealedRow {
  readonly key: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A snapshot: its manifest and what it pins; a record that has changed since lies in `records`. */
export interface SnapshotRow {
  readonly id: string;
  /** The command that made it. */
  readonly command: string;
  readonly created: number;
  readonly manifest: Uint8Array<ArrayBuffer>;
  readonly seal: Uint8Array<ArrayBuffer>;
  /** 16 bytes node id ‖ 32 bytes digest ‖ u32 size, sorted by id. */
  readonly nodes: Uint8Array<ArrayBuffer>;
  /** 32 bytes extent id ‖ u32 size, sorted. */
  readonly extents: Uint8Array<ArrayBuffer>;
  /** `prefs.sealed` and its like, as they were. */
  readonly sealed: readonly { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> }[];
  /** Of the bundle. */
  readonly bytes: number;
  readonly downloaded?: number;
  readonly uploaded?: number;
  readonly verified?: number;
  /** Made while only a part of the home was here. */
  readonly partial?: true;
  /** There for its upload alone: content may be missing here that the account has. Nobody is shown it. */
  readonly passing?: true;
}

/** A node record that only snapshots name. */
export interface RecordRow {
  readonly digest: string;
  readonly record: Uint8Array<ArrayBuffer>;
}

/** The key that an account's tokens are bound to (RFC 9449): no script can read its private half. */
export interface AccountKeyRow {
  /** Of the account, or of the attempt that it was made for. */
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** An entry of the audit log. */
export interface AuditRow {
  /** Its number, in twelve digits. */
  readonly key: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Of an app: what it is and may reach, its package, its access log, which keys it has. */
export interface AppRow {
  /** `<app id>/app`, `<app id>/code`, `<app id>/log`, `<app id>/keys` */
  readonly key: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What an app keeps for itself. */
export interface DatasetRow {
  /** `<app id>/<hex of the keyed tag of its key>`; in its vault `<app id>:vault/<tag>` */
  readonly key: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What waits to be sent, in the order in which it came up: names alone, never bytes. */
export interface OutboxRow {
  /** Twelve digits. */
  readonly number: string;
  /** `<collection>/<id>` */
  readonly name: string;
  readonly op: 'put' | 'delete';
  /** The server's revision that it changes; absent where it makes the object. */
  readonly baseRev?: string;
  /** The clocks that the object had at the server, sealed; absent where that is not known. */
  readonly base?: Uint8Array<ArrayBuffer>;
  /** Of a deletion: the clocks that the object had here, sealed; absent where those are its base. */
  readonly knew?: Uint8Array<ArrayBuffer>;
  /** It was changed here, and what all knew before that is not known: nobody may know of the change. */
  readonly changed?: true;
  /** What the server has of it cannot be read here: it is not sent until that changes. */
  readonly held?: true;
  /** Something that it needs may stand behind it: only the authority, which sees what needs what, sends it and what follows. */
  readonly late?: true;
}

/** Where an object stands in the outbox. */
export interface QueuedRow {
  /** `<collection>/<id>` */
  readonly name: string;
  readonly number: string;
}

/** What the service worker may hold while the home is closed: a token that puts and reads nothing, of no use without the key. */
export interface CourierPassRow {
  readonly key: 'pass';
  /** Of the storage API. */
  readonly api: string;
  readonly token: string;
  /** ms since 1970. */
  readonly expiresAt: number;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** What may be of no use at the server any more: to be collected there, once every device knows (docs/sync.md, "Collecting"). */
export interface LetGoRow {
  /** `extents/<id>`, or `nodes/<id>` of a grave. */
  readonly name: string;
  /** Nothing of this device waited any more. */
  readonly sent?: true;
  /** The newest change of a node by then, by its number: whoever took that knows. Absent until that is known; 0 where nobody has to know. */
  readonly since?: number;
  /** When it got that number, and when the server was first asked to drop it, in ms since 1970. */
  readonly numbered?: number;
  readonly asked?: number;
  /** Of a grave. */
  readonly rev?: string;
}

export interface HomeMetaRow {
  readonly key: 'term' | 'state' | 'clock' | 'verified' | 'feed' | 'outbox' | 'reseal' | 'whole' | 'letGo';
  readonly term?: number;
  /** `restoring` until a restore is whole: such a home is invisible and removed at the next start. */
  readonly state?: 'clean' | 'open' | 'restoring';
  readonly clock?: readonly [ms: number, counter: number];
  readonly verified?: number;
  /** Of `outbox`: the number that comes next. */
  readonly next?: number;
  /** Of `feed`: how far the server's changes were taken. */
  readonly cursor?: string;
  /** Of `feed`: the number of the newest change of a node among those. */
  readonly newest?: number;
  /** Of `feed`: the highest revision, which is a number of that kind, of what was taken or sent: there may be more of it than was taken in order. */
  readonly highest?: number;
  /** Of `feed`: nodes up to this id were queued; there while a home is being linked. */
  readonly linking?: string;
  /** Of `feed`, while a home is sent over again to a server that was put back: up to which revision that has what was known here. */
  readonly common?: number;
  /** Of `feed`: the cursor that the server did not know any more, until the first page of its changes was taken anew. */
  readonly gone?: string;
  /** Of `feed`: ids of nodes that the server has and that do not open here. */
  readonly unreadable?: readonly string[];
  /** Of `feed`: ids of nodes that the server has of an earlier key alone, and that are not here: what lies in them keeps its place. */
  readonly passed?: readonly string[];
  /** Of `reseal`, there while records of an earlier key are sealed anew: those up to this id were looked at. */
  readonly after?: string;
  /** Of `whole`: all that the account has was sealed by the key of this epoch, or a later one. */
  readonly epoch?: number;
  /** Of `letGo`: when the server was asked last, in ms since 1970. */
  readonly asked?: number;
  /** Of `feed`: places of what was taken may not fit together yet. */
  readonly mending?: boolean;
  /** Of `feed`: the account has names that never came here, since this device has its home from there. */
  readonly partial?: true;
}

export type HomeRows = {
  meta: HomeMetaRow; nodes: NodeRow; extents: ExtentRow; staging: StagingRow; sealed: SealedRow; snapshots: SnapshotRow; records: RecordRow;
  accountKeys: AccountKeyRow; audit: AuditRow; apps: AppRow; datasets: DatasetRow; outbox: OutboxRow; queued: QueuedRow; courier: CourierPassRow;
  letGo: LetGoRow;
};
