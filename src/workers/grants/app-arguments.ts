// What each call of an app may be given: one guard a call. A call that is not here does not exist.
import { APP_LIMITS, APP_PROTOCOL, type AppArgs, type AppCall, type AppContent, type AppRequest, type Ask, KEY_USES, type Scope } from '../contract/app-protocol.ts';
import { bytes, either, fields, type Guard, instance, listOf, nothing, oneOf, text, truth, whole } from '../contract/guards.ts';
import { GRANTS } from '../contract/limits.ts';

const binding = text(64);
const path = text(APP_LIMITS.pathBytes);
const named = (most: number): Guard<string> => (value): value is string => text(most)(value) && value !== '' && new TextEncoder().encode(value).length <= most;
const key = named(APP_LIMITS.datasetKeyBytes);
const secret = named(APP_LIMITS.vaultKeyBytes);
const keyId: Guard<string> = (value): value is string => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
const purpose: Guard<string> = (value): value is string => text(APP_LIMITS.purposeChars)(value) && value !== '';
const data = bytes(APP_LIMITS.keyDataBytes);
const aad = bytes(APP_LIMITS.aadBytes);
const offset = whole(0, Number.MAX_SAFE_INTEGER);
const version: Guard<typeof APP_PROTOCOL> = (value): value is typeof APP_PROTOCOL => value === APP_PROTOCOL;
const content: Guard<AppContent> = either(instance(Blob), fields<Exclude<AppContent, Blob>>({ bytes: bytes(APP_LIMITS.readBytes), mediaType: text(APP_LIMITS.idChars) }));
const thumbprint: Guard<string> = (value): value is string => typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value);
/** Whether the catalog has the scope is answered apart, so that an app is told. */
const ask = fields<Ask>({ scope: text(64) as Guard<Ask['scope']>, resource: text(APP_LIMITS.resourceBytes) }, 'resource');
const bound = fields<{ binding: string }>({ binding });
const at = fields<AppArgs<'list'>>({ binding, path });
const ofKey = fields<AppArgs<'keyRotate'>>({ binding, key: keyId });

export const APP_ARGUMENTS: { readonly [C in AppCall]: Guard<AppArgs<C>> } = {
  hello: fields<AppArgs<'hello'>>({ v: version }),
  request: fields<AppArgs<'request'>>({ asks: listOf(ask, APP_LIMITS.scopes, 1) }),
  release: bound,
  profile: bound,
  list: at,
  stat: at,
  read: fields<AppArgs<'read'>>({ binding, path, from: offset, length: whole(0, APP_LIMITS.readBytes) }),
  write: fields<AppArgs<'write'>>({ binding, path, content }),
  rename: fields<AppArgs<'rename'>>({ binding, path, name: path }),
  remove: at,
  watch: bound,
  datasetKeys: bound,
  datasetGet: fields<AppArgs<'datasetGet'>>({ binding, key }),
  datasetPut: fields<AppArgs<'datasetPut'>>({ binding, key, value: bytes(APP_LIMITS.datasetValueBytes), fields: truth }, 'fields'),
  datasetDelete: fields<AppArgs<'datasetDelete'>>({ binding, key }),
  datasetConflicts: bound,
  datasetConflict: fields<AppArgs<'datasetConflict'>>({ binding, key }),
  datasetResolve: fields<AppArgs<'datasetResolve'>>({ binding, key, version: text(128), value: either(nothing, bytes(APP_LIMITS.datasetValueBytes)) }),
  backups: bound,
  entitlements: bound,
  delegate: fields<AppArgs<'delegate'>>({ binding, path, by: binding, to: text(GRANTS.urlChars), scopes: listOf(text(64) as Guard<Scope>, APP_LIMITS.scopes, 1) }),
  accept: fields<AppArgs<'accept'>>({ ticket: binding }),
  token: fields<AppArgs<'token'>>({ binding, jkt: thumbprint }),
  backUp: bound,
  keys: bound,
  keyCreate: fields<AppArgs<'keyCreate'>>({ binding, purpose, use: oneOf(...KEY_USES) }),
  keyRotate: ofKey,
  keyRevoke: ofKey,
  keySign: fields<AppArgs<'keySign'>>({ binding, key: keyId, data }),
  keySeal: fields<AppArgs<'keySeal'>>({ binding, key: keyId, data, aad }),
  keyUnseal: fields<AppArgs<'keyUnseal'>>({ binding, sealed: bytes(APP_LIMITS.keyDataBytes + APP_LIMITS.sealBytes), aad }),
  vaultList: bound,
  vaultGet: fields<AppArgs<'vaultGet'>>({ binding, key: secret }),
  vaultPut: fields<AppArgs<'vaultPut'>>({ binding, key: secret, value: bytes(APP_LIMITS.vaultValueBytes) }),
  vaultDelete: fields<AppArgs<'vaultDelete'>>({ binding, key: secret }),
};

/** A request in shape; its arguments are not looked at yet. */
export function isRequest(data: unknown): data is AppRequest {
  // Only then are its keys counted: those of a typed array are as many as its bytes.
  if (typeof data !== 'object' || data === null || Object.getPrototypeOf(data) !== Object.prototype || Object.keys(data).length !== 3) return false;
  const { id, call, args } = data as Record<string, unknown>;
  return Number.isSafeInteger(id) && typeof call === 'string' && Object.hasOwn(APP_ARGUMENTS, call) && typeof args === 'object' && args !== null;
}
