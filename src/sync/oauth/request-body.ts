// A body of the storage API, as the OAuth library takes one.
import type { ProtectedResourceRequestBody } from 'oauth4webapi';
import type { StorageRequest } from '../cloud-client.ts';

/** The library hands a body on to `fetch` as it is; only its types leave Blobs out. */
export const requestBody = (body: StorageRequest['body']): ProtectedResourceRequestBody => body as ProtectedResourceRequestBody;
