// Owns the check of a webhook message (Standard Webhooks): that whoever holds the secret sent these bytes, and not long ago. That
// a message counts once is for who takes it, by its id.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Result, err, ok } from '../../src/result.ts';
import { HOOK } from '../../src/sync/wire/limits.ts';

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const SECRET_BYTES = { least: 24, most: 64 };
/** No dot: it parts what is signed. */
const ID = /^[!-\-/-~]{1,128}$/;
const TIMESTAMP = /^\d{1,12}$/;

/** The key in a secret (`whsec_` and base64); undefined for what is none. */
export function hookSecret(text: string): Uint8Array | undefined {
  const key = Buffer.from(SECRET.exec(text)?.[1] ?? '', 'base64');
  return key.byteLength >= SECRET_BYTES.least && key.byteLength <= SECRET_BYTES.most ? key : undefined;
}

/** A message as it came; `now` is ours. */
export interface HookMessage { readonly id: unknown; readonly timestamp: unknown; readonly signature: unknown; readonly body: Uint8Array; readonly now: number }

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** The id of a message that is what it says; its sender may sign with an old and a new secret at once. */
export function checkHook(secret: Uint8Array, { id, timestamp, signature, body, now }: HookMessage): Result<string, 'hook.signature' | 'hook.timestamp'> {
  if (typeof id !== 'string' || !ID.test(id) || typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp) || typeof signature !== 'string') return err('hook.signature');
  const right = `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
  if (!signature.split(' ').some((each) => isSame(each, right))) return err('hook.signature');
  return Math.abs(now - Number(timestamp) * 1000) <= HOOK.toleranceMs ? ok(id) : err('hook.timestamp');
}
