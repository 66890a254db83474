// A statement of an entitlement is believed only as it was signed: by a key of this provider, for this app, of this kind, in its time.
import { assert } from 'chai';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { statementsOf } from '../../../src/sync/oauth/statements.ts';
import { ENTITLEMENT_TYPE } from '../../../src/sync/wire/entitlements.ts';

const NOW = 1_800_000_000_000;
const S = NOW / 1000;
const ISSUER = 'https://nexus.test/oidc';
const APP = 'https://notes.test';

describe('statements of entitlements', () => {
  const made = async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    return { privateKey, keys: { keys: [{ ...await exportJWK(publicKey), kid: 'k1', alg: 'ES256', use: 'sig' }] } };
  };
  type Changes = { readonly typ?: string; readonly iss?: string; readonly aud?: string; readonly exp?: number; readonly until?: unknown; readonly product?: unknown };
  const sign = async (key: CryptoKey, { typ = ENTITLEMENT_TYPE, iss = ISSUER, aud = APP, exp = S + 100, until = NOW + 500_000, product = 'pro' }: Changes = {}) => new SignJWT({ product, until })
    .setProtectedHeader({ alg: 'ES256', typ, kid: 'k1' }).setIssuer(iss).setAudience(aud).setSubject('subject').setIssuedAt(S - 10).setExpirationTime(exp).sign(key);

  it('are believed until they say, and no longer than what was bought lasts', async () => {
    const { privateKey, keys } = await made();
    const [pro, plus] = [await sign(privateKey), await sign(privateKey, { until: NOW + 1, product: 'plus' })];
    const found = await statementsOf({ entitlements: [pro, plus] }, { keys, issuer: ISSUER, app: APP, now: NOW });
    assert.deepEqual(found, [
      { product: 'pro', until: NOW + 500_000, believedUntil: NOW + 100_000, jws: pro }, { product: 'plus', until: NOW + 1, believedUntil: NOW + 1, jws: plus },
    ]);
  });

  it('that are over are passed over', async () => {
    const { privateKey, keys } = await made();
    const good = await sign(privateKey);
    const list = [await sign(privateKey, { exp: S }), await sign(privateKey, { exp: S - 1 }), await sign(privateKey, { until: NOW }), good];
    assert.deepEqual((await statementsOf({ entitlements: list }, { keys, issuer: ISSUER, app: APP, now: NOW }))?.map(({ jws }) => jws), [good]);
  });

  it('that are another’s, of another kind, or signed by nobody, spoil the answer that they are in', async () => {
    const { privateKey, keys } = await made();
    const stranger = await made();
    const good = await sign(privateKey);
    const list = [
      await sign(stranger.privateKey), await sign(privateKey, { iss: 'https://else.test/oidc' }), await sign(privateKey, { aud: 'https://else.test' }), await sign(privateKey, { typ: 'JWT' }),
      await sign(stranger.privateKey, { exp: S - 1 }), await sign(privateKey, { aud: 'https://else.test', exp: S - 1 }), await sign(privateKey, { until: 'for ever' }), await sign(privateKey, { product: 7 }), await sign(privateKey, { product: 'x'.repeat(300) }),
      new UnsecuredJWT({ product: 'pro', until: NOW + 1000 }).setIssuer(ISSUER).setAudience(APP).setSubject('s').setExpirationTime(S + 10).encode(),
      good.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')), `${good}x`, 'a.b.c', '',
    ];
    for (const each of list) assert.isUndefined(await statementsOf({ entitlements: [good, each] }, { keys, issuer: ISSUER, app: APP, now: NOW }), each);
  });

  it('tell nothing where there are no keys to check them by', async () => {
    const { privateKey, keys } = await made();
    const good = await sign(privateKey);
    assert.lengthOf(await statementsOf({ entitlements: [good] }, { keys, issuer: ISSUER, app: APP, now: NOW }) ?? [], 1);
    for (const other of [undefined, null, 7, {}, { keys: 'k1' }, { keys: [7] }, { keys: [] }, { keys: [{ kty: 'EC' }] }]) {
      assert.isUndefined(await statementsOf({ entitlements: [good] }, { keys: other as never, issuer: ISSUER, app: APP, now: NOW }), JSON.stringify(other));
    }
    assert.isUndefined(await statementsOf({ entitlements: [] }, { keys: {} as never, issuer: ISSUER, app: APP, now: NOW }));
  });

  it('that are no list of them are no answer', async () => {
    const { keys } = await made();
    for (const answer of [undefined, null, 7, {}, { entitlements: 'a.b.c' }, { entitlements: [7] }, { entitlements: Array.from({ length: 300 }, () => 'a.b.c') }]) {
      assert.isUndefined(await statementsOf(answer, { keys, issuer: ISSUER, app: APP, now: NOW }), JSON.stringify(answer));
    }
  });
});
