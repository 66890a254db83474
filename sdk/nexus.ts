// The SDK for authors of apps: one module, for an app that runs inside Nexus and for one on a page of its own (docs/apps.md). It is a
// convenience: whatever it does, the person's Nexus decides.
import { type Access, APP_LIMITS, APP_PROTOCOL, type AppContent, type AppEntitlement, type AppEntry, type AppKey, type Ask, type DatasetConflict, type KeyUse, type Scope } from '../src/workers/contract/app-protocol.ts';
import { type AccountStorage, openAccount } from './account.ts';
import { openLine } from './connect.ts';
import { type Dataset, datasetOver, type Fields } from './dataset.ts';
import { type Keys, keysOver, type Vault, vaultOver } from './keeping.ts';
import { type Line, NexusFailure, speak } from './line.ts';

export type { Access, AccountStorage, AppEntitlement, AppEntry, AppKey, Ask, Dataset, DatasetConflict, Fields, Keys, KeyUse, Scope, Vault };
export { NexusFailure };

/** A folder, or a file, that the person allowed. Paths are names by slashes, from it; empty is itself. */
export interface Files {
  /** What it is called in the person's home. */
  readonly name: string;
  list(path?: string): Promise<readonly AppEntry[]>;
  stat(path?: string): Promise<AppEntry>;
  /** The content, whole. */
  read(path?: string): Promise<Blob>;
  /** The content as it comes, in pieces of at most 4 MiB. */
  stream(path?: string): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Makes folders on the way; what was there before stays as an earlier version. */
  write(path: string, content: Blob | string): Promise<AppEntry>;
  rename(path: string, name: string): Promise<void>;
  /** To the person's trash. */
  remove(path: string): Promise<void>;
  /**
   * Passes a part of it on to another app of the person's, known by its origin or its manifest's address: a ticket, good once and for two
   * minutes, that this app hands over itself. Needs `grant:delegate`.
   */
  delegate(to: string, part: { readonly path?: string; readonly scopes: readonly Extract<Scope, 'read:files' | 'write:files'>[] }): Promise<string>;
  /** Calls when something in it is different; the function that it gives ends that. */
  watch(changed: () => void): Promise<() => void>;
}

export interface Nexus {
  /** The app's name, as its manifest has it. */
  readonly name: string;
  /** Whether it runs inside Nexus. */
  readonly embedded: boolean;
  /** Settles once the line is gone: the home was locked, the app was removed, the Nexus window was closed. */
  readonly closed: Promise<void>;
  /** Asks for several things in one question, all or nothing; what is given here is then there without another. */
  ask(asks: readonly Ask[]): Promise<void>;
  /** Asks for a place in the home that the manifest declares; the person is asked where they were not yet. */
  files(resource: string, scopes: readonly Extract<Scope, 'read:files' | 'write:files'>[]): Promise<Files>;
  /** What another app passed on by a ticket. */
  accept(ticket: string): Promise<Files>;
  dataset(): Promise<Dataset>;
  /** Keys of the app's own: the person's home makes and uses them, the app never has one. */
  keys(): Promise<Keys>;
  /** A few small secrets of the app's own; the person sees how many, and can empty it. */
  vault(): Promise<Vault>;
  profile(): Promise<{ readonly name: string }>;
  /** What the person bought for this app; empty where nobody is signed in. */
  entitlements(): Promise<readonly AppEntitlement[]>;
  /** Its own part of the account of whoever is signed in; only for an app on a page of its own. */
  account(scopes: readonly Extract<Scope, 'read:dataset' | 'write:dataset'>[]): Promise<AccountStorage>;
  backups(): Promise<readonly { readonly created: number; readonly bytes: number }[]>;
  backUp(): Promise<{ readonly created: number; readonly bytes: number }>;
}

/** A consent may outlast a binding: then the next one is given without a question. */
const OVER = ['grants.expired', 'grants.limit'];

type Work<T> = (binding: string) => Promise<T>;

export interface Held {
  readonly first: Access;
  use<T>(scope: Scope, work: Work<T>): Promise<T>;
}

/** Holds what was given for some asks, and asks anew where it is over. */
async function hold(line: Line, asks: readonly Ask[]): Promise<Held> {
  let given = await line.call('request', { asks });
  let renewing: Promise<void> | undefined;
  /** Once for all who find theirs over at the same time. */
  const renew = (): Promise<void> => {
    renewing ??= line.call('request', { asks }).then((next) => { given = next; }).finally(() => { renewing = undefined; });
    return renewing;
  };
  const find = (scope: Scope) => given.find(({ scopes }) => scopes.includes(scope))?.binding ?? '';
  return {
    first: given[0] as Access,
    async use(scope, work) {
      try {
        return await work(find(scope));
      } catch (fault) {
        if (!(fault instanceof NexusFailure) || !OVER.includes(fault.code)) throw fault;
        await renew();
        return work(find(scope));
      }
    },
  };
}

/** What fits goes as bytes, which no browser puts on disk on the way. */
async function sent(content: Blob | string): Promise<AppContent> {
  const blob = typeof content === 'string' ? new Blob([content], { type: 'text/plain' }) : content;
  return blob.size > APP_LIMITS.readBytes ? blob : { bytes: new Uint8Array(await blob.arrayBuffer()), mediaType: blob.type };
}

function filesOf(line: Line, { first, use }: Held): Files {
  const stat = (path = '') => use('read:files', (binding) => line.call('stat', { binding, path }));

  function stream(path = ''): ReadableStream<Uint8Array<ArrayBuffer>> {
    let from = 0;
    return new ReadableStream({
      async pull(controller) {
        const piece = await use('read:files', (binding) => line.call('read', { binding, path, from, length: APP_LIMITS.readBytes }));
        from += piece.length;
        if (piece.length > 0) controller.enqueue(piece);
        if (piece.length < APP_LIMITS.readBytes) controller.close();
      },
    }, { highWaterMark: 0 });
  }

  return {
    name: first.target?.name ?? '', stat, stream,
    list: (path = '') => use('read:files', (binding) => line.call('list', { binding, path })),
    async read(path = '') {
      const entry = await stat(path);
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      for (const reader = stream(path).getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) return new Blob(pieces, { type: entry.kind === 'file' ? entry.mediaType : '' });
        pieces.push(value);
      }
    },
    write: (path, content) => use('write:files', async (binding) => line.call('write', { binding, path, content: await sent(content) })),
    rename: (path, name) => use('write:files', (binding) => line.call('rename', { binding, path, name })),
    remove: (path) => use('write:files', (binding) => line.call('remove', { binding, path })),
    delegate: async (to, { path = '', scopes }) => (await hold(line, [{ scope: 'grant:delegate' }])).use('grant:delegate', (by) => (
      use(first.scopes[0] as Scope, async (binding) => (await line.call('delegate', { binding, by, path, to, scopes })).ticket))),
    async watch(changed) {
      const begin = () => use('read:files', async (binding) => {
        await line.call('watch', { binding });
        return binding;
      });
      let watched = await begin();
      return line.hear((event) => {
        if (event.event === 'closed' || event.event === 'dataset' || event.binding !== watched) return;
        if (event.event === 'changed') return changed();
        // The binding is over: where the consent is not, the next one is watched.
        begin().then((next) => { watched = next; }, () => undefined);
      });
    },
  };
}

/** What the app keeps for itself: dataset, keys and vault. */
function holdOwn(line: Line): Promise<Held> {
  const resource = 'dataset:self';
  return hold(line, [{ scope: 'read:dataset', resource }, { scope: 'write:dataset', resource }]);
}

/**
 * Opens the line to the person's Nexus. `server` is its address, needed by an app on a page of its own, which calls this on a click.
 * Throws NexusFailure: `grants.denied`, `app.disconnected` …
 */
export async function openNexus({ server }: { readonly server?: string } = {}): Promise<Nexus> {
  const opened = await openLine(server);
  const line = speak(opened.port, opened.gone);
  const { name } = await line.call('hello', { v: APP_PROTOCOL });
  const single = async <T>(scope: Scope, work: Work<T>) => (await hold(line, [{ scope }])).use(scope, work);
  return {
    name, embedded: opened.embedded, closed: line.closed,
    ask: async (asks) => { await line.call('request', { asks }); },
    files: async (resource, scopes) => filesOf(line, await hold(line, scopes.map((scope) => ({ scope, resource })))),
    async accept(ticket) {
      const first = await line.call('accept', { ticket });
      return filesOf(line, { first, use: (_, work) => work(first.binding) });
    },
    dataset: async () => datasetOver(line, await holdOwn(line)),
    keys: async () => keysOver(line, await holdOwn(line)),
    vault: async () => vaultOver(line, await holdOwn(line)),
    profile: () => single('read:profile', (binding) => line.call('profile', { binding })),
    async account(scopes) {
      const { use } = await hold(line, scopes.map((scope) => ({ scope, resource: 'dataset:account' })));
      return openAccount(line, scopes[0] ?? 'read:dataset', use);
    },
    entitlements: () => single('read:entitlements', (binding) => line.call('entitlements', { binding })),
    backups: () => single('read:backups', (binding) => line.call('backups', { binding })),
    backUp: () => single('write:backups', (binding) => line.call('backUp', { binding })),
  };
}
