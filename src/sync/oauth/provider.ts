// A provider as an entry in a list, and what its discovery document says of it.
import type { AuthorizationServer } from 'oauth4webapi';
import { STORAGE_METADATA } from '../wire/provider-metadata.ts';

export interface Provider {
  readonly issuer: string;
  readonly clientId: string;
}

/** A signing algorithm that proves nothing, or proves by a secret that a public client has not. */
const isNoSignature = (algorithm: string): boolean => algorithm === 'none' || algorithm.startsWith('HS');

const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

/** What a QR picture still holds, and more than an honest address needs. */
const URL_CHARS = 2048;

/** HTTPS, or HTTP to this machine. */
export function isSafeUrl(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > URL_CHARS || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  return username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && LOCAL.includes(hostname)));
}

/** As a person typed it, brought into the one form by which providers are compared; undefined where it cannot be an issuer. */
export function parseIssuer(text: string): string | undefined {
  const typed = text.trim();
  const url = /^[a-z]+:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (url.length > 512 || !isSafeUrl(url)) return undefined;
  const { origin, pathname, search, hash } = new URL(url);
  return search === '' && hash === '' ? `${origin}${pathname.replace(/\/+$/, '')}` : undefined;
}

/** What is said of signatures without those that are none; undefined where an address is not one to send a person or a token to. */
export function checkedMetadata(metadata: AuthorizationServer): AuthorizationServer | undefined {
  const addresses = [metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri];
  const further = [metadata.device_authorization_endpoint, metadata.revocation_endpoint, metadata[STORAGE_METADATA]];
  if (!addresses.every(isSafeUrl) || !further.every((each) => each === undefined || isSafeUrl(each))) return undefined;
  const algorithms = metadata.id_token_signing_alg_values_supported as unknown;
  const known = Array.isArray(algorithms) ? algorithms.filter((each): each is string => typeof each === 'string') : ['RS256'];
  return { ...metadata, id_token_signing_alg_values_supported: known.filter((each) => !isNoSignature(each)) };
}

/** The storage API of a NexusAccount server; undefined at any other provider. */
export function storageOf(metadata: AuthorizationServer): string | undefined {
  const address = metadata[STORAGE_METADATA];
  return isSafeUrl(address) ? address : undefined;
}
