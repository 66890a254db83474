// A whole server in this process, over the pair that the suite runs on, listening on a real port; its clock may be moved.
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { addAccount } from '../../../server/accounts/accounts.ts';
import { createApp, type Online } from '../../../server/app.ts';
import { createLog } from '../../../server/logging.ts';
import { createOnline, type OnlineOptions } from '../../../server/online.ts';
import { audienceOf, OWN_CLIENT } from '../../../server/oidc/provider.ts';
import type { Storage } from '../../../server/storage/storage.ts';
import { type ApiClient, apiClient, proofKey, type ProofKey } from './api-client.ts';
import { openPair, ownPlace } from './pair.ts';

export interface TestServer {
  readonly origin: string;
  readonly app: FastifyInstance;
  readonly online: Online;
  readonly storage: Storage;
  readonly lines: string[];
  /** ms by which the server's clock is ahead. */
  ahead: number;
  account(quota?: { bytes: number; objects: number }): Promise<string>;
  /** A client with a token of that scope, as a sign-in or an exchange would give. */
  client(account: string, scope?: string, extra?: { binding?: string; key?: ProofKey }): Promise<ApiClient>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => { probe.listen(0, '127.0.0.1', resolve); });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}

export async function startTestServer(options: Partial<OnlineOptions> = {}): Promise<TestServer> {
  const place = await ownPlace();
  const pair = await openPair(place);
  const root = mkdtempSync(join(tmpdir(), 'nexus-dist-'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>t</title>');
  const port = await freePort();
  const origin = options.origin ?? `http://localhost:${port}`;
  const lines: string[] = [];
  const storage: Storage = { ...pair, clock: () => Date.now() + server.ahead, random: (length) => randomBytes(length) };
  const online = await createOnline(storage, { origin, appOrigins: [], signUp: true, proxies: 0, requestsPerMinute: 1_000_000, ...options });
  const app = await createApp({ root, online, log: createLog('info', { write: (line) => { lines.push(line); } }) });
  const server: TestServer = {
    origin, app, online, storage, lines, ahead: 0,
    async account(quota) {
      const id = randomBytes(16).toString('hex');
      await addAccount(pair.rows, { id, name: `u${id}`, password: null, createdAt: Date.now(), ...quota ? { quota } : {} });
      return id;
    },
    async client(account, scope = 'storage', { binding, key } = {}) {
      const proof = key ?? await proofKey(storage.clock);
      const { provider } = online.interactions;
      const token = new provider.AccessToken({
        accountId: account, client: (await provider.Client.find(OWN_CLIENT))!, grantId: randomBytes(16).toString('hex'), gty: 'test', scope, expiresIn: 300,
      } as ConstructorParameters<typeof provider.AccessToken>[0]);
      token.setThumbprint('jkt', proof.jkt);
      token.setAudience(audienceOf({ origin, appOrigins: [] }));
      const value = await token.save();
      if (binding !== undefined) await bind(storage, value, binding);
      return apiClient(origin, value, proof);
    },
    async close() {
      await app.close();
      await pair.close();
      await place.remove();
      rmSync(root, { recursive: true });
    },
  };
  await app.listen({ host: '127.0.0.1', port });
  return server;
}

/** What the exchange puts into an app's token. */
async function bind(storage: Storage, token: string, binding: string): Promise<void> {
  const { credentialId } = await import('../../../server/oidc/credentials.ts');
  const { payload } = await storage.rows.read((db) => db.selectFrom('credentials').select('payload').where('id', '=', credentialId(token)).executeTakeFirstOrThrow());
  const bound = JSON.stringify({ ...JSON.parse(payload) as object, extra: { binding } });
  await storage.rows.write((tx) => tx.updateTable('credentials').set({ payload: bound }).where('id', '=', credentialId(token)).execute());
}
