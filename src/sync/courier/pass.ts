// What the courier sends with: a token that puts and asks what is missing, and the key that it is bound to.
import { customFetch, allowInsecureRequests, protectedResourceRequest } from 'oauth4webapi';
import { err, ok } from '../../result.ts';
import type { Send } from '../cloud-client.ts';
import type { StorageFetch } from '../oauth/bounded-fetch.ts';
import { failureOf } from '../oauth/failure.ts';
import { withProof } from '../oauth/proof.ts';
import { requestBody } from '../oauth/request-body.ts';

export interface CourierPass {
  /** Of the storage API. */
  readonly api: string;
  readonly token: string;
  /** ms since 1970. */
  readonly expiresAt: number;
  readonly key: CryptoKeyPair;
}

export function sendBy({ api, token, key }: CourierPass, fetch: StorageFetch): Send {
  return async ({ method, path, headers, body, pace, signal = new AbortController().signal }) => {
    try {
      const through = { [customFetch]: ((url: string, init: RequestInit) => fetch(url, init, pace)) as never, [allowInsecureRequests]: true, signal };
      return ok(await withProof(key, (proof) => protectedResourceRequest(token, method, new URL(`${api}${path}`), new Headers(headers), requestBody(body), { ...through, ...proof })));
    } catch (fault) {
      const failure = failureOf(fault, signal);
      return err(failure === 'unreachable' || failure === 'aborted' ? failure : failure === 'refused' ? 'signed_out' : 'protocol');
    }
  };
}
