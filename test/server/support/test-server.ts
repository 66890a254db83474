// A whole server in this process, over the pair that the suite runs on, listening on a real port; its clock may be moved.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type Provider from 'oidc-provider';
import { addAccount } from '../../../server/accounts/accounts.ts';
import { createApp, type Online } from '../../../server/app.ts';
import { createLog } from '../../../server/logging.ts';
import { createOnline, type OnlineOptions } from '../../../server/online.ts';
import { audienceOf, OWN_CLIENT } from '../../../server/oidc/provider.ts';
import type { Storage } from '../../../server/storage/storage.ts';
import { type ApiClient, apiClient, proofKey, type ProofKey } from './api-client.ts';
import { freePort } from '../../../server/free-port.ts';
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

export interface TestServerOptions extends Partial<OnlineOptions> {
  readonly every?: Online['api']['every'];
  readonly headerMs?: number;
  /** Other ways to its rows and objects. */
  readonly through?: (env: Readonly<Record<string, string>>) => Promise<Readonly<Record<string, string>>>;
}

export async function startTestServer({ every, headerMs, through, ...options }: TestServerOptions = {}): Promise<TestServer> {
  const place = await ownPlace();
  const pair = await openPair(through ? { ...place, env: await through(place.env) } : place);
  const root = mkdtempSync(join(tmpdir(), 'nexus-dist-'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>t</title>');
  const port = await freePort();
  const origin = options.origin ?? `http://localhost:${port}`;
  const lines: string[] = [];
  const storage: Storage = { ...pair, clock: () => Date.now() + server.ahead, random: (length) => randomBytes(length) };
  const made = await createOnline(storage, { origin, appOrigins: [], signUp: true, proxies: 0, requestsPerMinute: 1_000_000, ...options });
  const online = every ? { ...made, api: { ...made.api, every } } : made;
  const app = await createApp({ root, online, log: createLog('info', { write: (line) => { lines.push(line); } }), ...headerMs === undefined ? {} : { headerMs } });
  const server: TestServer = {
    origin, app, online, storage, lines, ahead: 0,
    async account(quota) {
      const id = randomBytes(16).toString('hex');
      await addAccount(pair.rows, { id, name: `u${id}`, password: null, createdAt: Date.now(), ...quota ? { quota } : {} });
      return id;
    },
    async client(account, scope = 'storage', { binding, key } = {}) {
      const proof = key ?? await proofKey(storage.clock);
      const value = await mintToken(online.interactions.provider, { account, scope, jkt: proof.jkt, audience: audienceOf({ origin, appOrigins: [] }) });
      if (binding !== undefined) await bind(storage, value, binding);
      return apiClient(origin, value, proof);
    },
    async close() {
      const closed = app.close();
      app.server.closeAllConnections();
      await closed;
      await pair.close();
      await place.remove();
      rmSync(root, { recursive: true });
    },
  };
  await app.listen({ host: '127.0.0.1', port });
  return server;
}

/** An access token as a sign-in would give it. */
export async function mintToken(provider: Provider, { account, scope, jkt, audience }: { account: string; scope: string; jkt: string; audience: string }): Promise<string> {
  const token = new provider.AccessToken({
    accountId: account, client: (await provider.Client.find(OWN_CLIENT))!, grantId: await new provider.Grant({ accountId: account, clientId: OWN_CLIENT }).save(), gty: 'test', scope, expiresIn: 300,
  } as ConstructorParameters<typeof provider.AccessToken>[0]);
  token.setThumbprint('jkt', jkt);
  token.setAudience(audience);
  return token.save();
}

/** What the exchange puts into an app's token. */
async function bind(storage: Storage, token: string, binding: string): Promise<void> {
  const { credentialId } = await import('../../../server/oidc/credentials.ts');
  const { payload } = await storage.rows.read((db) => db.selectFrom('credentials').select('payload').where('id', '=', credentialId(token)).executeTakeFirstOrThrow());
  const bound = JSON.stringify({ ...JSON.parse(payload) as object, extra: { binding } });
  await storage.rows.write((tx) => tx.updateTable('credentials').set({ payload: bound }).where('id', '=', credentialId(token)).execute());
}
