// This project's server over SQLite and a folder, in a process of its own as `npm start` runs it, and accounts of it with tokens.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAccount } from '../../server/accounts/accounts.ts';
import { audienceOf } from '../../server/oidc/provider.ts';
import { createOnline } from '../../server/online.ts';
import { openStorage } from '../../server/open-storage.ts';
import { type ProofKey, proofKey } from '../../test/server/support/api-client.ts';
import { serverProcess } from '../../test/server/support/server-process.ts';
import { mintToken } from '../../test/server/support/test-server.ts';

/** What a device of an account signs its requests with; the token holds for five minutes. */
export interface Access { readonly token: string; readonly key: ProofKey }

export interface OurServer {
  readonly origin: string;
  readonly pid: number;
  /** A fresh account with room for anything; gives its id. */
  newAccount(): Promise<string>;
  access(account: string): Promise<Access>;
  stop(): Promise<void>;
}

export async function startOurServer(): Promise<OurServer> {
  const data = mkdtempSync(join(tmpdir(), 'nexus-bench-'));
  const server = await serverProcess({ NEXUS_DATA: data });
  await server.start();
  const origin = server.address;
  const addresses = { origin, appOrigins: [] };
  const withStorage = async <T>(work: (storage: Awaited<ReturnType<typeof openStorage>>) => Promise<T>): Promise<T> => {
    const storage = await openStorage({ data, databaseUrl: undefined, objects: undefined }, () => undefined);
    try {
      return await work(storage);
    } finally {
      await storage.close();
    }
  };
  return {
    origin, pid: server.pid!,
    newAccount: () => withStorage(async ({ rows }) => {
      const id = randomBytes(16).toString('hex');
      await addAccount(rows, { id, name: id, password: null, createdAt: Date.now(), quota: { bytes: 2 ** 40, objects: 1e9 } });
      return id;
    }),
    access: (account) => withStorage(async (storage) => {
      const { interactions: { provider } } = await createOnline(storage, { ...addresses, signUp: false, proxies: 0, requestsPerMinute: 1 });
      const key = await proofKey();
      return { key, token: await mintToken(provider, { account, scope: 'storage', jkt: key.jkt, audience: audienceOf(addresses) }) };
    }),
    async stop() {
      await server.kill();
      rmSync(data, { recursive: true });
    },
  };
}
