// An app's own keys and secrets, as the SDK gives them to its author: each call over the line, with what was given for it.
import type { AppKey, AppValue, KeyUse } from '../src/workers/contract/app-protocol.ts';
import type { Line } from './line.ts';
import type { Held } from './nexus.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Keys that sign (Ed25519) or seal (XChaCha20-Poly1305). `key` is the id that `create` told. */
export interface Keys {
  /** Revoked ones too. */
  list(): Promise<readonly AppKey[]>;
  create(purpose: string, use: KeyUse): Promise<AppKey>;
  /** A new version signs and seals from here on; what older ones sealed opens, and their public keys stay in `publicKeys`. */
  rotate(key: string): Promise<AppKey>;
  /** For good: every use of it says `keystore.key_revoked`. */
  revoke(key: string): Promise<AppKey>;
  sign(key: string, data: Bytes): Promise<AppValue<'keySign'>>;
  /** `aad` is bound to it and not in it: `unseal` has to be given the same. */
  seal(key: string, data: Bytes, aad?: Bytes): Promise<Bytes>;
  unseal(sealed: Bytes, aad?: Bytes): Promise<Bytes>;
}

/** Secrets of at most 16 KiB, under names of at most 64 bytes; 256 of them. */
export interface Vault {
  list(): Promise<readonly string[]>;
  get(key: string): Promise<Bytes | null>;
  put(key: string, value: Bytes): Promise<void>;
  delete(key: string): Promise<void>;
}

const NONE = new Uint8Array(0);

export const keysOver = (line: Line, { use }: Held): Keys => ({
  list: () => use('read:dataset', (binding) => line.call('keys', { binding })),
  create: (purpose, usage) => use('write:dataset', (binding) => line.call('keyCreate', { binding, purpose, use: usage })),
  rotate: (key) => use('write:dataset', (binding) => line.call('keyRotate', { binding, key })),
  revoke: (key) => use('write:dataset', (binding) => line.call('keyRevoke', { binding, key })),
  sign: (key, data) => use('write:dataset', (binding) => line.call('keySign', { binding, key, data })),
  seal: (key, data, aad = NONE) => use('write:dataset', (binding) => line.call('keySeal', { binding, key, data, aad })),
  unseal: (sealed, aad = NONE) => use('read:dataset', (binding) => line.call('keyUnseal', { binding, sealed, aad })),
});

export const vaultOver = (line: Line, { use }: Held): Vault => ({
  list: () => use('read:dataset', (binding) => line.call('vaultList', { binding })),
  get: (key) => use('read:dataset', (binding) => line.call('vaultGet', { binding, key })),
  put: (key, value) => use('write:dataset', (binding) => line.call('vaultPut', { binding, key, value })),
  delete: (key) => use('write:dataset', (binding) => line.call('vaultDelete', { binding, key })),
});
