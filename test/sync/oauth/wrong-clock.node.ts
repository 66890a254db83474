// A device whose clock is wrong: proofs hold the server's nonce, since their time means nothing there.
import { assert } from 'chai';
import { openAccount } from '../../../sdk/account.ts';
import type { Line } from '../../../sdk/line.ts';
import { unwrap } from '../../../src/result.ts';
import { createOAuthClient, type Party } from '../../../src/sync/oauth/oauth-client.ts';
import { proofKey, proofKeyOf } from '../../server/support/api-client.ts';
import { startTestServer, type TestServer } from '../../server/support/test-server.ts';

const HOUR = 60 * 60_000;
const never = new AbortController().signal;

describe('a device whose clock is wrong', () => {
  let server: TestServer;
  let statuses: number[];
  before(async () => { server = await startTestServer(); });
  after(() => server.close());
  beforeEach(() => { statuses = []; });

  const noted = async (url: string, init: RequestInit) => {
    const answer = await fetch(url, init);
    statuses.push(answer.status);
    return answer;
  };
  const oauth = createOAuthClient(noted, noted);

  for (const [word, ahead] of [['slow', HOUR], ['fast', -HOUR]] as const) it(`is let in where it is ${word}, and asked for a nonce once`, async () => {
    server.ahead = 0;
    const account = await server.account();
    const key = await oauth.newKey();
    const provider = { issuer: `${server.origin}/oidc`, clientId: 'nexus' };
    const party: Party = { provider, metadata: unwrap(await oauth.discover(provider, never)), key, signal: never };
    server.ahead = ahead;
    const { token } = await server.client(account, 'storage', { key: await proofKeyOf(key) });
    statuses = [];
    const usage = () => oauth.request(party, token, { method: 'GET', path: '/usage' });
    for (let time = 0; time < 3; time += 1) assert.equal(unwrap(await usage()).status, 200);
    assert.deepEqual(statuses, [401, 200, 200, 200]);
    const binding = 'b'.repeat(32);
    unwrap(await oauth.ask(party, token, { method: 'PUT', path: `/bindings/${binding}`, body: { app: 'https://app.example', collection: 'datasets/notes', writes: true, expiresAt: Date.now() + 2 * HOUR } }));
    unwrap(await oauth.exchange(party, token, { binding, jkt: (await proofKey()).jkt }));
    server.ahead += 3 * 60_000;
    assert.equal(unwrap(await usage()).status, 200, 'with the next nonce');
  });

  it('is let in as an app of the SDK, too', async () => {
    server.ahead = HOUR;
    const account = await server.account();
    const line = {
      async call(_: string, { jkt }: { jkt: string }) {
        const { token } = await server.client(account, 'storage', { key: { ...await proofKey(), jkt } });
        return { token, api: `${server.origin}/v1`, collection: 'datasets/notes', subject: 's', expiresAt: 0 };
      },
    } as unknown as Line;
    const storage = await openAccount(line, 'read:dataset', (_, work) => work('b'));
    assert.equal((await storage.fetch('/usage')).status, 200);
    const put = await storage.fetch(`/objects/datasets/notes/${'a'.repeat(32)}`, { method: 'PUT', body: new Uint8Array([1]), headers: { 'if-none-match': '*', 'content-type': 'application/octet-stream' } });
    assert.equal(put.status, 201);
  });
});
