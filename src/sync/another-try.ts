// A request that nobody answered is sent once more: for work that would otherwise have to be begun anew. Every call of the storage
// API may be repeated: it is told by revision or by hash, and asked twice it gives the same (docs/cloud-api.md).
import type { Send } from './cloud-client.ts';

export const withAnotherTry = (send: Send): Send => async (request) => {
  const first = await send(request);
  const again = !first.ok && first.error === 'unreachable' && request.pace !== 'lasting' && request.signal?.aborted !== true;
  return again ? send(request) : first;
};
