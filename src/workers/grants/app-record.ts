// What a home keeps of an app, to sealed bytes and back: what it is, what it was given, what it was denied (docs/formats.md,
// "Sealed things").
import { type CborFields, type CborMap, isUint, textAt } from '../../crypto/canonical-cbor.ts';
import { type AppManifest, GRANT_MODES, type GrantMode, type Scope } from '../contract/app-protocol.ts';
import type { Statement } from '../../sync/oauth/statements.ts';
import type { AccessEntry, AppKind } from '../contract/grants.ts';
import { type AccountId, type AppId, type GrantId, type NodeId, parseAccountId, parseGrantId, parseNodeId } from '../contract/ids.ts';
import { parseManifest } from './app-manifest.ts';
import { isScope } from './scope-rules.ts';

/** What a person gave. */
export interface Grant {
  readonly grantId: GrantId;
  readonly scope: Scope;
  /** As the manifest has it. */
  readonly resource: string | undefined;
  /** What a `home:` resource came to be; it follows the node wherever it is moved. */
  readonly node: NodeId | undefined;
  /** Whose storage it is on, where it is on an account's. */
  readonly accountId: AccountId | undefined;
  /** What for, as the app said when it was given. */
  readonly purpose: string;
  readonly mode: GrantMode;
  readonly grantedAt: number;
  readonly expiresAt: number;
}

export interface Denial {
  readonly scope: Scope;
  readonly resource: string | undefined;
  readonly until: number;
}

export interface App {
  readonly appId: AppId;
  readonly kind: AppKind;
  /** Where it came from: the manifest's address of an embedded app, the origin of a connected one. */
  readonly source: string;
  readonly manifest: AppManifest;
  /** Of the package; empty for a connected app. */
  readonly hash: string;
  readonly since: number;
  readonly lastUsed: number;
  /** Those that last beyond an instance. */
  readonly grants: readonly Grant[];
  readonly denials: readonly Denial[];
}

export function appFields({ manifest, grants, denials, appId: _, ...rest }: App): CborFields {
  return { ...rest, manifest: JSON.stringify(manifest), grants: grants.map(without), denials: denials.map(without) };
}

/** CBOR has no undefined. */
const without = (fields: object): Record<string, unknown> => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const listOf = <T>(value: unknown, parse: (map: CborMap) => T | undefined): readonly T[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const parsed = (value as unknown[]).map((each) => (each instanceof Map ? parse(each as CborMap) : undefined));
  return parsed.includes(undefined) ? undefined : (parsed as T[]);
};

function grantOf(map: CborMap): Grant | undefined {
  const [grantId, scope, grantedAt, expiresAt] = [parseGrantId(map.get('grantId')), map.get('scope'), map.get('grantedAt'), map.get('expiresAt')];
  const mode = GRANT_MODES.find((each) => each === map.get('mode'));
  if (!grantId || !isScope(scope) || !mode || !isUint(grantedAt) || !isUint(expiresAt)) return undefined;
  return { grantId, scope, mode, grantedAt, expiresAt, resource: textAt(map, 'resource'), node: parseNodeId(map.get('node')), accountId: parseAccountId(map.get('accountId')), purpose: textAt(map, 'purpose') ?? '' };
}

function denialOf(map: CborMap): Denial | undefined {
  const [scope, until] = [map.get('scope'), map.get('until')];
  return isScope(scope) && isUint(until) ? { scope, until, resource: textAt(map, 'resource') } : undefined;
}

/** Undefined where it is none that this release can read. */
export function appOf(appId: AppId, map: CborMap): App | undefined {
  const kind = (['embedded', 'connected'] as const).find((each) => each === map.get('kind'));
  const [source, hash, text] = [textAt(map, 'source'), textAt(map, 'hash'), textAt(map, 'manifest')];
  const [since, lastUsed] = [map.get('since'), map.get('lastUsed')];
  const manifest = text === undefined ? undefined : parseManifest(text);
  const [grants, denials] = [listOf(map.get('grants'), grantOf), listOf(map.get('denials'), denialOf)];
  if (!kind || source === undefined || hash === undefined || !manifest?.ok || !isUint(since) || !isUint(lastUsed) || !grants || !denials) return undefined;
  return { appId, kind, source, manifest: manifest.value, hash, since, lastUsed, grants, denials };
}

export const logFields = (entries: readonly AccessEntry[]): CborFields => ({ entries: entries.map(without) });

export function logOf(map: CborMap): readonly AccessEntry[] {
  return listOf(map.get('entries'), (each): AccessEntry | undefined => {
    const [at, count, bytes, call, result, path] = [each.get('at'), each.get('count'), each.get('bytes'), textAt(each, 'call'), textAt(each, 'result'), textAt(each, 'path')];
    if (!isUint(at) || !isUint(count) || !isUint(bytes) || call === undefined || result === undefined) return undefined;
    return { at, call, count, bytes, result, ...(path !== undefined && { path }) };
  }) ?? [];
}

/** What a person's account may use of an app, as it was last told. */
export interface KeptEntitlements {
  readonly accountId: AccountId;
  readonly at: number;
  readonly statements: readonly Statement[];
}

export const entitlementFields = ({ statements, ...rest }: KeptEntitlements): CborFields => ({ ...rest, statements: statements.map(without) });

export function entitlementsOf(map: CborMap): KeptEntitlements | undefined {
  const [accountId, at] = [parseAccountId(map.get('accountId')), map.get('at')];
  const statements = listOf(map.get('statements'), (each): Statement | undefined => {
    const [product, until, believedUntil, jws] = [textAt(each, 'product'), each.get('until'), each.get('believedUntil'), textAt(each, 'jws')];
    return product === undefined || jws === undefined || !isUint(until) || !isUint(believedUntil) ? undefined : { product, until, believedUntil, jws };
  });
  return accountId && isUint(at) && statements ? { accountId, at, statements } : undefined;
}
