// A seller who tells a server what was bought: signs webhook messages as Standard Webhooks says.
import { createHmac } from 'node:crypto';

export interface Signed { readonly id: string; readonly timestamp: string; readonly signature: string }

/** What the headers of a message say. */
export function signHook(secret: string, { id, at, body }: { id: string; at: number; body: string }): Signed {
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return { id, timestamp, signature: `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}` };
}

/** The headers themselves. */
export const hookHeaders = ({ id, timestamp, signature }: Signed): Record<string, string> => ({
  'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature,
});
