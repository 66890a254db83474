// The service worker's courier: which homes it touches, with what, and when it is to be woken again.
import { assert } from 'chai';
import { createCourier, type CourierDeps } from '../../../src/workers/shell/courier.ts';
import { StorageError } from '../../../src/workers/store/database.ts';
import type { CourierHome } from '../../../src/workers/store/outbox/courier-home.ts';

const NOW = 1_800_000_000_000;
const EXTENT = 'e'.repeat(64);

interface Asked { readonly url: string; readonly method: string; readonly authorization: string | null; readonly proof: string | null }

async function courierOver(names: readonly string[], { answer = () => new Response('{"missing":[]}', { headers: { 'content-type': 'application/json' } }), expiresIn = 1000, openedBy = [], clock = () => NOW }: {
  readonly answer?: (url: string) => Response; readonly expiresIn?: number; readonly openedBy?: readonly string[]; readonly clock?: () => number;
} = {}) {
  const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']) as CryptoKeyPair;
  const asked: Asked[] = [];
  const closed: string[] = [];
  const homeOf = (name: string): CourierHome => ({
    pass: async (now) => (name === 'broken' ? Promise.reject(new StorageError('failed')) : now < NOW + expiresIn ? { api: `https://${name}.test/v1`, token: `token-${name}`, expiresAt: NOW + expiresIn, key } : undefined),
    outbox: {
      extents: (_, after) => Promise.resolve(after === undefined ? [{ number: '000000000001', id: EXTENT }] : []),
      extent: () => Promise.resolve(new Uint8Array(8)), nodes: () => Promise.resolve([]), sent: () => Promise.resolve(), extentsCarried: () => Promise.resolve(), waits: () => Promise.resolve(false), life: () => Promise.resolve(undefined),
    },
    close: () => void closed.push(name),
  });
  const deps: CourierDeps = {
    homes: () => Promise.resolve(names), open: (name) => Promise.resolve(name === 'other-release' ? undefined : homeOf(name)), clock, mayMoveBulk: () => true,
    async unlessOpen(name, work) {
      if (openedBy.includes(name)) return false;
      await work(() => Promise.resolve(false));
      return true;
    },
    fetch(url, init) {
      const headers = new Headers(init.headers);
      asked.push({ url, method: init.method ?? 'GET', authorization: headers.get('authorization'), proof: headers.get('dpop') });
      return Promise.resolve(answer(url));
    },
  };
  return { courier: createCourier(deps), asked, closed };
}

describe('the courier of the service worker', () => {
  it('asks each home\'s own server with that home\'s token and a proof of its key', async () => {
    const { courier, asked, closed } = await courierOver(['ada', 'bob']);
    assert.equal(await courier.carry(), 'done');
    assert.deepEqual(asked.map(({ url, authorization }) => [url, authorization]), [['https://ada.test/v1/extents/missing', 'DPoP token-ada'], ['https://bob.test/v1/extents/missing', 'DPoP token-bob']]);
    assert.isTrue(asked.every(({ proof }) => proof !== null && proof.split('.').length === 3));
    assert.deepEqual(closed, ['ada', 'bob']);
  });

  it('carries the others where one home fails, and asks to be woken again', async () => {
    const { courier, asked } = await courierOver(['broken', 'bob']);
    assert.equal(await courier.carry(), 'later');
    assert.deepEqual(asked.map(({ url }) => url), ['https://bob.test/v1/extents/missing']);
  });

  it('leaves alone a home that is open, one of another release, and one whose pass is over', async () => {
    const { courier, asked } = await courierOver(['ada', 'other-release'], { openedBy: ['ada'] });
    assert.equal(await courier.carry(), 'later', 'its window may be about to close');
    const late = await courierOver(['ada'], { expiresIn: 0 });
    assert.equal(await late.courier.carry(), 'done');
    assert.isEmpty([...asked, ...late.asked]);
  });

  it('asks to be woken again where no server answered, and not where one said no', async () => {
    const away = await courierOver(['ada', 'bob'], { answer: (url) => new Response('', { status: url.includes('ada') ? 503 : 401 }) });
    assert.equal(await away.courier.carry(), 'later');
    assert.lengthOf(away.asked, 2, 'one home does not hold up the next');
    const refused = await courierOver(['bob'], { answer: () => new Response('', { status: 401, headers: { 'www-authenticate': 'DPoP error="invalid_token"' } }) });
    assert.equal(await refused.courier.carry(), 'done');
    assert.deepEqual(refused.closed, ['bob']);
  });

  it('leaves a server alone until the time that it said, though it is woken before, and no other one', async () => {
    let now = NOW;
    const { courier, asked } = await courierOver(['ada', 'bob'], { clock: () => now, expiresIn: 100_000, answer: (url) => new Response('{"missing":[]}', url.includes('ada') ? { status: 429, headers: { 'retry-after': '60' } } : { headers: { 'content-type': 'application/json' } }) });
    const carried = async () => {
      assert.equal(await courier.carry(), 'later');
      return asked.splice(0).map(({ url }) => new URL(url).hostname);
    };
    assert.deepEqual(await carried(), ['ada.test', 'bob.test']);
    assert.deepEqual(await carried(), ['bob.test']);
    now += 60_000;
    assert.deepEqual(await carried(), ['ada.test', 'bob.test']);
  });

  it('runs once however many ask at the same time, and anew afterwards', async () => {
    const { courier, asked } = await courierOver(['ada']);
    await Promise.all([courier.carry(), courier.carry(), courier.carry()]);
    assert.lengthOf(asked, 1);
    await courier.carry();
    assert.lengthOf(asked, 2);
  });
});
