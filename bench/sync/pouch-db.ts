// PouchDB of its own parts: the same code as the package `pouchdb`, without LevelDB's native binary, which memory does not need.
import { createRequire } from 'node:module';

interface Replicated { readonly ok: boolean; readonly docs_written: number }

export interface Pouch {
  put(doc: object): Promise<unknown>;
  getAttachment(doc: string, name: string): Promise<Buffer>;
  destroy(): Promise<unknown>;
  readonly replicate: { to(other: Pouch): Promise<Replicated>; from(other: Pouch): Promise<Replicated> };
}

type Fetch = (url: string, options: object) => Promise<unknown>;

export interface PouchClass {
  new (name: string, options: { readonly adapter: 'memory' | 'http'; readonly fetch?: Fetch }): Pouch;
  plugin(plugin: unknown): PouchClass;
  defaults(options: object): PouchClass;
  readonly fetch: Fetch;
}

const require = createRequire(import.meta.url);

export const PouchDB: PouchClass = (require('pouchdb-core') as PouchClass)
  .plugin(require('pouchdb-adapter-memory')).plugin(require('pouchdb-adapter-http')).plugin(require('pouchdb-replication'));
