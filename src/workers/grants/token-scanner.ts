// The last look at what is about to leave for an app or a log: whether it holds a key or a token, by what things are called and by how
// they look. It is for mistakes of ours; who means to hide a token from it can. What it does not know, or cannot look through, does not pass.
import type { AppCall } from '../contract/app-protocol.ts';

export const SCAN = {
  depth: 16,
  nodes: 4_000_000,
  /** Of one text that is looked into. */
  chars: 64 * 1024,
} as const;

/**
 * Text that an answer may hold whatever it looks like: what people, apps and their authors wrote, and what is signed to be passed on. By
 * field, from the answer down, lists aside; empty is the answer itself. A name beside it, or an object in its place, is looked at as ever.
 */
export const LEFT_ALONE: { readonly [C in AppCall]?: readonly string[] } = {
  hello: ['name'],
  request: ['resource', 'target.name'],
  profile: ['name'],
  list: ['name', 'mediaType'],
  stat: ['name', 'mediaType'],
  write: ['name', 'mediaType'],
  datasetKeys: [''],
  datasetConflicts: [''],
  vaultList: [''],
  keys: ['purpose'],
  keyCreate: ['purpose'],
  keyRotate: ['purpose'],
  keyRevoke: ['purpose'],
  entitlements: ['statement'],
  accept: ['resource', 'target.name'],
  // The one call that is there to give one.
  token: ['token'],
};

/** Names of secrets, without case and punctuation: whatever comes before the long ones. */
const SECRET_NAME = /(?:(?:access|refresh|id|bearer|session)token|codeverifier|clientsecret|clientassertion|devicecode|password|passphrase|recoveryphrase|(?:private|secret|master|signing)key)s?$|^(?:token|secret|phrase|pin|prf|mek|kek|authorization|dpop|cookie|setcookie)s?$/;
const PRIVATE_PARTS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

const AUTHORIZATION = /\b(?:bearer|dpop)\s+[\w.~+/-]{20}/i;
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** As in a form, an address or JSON. */
const PAIR = /(?:^|[^a-z0-9])(?:access_token|refresh_token|id_token|code_verifier|client_secret)["']?\s?[:=]/i;
const PRIVATE_PART = new RegExp(`"(?:${PRIVATE_PARTS.join('|')})"\\s?:`);

/** The first part of a JWS or JWE: an object with an algorithm, in base64url. */
function isJoseHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    return false;
  }
}

/** In compact form, anywhere in a text: a header, and two or more parts behind it. */
function holdsJose(text: string): boolean {
  return text.split(/[^\w.-]+/).some((word) => word.split('.').slice(0, -2).some((part) => {
    const at = part.indexOf('eyJ');
    return (part.startsWith('e') && isJoseHeader(part)) || (at > 0 && isJoseHeader(part.slice(at)));
  }));
}

const isTokenText = (text: string): boolean => text.length > SCAN.chars || AUTHORIZATION.test(text) || PEM.test(text) || PAIR.test(text)
  || (text.includes('"kty"') && PRIVATE_PART.test(text)) || holdsJose(text);

const isSecretName = (name: string): boolean => SECRET_NAME.test(name.slice(0, SCAN.chars).toLowerCase().replaceAll(/[^a-z0-9]/g, '')) || isTokenText(name);

const isContent = (value: object): boolean => value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);

/** Whether something in `value` is named or looks like a key or a token, but for text at the paths of `leftAlone`. Bytes and Blobs are content, and not looked into. */
export function holdsToken(value: unknown, leftAlone: readonly string[] = []): boolean {
  let nodes = 0;
  const names = new Map<string, boolean>();

  function isNamedSo(name: string): boolean {
    const known = names.get(name) ?? isSecretName(name);
    names.set(name, known);
    return known;
  }

  function inObject(object: object, path: string, depth: number): boolean {
    if (!isPlain(object) || ('kty' in object && PRIVATE_PARTS.some((part) => part in object))) return true;
    return Object.entries(object).some(([name, each]) => {
      const at = path === '' ? name : `${path}.${name}`;
      return leftAlone.includes(at) && typeof each === 'string' ? inside(each, at, depth) : isNamedSo(name) || inside(each, at, depth);
    });
  }

  function inside(each: unknown, path: string, depth: number): boolean {
    nodes += 1;
    if (nodes > SCAN.nodes || depth > SCAN.depth) return true;
    if (typeof each === 'string') return !leftAlone.includes(path) && isTokenText(each);
    if (typeof each !== 'object' || each === null) return typeof each === 'function' || typeof each === 'symbol';
    if (isContent(each)) return false;
    return Array.isArray(each) ? each.some((item) => inside(item, path, depth + 1)) : inObject(each, path, depth + 1);
  }

  return inside(value, '', 0);
}
