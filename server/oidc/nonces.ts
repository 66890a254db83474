// Owns the nonces that a proof may hold in place of its time (RFC 9449, section 8): a device whose clock is wrong is told one and proves
// with it. Nothing is kept: a nonce is a minute under a key that every process of one server has.
import { createHmac } from 'node:crypto';
import { settleNote } from '../storage/server-notes.ts';
import type { Storage } from '../storage/storage.ts';

const KEY_BYTES = 32;
const STEP_MS = 60_000;

export interface Nonces {
  /** Under which oidc-provider makes its own. */
  readonly key: Buffer;
  current(): string;
  /** Of this minute or the one before. */
  holds(nonce: unknown): boolean;
}

export async function proofNonces({ rows, random, clock }: Pick<Storage, 'rows' | 'random' | 'clock'>): Promise<Nonces> {
  const key = Buffer.from(await settleNote(rows, 'nonce-key', () => Buffer.from(random(KEY_BYTES)).toString('base64url')), 'base64url');
  const nonceOf = (minute: number) => createHmac('sha256', key).update(`storage ${minute}`).digest('base64url');
  const minute = () => Math.floor(clock() / STEP_MS);
  return { key, current: () => nonceOf(minute()), holds: (nonce) => nonce === nonceOf(minute()) || nonce === nonceOf(minute() - 1) };
}
