// Where a home keeps its apps: a sealed record each, the package of the embedded, an access log. Read once, then held while the
// home is open; every change is written before it counts.
import { type Bytes, concat, fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { hmacSha256, importHmacKey, sha256 } from '../../crypto/digest.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import type { CborFields, CborMap } from '../../crypto/canonical-cbor.ts';
import type { AccessEntry, AppKind } from '../contract/grants.ts';
import { type AppId, parseAppId } from '../contract/ids.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { AppRow } from '../store/home-schema.ts';
import { createTurn } from '../store/in-turn.ts';
import { type App, appFields, appOf, entitlementFields, entitlementsOf, type KeptEntitlements, logFields, logOf } from './app-record.ts';
import { vaultPrefix } from './app-vault.ts';
import { carriedPrefix } from './dataset-rows.ts';

/** Throws StorageError. */
export interface AppShelf {
  /** The same for one source in one home, and for nobody who has not its keys. */
  idOf(kind: AppKind, source: string): Promise<AppId>;
  /** Records that did not open when they were read: by the app's id where they stand under one. */
  readonly tampered: readonly (AppId | undefined)[];
  /** Those that are kept. */
  all(): readonly App[];
  get(id: AppId): App | undefined;
  /** A page that connects is not written down before a person decided something about it. */
  remember(app: App): void;
  isKept(id: AppId): boolean;
  /** Drops one that was only remembered. */
  forget(id: AppId): void;
  /** Made of what is there, if anything is. */
  upsert(id: AppId, step: (before: App | undefined) => App, code?: string): Promise<App>;
  /** One change after the other, each of what the last one left; undefined where the app is gone. */
  change(id: AppId, step: (app: App) => App): Promise<App | undefined>;
  /** With its dataset, its vault and what is written of its keys. */
  remove(id: AppId): Promise<void>;
  /** Undefined where it is not there, or is not what the record names. */
  code(app: App): Promise<string | undefined>;
  log(id: AppId): Promise<readonly AccessEntry[]>;
  keepLog(id: AppId, entries: readonly AccessEntry[]): Promise<void>;
  entitlements(id: AppId): Promise<KeptEntitlements | undefined>;
  keepEntitlements(id: AppId, kept: KeptEntitlements): Promise<void>;
}

type Part = 'app' | 'code' | 'log' | 'entitlements';
const STRICT = { durability: 'strict' } as const;

export async function createAppShelf({ db, keys, aead, homeId }: MountedHome, random: Random): Promise<AppShelf> {
  const key = await domainKey(keys, 'grants');
  const tagKey = await importHmacKey(key);
  const keyOf = (id: AppId, part: Part): string => `${id}/${part}`;
  const nameOf = async (id: AppId, part: Part) => ({ kind: 'grants' as const, homeId, id: (await sha256(concat(fromHex(id, 16) ?? new Uint8Array(0), utf8(part)))).slice(0, 16) });

  async function rowOf(id: AppId, part: Part, fields: CborFields): Promise<AppRow> {
    return { key: keyOf(id, part), bytes: sealFields({ aead, random }, key, await nameOf(id, part), fields) };
  }

  async function opened(id: AppId, part: Part, bytes: Bytes | undefined): Promise<CborMap | undefined> {
    const map = bytes && openFields(aead, key, await nameOf(id, part), bytes);
    return map?.ok ? map.value : undefined;
  }

  const read = async (id: AppId, part: Part) => opened(id, part, (await db.read(['apps'], (tx) => tx.get('apps', keyOf(id, part))))?.bytes);

  /** What goes with an app; nothing where that is gone. */
  async function keep(id: AppId, part: Part, fields: CborFields): Promise<void> {
    const row = await rowOf(id, part, fields);
    if (isKept(id)) await db.write(['apps'], (tx) => tx.put('apps', row));
  }

  const apps = new Map<AppId, App>();
  const passing = new Set<AppId>();
  const tampered: (AppId | undefined)[] = [];
  const isKept = (id: AppId) => apps.has(id) && !passing.has(id);
  const inTurn = createTurn();

  async function write(app: App, code?: string): Promise<void> {
    const rows = [await rowOf(app.appId, 'app', appFields(app)), ...code === undefined ? [] : [await rowOf(app.appId, 'code', { code, hash: app.hash })]];
    await db.write(['apps'], async (tx) => { for (const row of rows) await tx.put('apps', row); }, STRICT);
    apps.set(app.appId, app);
    passing.delete(app.appId);
  }

  for (const row of await db.read(['apps'], (tx) => tx.list('apps'))) {
    const [text, part] = row.key.split('/');
    const id = parseAppId(text);
    if (part !== 'app') continue;
    const map = id && await opened(id, 'app', row.bytes);
    if (!map) tampered.push(id);
    const app = id && map && appOf(id, map);
    if (app) apps.set(app.appId, app);
  }

  return {
    tampered,
    async idOf(kind, source) {
      const id = parseAppId(toHex((await hmacSha256(tagKey, utf8(`${kind}\n${source}`))).slice(0, 16)));
      if (!id) throw new Error('an app id is 32 hex digits');
      return id;
    },
    all: () => [...apps.values()].filter(({ appId }) => isKept(appId)).sort((a, b) => a.since - b.since || (a.appId < b.appId ? -1 : 1)),
    get: (id) => apps.get(id),
    isKept,
    remember(app) {
      if (!isKept(app.appId)) passing.add(app.appId);
      apps.set(app.appId, app);
    },
    forget(id) {
      if (passing.delete(id)) apps.delete(id);
    },
    upsert: (id, step, code) => inTurn(async () => {
      const app = step(apps.get(id));
      await write(app, code);
      return app;
    }),
    change: (id, step) => inTurn(async () => {
      const app = apps.get(id);
      if (!app) return undefined;
      const next = step(app);
      await write(next);
      return next;
    }),
    remove: (id) => inTurn(async () => {
      await db.write(['apps', 'datasets'], async (tx) => {
        await tx.remove('apps', { prefix: `${id}/` });
        await tx.remove('datasets', { prefix: `${id}/` });
        await tx.remove('datasets', { prefix: vaultPrefix(id) });
        await tx.remove('datasets', { prefix: carriedPrefix(id) });
      }, STRICT);
      apps.delete(id);
    }),
    async code({ appId, hash }) {
      const map = await read(appId, 'code');
      const code = map?.get('hash') === hash ? map.get('code') : undefined;
      return typeof code === 'string' ? code : undefined;
    },
    async log(id) {
      const map = await read(id, 'log');
      return map ? logOf(map) : [];
    },
    keepLog: (id, entries) => keep(id, 'log', logFields(entries)),
    async entitlements(id) {
      const map = await read(id, 'entitlements');
      return map && entitlementsOf(map);
    },
    keepEntitlements: (id, kept) => keep(id, 'entitlements', entitlementFields(kept)),
  };
}
