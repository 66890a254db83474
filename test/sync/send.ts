// A way to the storage API for tests: what the account authority is in the app.
import { err, ok } from '../../src/result.ts';
import type { Send } from '../../src/sync/cloud-client.ts';
import type { ApiClient } from '../server/support/api-client.ts';

/** What went to a server. */
export interface Counted { requests: number; bytes: number }

/** The storage API by a client's token and key, as the account authority sends. */
export const sendOf = (api: ApiClient, count: Counted): Send => async ({ method, path, headers, body, signal }) => {
  count.requests += 1;
  count.bytes += body instanceof Blob ? body.size : body?.length ?? 0;
  try {
    return ok(await api.call(method, `/v1${path}`, { ...(headers && { headers: { ...headers } }), ...(body !== undefined && { body }), ...(signal && { signal }) }));
  } catch {
    return err('unreachable');
  }
};
