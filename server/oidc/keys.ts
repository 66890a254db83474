// Owns the keys that every process of one server shares: for signing identity tokens, and cookies. Drawn once, kept in the rows.
import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'oidc-provider';
import type { Storage } from '../storage/storage.ts';
import { settleNote } from '../storage/server-notes.ts';

const COOKIE_KEY_BYTES = 32;

async function newSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...await exportJWK(privateKey), alg: 'ES256', use: 'sig', kid: 'signing-1' } as JWK;
}

export interface ProviderKeys { readonly jwks: { keys: JWK[] }; readonly cookies: string[] }

export async function providerKeys({ rows, random }: Pick<Storage, 'rows' | 'random'>): Promise<ProviderKeys> {
  const jwks = await settleNote(rows, 'signing-keys', async () => JSON.stringify({ keys: [await newSigningKey()] }));
  const cookies = await settleNote(rows, 'cookie-keys', () => JSON.stringify([Buffer.from(random(COOKIE_KEY_BYTES)).toString('base64url')]));
  return { jwks: JSON.parse(jwks) as ProviderKeys['jwks'], cookies: JSON.parse(cookies) as string[] };
}
