// Owns how the parts of an online server are put together over one storage.
import type { Online } from './app.ts';
import { createAuthenticate } from './api/access.ts';
import { createWatch } from './api/watch.ts';
import { createMetrics } from './metrics.ts';
import { providerKeys } from './oidc/keys.ts';
import { proofNonces } from './oidc/nonces.ts';
import { type Addresses, audienceOf, createProvider, issuerOf } from './oidc/provider.ts';
import { entitlementStatements } from './oidc/statements.ts';
import { pairwiseSubjects } from './oidc/subjects.ts';
import { feedGeneration } from './storage/lives.ts';
import type { Storage } from './storage/storage.ts';

export interface OnlineOptions extends Addresses { readonly signUp: boolean | undefined; readonly proxies: number; readonly requestsPerMinute: number; readonly entitlementsSecret?: Uint8Array | undefined }

/** Calls back each so many ms; nobody waits for it to end. */
export function every(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms).unref();
  return () => { clearInterval(timer); };
}

const isOwnMachine = (origin: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname);

/** The provider, the API and their figures. */
export async function createOnline(storage: Storage, options: OnlineOptions): Promise<Online> {
  const addresses = { origin: options.origin, appOrigins: options.appOrigins };
  const subjectOf = await pairwiseSubjects(storage);
  const keys = await providerKeys(storage);
  const nonces = await proofNonces(storage);
  const provider = createProvider(storage, addresses, { keys, nonces, subjectOf, behindProxy: options.proxies > 0 });
  const streams = new Set<() => void>();
  const watch = createWatch(storage.rows, every);
  return {
    api: {
      storage, watch, streams, every, subjectOf, nonces, ...addresses,
      authenticate: createAuthenticate(storage, audienceOf(addresses), nonces),
      generation: await feedGeneration(storage.rows, storage.random),
      statementsOf: await entitlementStatements(keys, { issuer: issuerOf(addresses), subjectOf, clock: storage.clock }),
      entitlementsSecret: options.entitlementsSecret,
      requestsPerMinute: options.requestsPerMinute,
    },
    interactions: { provider, storage, addresses, signUp: options.signUp ?? isOwnMachine(options.origin) },
    metrics: createMetrics(() => streams.size),
  };
}
