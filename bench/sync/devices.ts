// Devices of one home at the real server: the home, the engine and the cloud client of the product, over a database in memory.
import { randomBytes } from 'node:crypto';
import { importHomeKeys } from '../../src/crypto/home-keys.ts';
import { err, ok } from '../../src/result.ts';
import { type CloudClient, createCloudClient, type Send } from '../../src/sync/cloud-client.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import { syncRound } from '../../src/sync/engine.ts';
import { createStorageFetch } from '../../src/sync/oauth/bounded-fetch.ts';
import { athOf } from '../../test/server/support/api-client.ts';
import { newHome, type TestHome } from '../../test/workers/home/test-home.ts';
import type { Access, OurServer } from '../server/our-server.ts';
import { createOrderedDatabase } from './ordered-database.ts';

export interface Traffic { requests: number; bytes: number }

/** Where requests go, what they are called there, and what signs them. */
interface Line extends Access { readonly origin: string; readonly at: string }

const storageFetch = createStorageFetch({ fetch: (url, init) => fetch(url, init), deadline: (ms) => AbortSignal.timeout(ms) });

/** Sends as a device does, every request with a proof of its own; counts requests, and the bytes of heads' fields and bodies. */
function sendBy({ origin, at, token, key }: Line, traffic: Traffic): Send {
  return async ({ method, path, headers, body, signal, pace }) => {
    const proof = await key.proof(method, `${origin}/v1${path}`, { ath: athOf(token) });
    const all = { authorization: `DPoP ${token}`, dpop: proof, ...headers };
    traffic.requests += 1;
    traffic.bytes += JSON.stringify(all).length + path.length + (body instanceof Blob ? body.size : body?.length ?? 0);
    try {
      return ok(await storageFetch(`${at}/v1${path}`, { method, headers: all, ...(body !== undefined && { body }), ...(signal && { signal }) }, pace));
    } catch {
      return err('unreachable');
    }
  };
}

/** The cloud of an account as one device asks it, by the way that `at` is. */
export async function cloudOf(server: OurServer, account: string, at: string): Promise<{ readonly cloud: CloudClient; readonly traffic: Traffic }> {
  const traffic: Traffic = { requests: 0, bytes: 0 };
  return { traffic, cloud: createCloudClient(sendBy({ ...await server.access(account), origin: server.origin, at }, traffic)) };
}

export async function round(home: TestHome, cloud: Cloud, mayMoveBulk = true): Promise<void> {
  const done = await syncRound({ cloud, home: home.mounted.sync.reconciler, signal: new AbortController().signal, clock: Date.now, mayMoveBulk: () => mayMoveBulk });
  if (!done.ok && (mayMoveBulk || done.error !== 'metered')) throw new Error(`a round of sync failed: ${done.error}`);
}

/** Makes devices of one home, each linked to its account and with nothing in it. */
export function devicesOfOneHome(): () => Promise<TestHome> {
  const [homeId, mek] = [new Uint8Array(randomBytes(16)), new Uint8Array(randomBytes(32))];
  return async () => {
    const home = await newHome({ keys: await importHomeKeys(homeId, mek.slice()), db: createOrderedDatabase() });
    await home.mounted.sync.link.begin('account');
    return home;
  };
}
