// What each scope of the catalog is about, and how long it can be given for: data that prompts, bindings and the broker read
// (docs/apps.md, "Scopes").
import { APP_LIMITS, type Ask, type GrantMode, type Scope, SCOPES } from '../contract/app-protocol.ts';
import { nameFault } from '../../crypto/node-name.ts';

type ResourceKind = 'files' | 'dataset' | 'none';

interface ScopeRule {
  readonly on: ResourceKind;
  /** Least first: a single access is offered only where one is of use. */
  readonly modes: readonly GrantMode[];
}

const LASTING: readonly GrantMode[] = ['session', 'persistent'];
const SINGLE: readonly GrantMode[] = ['once', 'session', 'persistent'];

export const SCOPE_RULES: { readonly [S in Scope]: ScopeRule } = {
  'read:profile': { on: 'none', modes: SINGLE },
  'read:files': { on: 'files', modes: LASTING },
  'write:files': { on: 'files', modes: LASTING },
  'read:dataset': { on: 'dataset', modes: LASTING },
  'write:dataset': { on: 'dataset', modes: LASTING },
  'read:backups': { on: 'none', modes: SINGLE },
  'write:backups': { on: 'none', modes: SINGLE },
  'read:entitlements': { on: 'none', modes: SINGLE },
  'grant:delegate': { on: 'none', modes: LASTING },
};

export const OWN_DATASET = 'dataset:self';
/** The app's own part of the account's storage, which it goes to itself: only an app that has a network of its own. */
export const ACCOUNT_DATASET = 'dataset:account';

export const isScope = (value: unknown): value is Scope => (SCOPES as readonly unknown[]).includes(value);

/** `home:/Photos/*` names a folder, `home:/Plan.txt` a file. Its names, from the root; undefined where it is none, or a bare wildcard. */
export function homePathOf(resource: string): { readonly names: readonly string[]; readonly kind: 'folder' | 'file' } | undefined {
  if (!resource.startsWith('home:/') || new TextEncoder().encode(resource).length > APP_LIMITS.resourceBytes) return undefined;
  const path = resource.slice('home:/'.length);
  const folder = path.endsWith('/*');
  const names = (folder ? path.slice(0, -2) : path).split('/');
  if (names.some((name) => name.includes('*') || name !== name.normalize('NFC') || nameFault(name) !== undefined)) return undefined;
  return { names, kind: folder ? 'folder' : 'file' };
}

/** Whether the resource is one that the scope can be about. */
export function resourceHolds({ scope, resource }: Ask): boolean {
  switch (SCOPE_RULES[scope].on) {
    case 'files': return resource !== undefined && homePathOf(resource) !== undefined;
    case 'dataset': return resource === OWN_DATASET || resource === ACCOUNT_DATASET;
    case 'none': return resource === undefined;
  }
}

export const sameAsk = (a: Ask, b: Ask): boolean => a.scope === b.scope && a.resource === b.resource;
