// What an app knows its person by, and that nothing it is told leads back to the account.
import { assert } from 'chai';
import { decodeJwt } from 'jose';
import { randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';
import { pairwiseSubjects } from '../../../server/oidc/subjects.ts';
import { appOf, exchange, ownerOf } from '../support/exchange.ts';
import { signInHarness } from '../support/sign-in-harness.ts';

const APP = 'https://notes.example';
interface Told { id: string; app: string; subject: string }

describe('pairwise subjects', () => {
  const h = signInHarness();
  const bind = (app: string) => ({ app, collection: 'datasets/notes', writes: true, expiresAt: Date.now() + 60_000 });

  it('are the same for an app wherever they are told, another for every app and every account, and not the account', async () => {
    const signed = await h.signedIn();
    const account = decodeJwt(signed.tokens.id_token!).sub!;
    const owner = await ownerOf(h.server, signed);
    const first = await appOf(h.server, owner, APP);
    assert.match(first.subject, /^[A-Za-z0-9_-]{22}$/);
    const noted = await (await owner.json('PUT', `/v1/bindings/${randomBytes(16).toString('hex')}`, bind(APP))).json() as Told;
    assert.equal(noted.subject, first.subject);
    assert.notEqual((await appOf(h.server, owner, 'https://other.example')).subject, first.subject);
    const { bindings } = await (await owner.json('GET', '/v1/bindings')).json() as { bindings: Told[] };
    assert.lengthOf(bindings, 3);
    assert.deepEqual([...new Set(bindings.filter(({ app }) => app === APP).map(({ subject }) => subject))], [first.subject]);
    const stranger = await h.server.client(await h.server.account());
    const theirs = await (await stranger.json('PUT', `/v1/bindings/${first.binding}`, bind(APP))).json() as Told;
    assert.notEqual(theirs.subject, first.subject);
    assert.notInclude(JSON.stringify([bindings, first.subject]), account);
  });

  it('are told for the app that a known binding was given to, whatever it is noted for again', async () => {
    const owner = await ownerOf(h.server, await h.signedIn());
    const app = await appOf(h.server, owner, APP);
    const again = await (await owner.json('PUT', `/v1/bindings/${app.binding}`, bind('https://other.example'))).json() as Told;
    assert.deepInclude(again, { id: app.binding, app: APP, subject: app.subject });
  });

  it('stand in place of the account when an app asks what its token is', async () => {
    const signed = await h.signedIn();
    const owner = await ownerOf(h.server, signed);
    const app = await appOf(h.server, owner, APP);
    const told = await oidc.tokenIntrospection(h.config, app.client.token);
    assert.deepInclude(told, { active: true, scope: 'storage.app', sub: app.subject, binding: app.binding });
    assert.notInclude(JSON.stringify(told), decodeJwt(signed.tokens.id_token!).sub!);
  });

  it('are told to apps alone', async () => {
    const owner = await ownerOf(h.server, await h.signedIn());
    assert.notProperty(await exchange(h.server, owner, { scope: 'storage.courier' }), 'subject');
  });

  it('last as long as the server\'s key, and mean nothing under another', async () => {
    const { storage, online } = h.server;
    const again = await pairwiseSubjects(storage);
    assert.equal(again('a', APP), online.api.subjectOf('a', APP));
    await storage.rows.write((tx) => tx.deleteFrom('server').where('name', '=', 'pairwise-key').execute());
    assert.notEqual((await pairwiseSubjects(storage))('a', APP), again('a', APP));
    assert.notEqual(again('a', 'bc'), again('ab', 'c'));
  });
});
