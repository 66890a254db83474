// The last look at what leaves: a token at any depth, by its key or its looks, takes the whole answer with it; what people wrote does not.
import { assert } from 'chai';
import fc from 'fast-check';
import type { AppCall } from '../../../src/workers/contract/app-protocol.ts';
import { type AppHandlers, serveAppPort } from '../../../src/workers/grants/app-port.ts';
import { holdsToken, LEFT_ALONE, SCAN } from '../../../src/workers/grants/token-scanner.ts';
import { type AppWorld, createAppWorld, eventually, only, settled } from './app-world.ts';

const base64url = (value: object) => btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const HEADER = base64url({ alg: 'ES256', typ: 'at+jwt', kid: 'k' });
const JWS = `${HEADER}.${base64url({ sub: 'ada' })}.${'s'.repeat(86)}`;

const TEXTS: Record<string, string> = {
  'a JWS': JWS, 'one in a sentence': `the token is "${JWS}", keep it`, 'one in an address': `https://app.test/?x=1#t=${JWS}&y=2`, 'one without a signature': `${base64url({ alg: 'none' })}.${base64url({ a: 1 })}.`,
  'one behind another word': `v1-${JWS}`, 'one whose header holds a key': `${base64url({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', x: 'x', y: 'y' } })}.${base64url({ htm: 'GET' })}.sig`, 'one of detached content': `${HEADER}..sig`,
  'a JWE': `${base64url({ alg: 'dir', enc: 'A256GCM' })}..aXY.Y2lwaGVy.dGFn`, 'a Bearer header': `Bearer ${'x'.repeat(24)}`, 'a DPoP header': `Authorization: DPoP ${'0aF_-~+/'.repeat(4)}==`, 'one in small letters': `bearer\t${'y9'.repeat(20)}`,
  'a token response': '{"access_token":"opaque","expires_in":3600}', 'one with blanks': '{ "refresh_token" : "opaque" }', 'a form': 'grant_type=refresh_token&refresh_token=opaque', 'a verifier': 'code_verifier=abc',
  'a private JWK': '{"kty":"EC","crv":"P-256","x":"x","y":"y","d":"d"}', 'a secret JWK': '{"k":"k","kty":"oct"}', 'a key as PEM': '-----BEGIN EC PRIVATE KEY-----\nMHcCAQ', 'more than is looked into': 'a'.repeat(SCAN.chars + 1),
};

const OBJECTS: Record<string, unknown> = {
  'a private JWK': { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }, 'a secret JWK': { kty: 'oct', k: 'k' }, 'an RSA one': { kty: 'RSA', n: 'n', e: 'AQAB', p: 'p' },
  'a map': new Map([['a', 1]]), 'an error': new Error('x'), 'a function': () => 1, 'a thing of a class': new (class { readonly a = 1; })(), 'a token as a name': { [JWS]: 1 },
};

const NAMES = ['access_token', 'accessToken', 'Access-Token', 'refresh_token', 'idToken', 'code_verifier', 'codeVerifier', 'client_secret', 'password', 'newPassword', 'passphrase', 'privateKey', 'private_keys', 'mek', 'token', 'secret', 'phrase',
  'recoveryPhrase', 'pin', 'prf', 'Authorization', 'DPoP', 'device_code', 'oauth.access_token'];

/** Nothing here is a secret, though some of it sounds like it. */
const HARMLESS: readonly unknown[] = [
  '', 'a.b.c', 'x.y.z', 'report.final.pdf', 'e.g. this', 'eyJ.eyJ.eyJ', `${base64url({ a: 1 })}.x.y`, `${HEADER}.only-two`, 'Bearer of news', 'a bearer', 'dpop', 'password', 'access_token', 'my token', '0123456789abcdef'.repeat(4),
  { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }, { d: 1, p: 2, k: 3 }, { tokens_of_love: 1 }, { pinned: true, tokenType: 'x', spinner: 1, phrases_known: 1 }, { name: 'secret', kind: 'password' }, '{"kty":"EC","x":"x","y":"y"}', '{"d":1}', '-----BEGIN PUBLIC KEY-----',
  null, undefined, 0, Number.NaN, true, 5n, new Uint8Array(4), new ArrayBuffer(2), new Blob([JWS]), new TextEncoder().encode(JWS), [], {}, Object.create(null),
];

/** An answer in which each leaf is one of these. */
const answers = (leaf: fc.Arbitrary<unknown>) => fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof({ maxDepth: 6, depthSize: 'small' }, leaf, fc.array(tie('node'), { maxLength: 4 }), fc.dictionary(fc.constantFrom('name', 'size', 'entries', 'a', 'b', 'until', 'x5t'), tie('node'), { maxKeys: 4 })),
})).node;
const harmless = answers(fc.oneof(fc.constantFrom(...HARMLESS), fc.string({ maxLength: 20 }), fc.integer(), fc.uint8Array({ maxLength: 8 })));

/** The same, with something put in behind a random way down. */
const hiding = (hidden: fc.Arbitrary<unknown>) => fc.tuple(hidden, fc.array(fc.tuple(harmless, fc.constantFrom('list', 'first', 'value', 'target')), { maxLength: SCAN.depth - 2 })).map(([what, way]) =>
  way.reduce<unknown>((inner, [beside, step]) => (step === 'list' ? [beside, inner] : { beside, [step]: inner }), what));

describe('what leaves', () => {
  it('is let go where it holds nothing', () => {
    for (const each of HARMLESS) assert.isFalse(holdsToken(each), typeof each === 'string' ? each : JSON.stringify(each, (_, value: unknown) => (typeof value === 'bigint' ? '' : value)));
    fc.assert(fc.property(harmless, (answer) => !holdsToken(answer)), { numRuns: 500 });
  });

  it('is withheld where a token hides in it, at whatever depth', () => {
    fc.assert(fc.property(hiding(fc.constantFrom<unknown>(...Object.values(TEXTS), ...Object.values(OBJECTS))), (answer) => holdsToken(answer)), { numRuns: 1000 });
  });

  it('is withheld where a key is named like a secret, at whatever depth', () => {
    fc.assert(fc.property(hiding(fc.tuple(fc.constantFrom(...NAMES), harmless).map(([name, value]) => ({ [name]: value }))), (answer) => holdsToken(answer)), { numRuns: 500 });
  });

  for (const [name, text] of Object.entries(TEXTS)) it(`may not be ${name}`, () => assert.isTrue(holdsToken({ at: text })));
  for (const [name, object] of Object.entries(OBJECTS)) it(`may not hold ${name}`, () => assert.isTrue(holdsToken([object])));
  for (const name of NAMES) it(`may not have a field “${name}”`, () => assert.isTrue(holdsToken({ [name]: 1 })));

  it('is withheld where it cannot be looked through: too deep, in circles, too much', () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    assert.isFalse(holdsToken(deep(SCAN.depth)));
    assert.isTrue(holdsToken(deep(SCAN.depth + 1)));
    const circle: Record<string, unknown> = {};
    circle['a'] = [circle];
    assert.isTrue(holdsToken(circle));
    const leaves = Array.from({ length: 1000 }, () => 1);
    assert.isTrue(holdsToken(Array.from({ length: SCAN.nodes / 1000 }, () => leaves)));
  });

  it('is looked at to its end, however it is made: one that took its square would run into the time of the test', () => {
    for (const piece of ['eyJ', 'eyJ.', 'e.', '-----BEGIN ', 'bearer ', 'dpop\t\t', '"kty" "d" ', 'access_token', '..', ' \t']) {
      const text = piece.repeat(SCAN.chars / piece.length);
      assert.isFalse(holdsToken(text.slice(0, SCAN.chars)), piece);
    }
  });
});

describe('what is left alone', () => {
  const FIELDS: readonly [AppCall, (text: string) => unknown][] = [
    ['hello', (name) => ({ v: 1, name })], ['profile', (name) => ({ name })], ['request', (resource) => [{ binding: 'b', resource, scopes: [], expiresAt: 1 }]], ['request', (name) => [{ binding: 'b', scopes: [], target: { kind: 'folder', name } }]],
    ['list', (name) => [{ kind: 'folder', name: 'a' }, { kind: 'folder', name }]], ['list', (mediaType) => [{ kind: 'file', name: 'a', mediaType }]], ['stat', (name) => ({ kind: 'file', name, size: 1 })], ['stat', (mediaType) => ({ kind: 'file', mediaType })],
    ['vaultList', (key) => ['a', key]], ['keys', (purpose) => [{ key: 'k', purpose }]], ['keyCreate', (purpose) => ({ key: 'k', purpose })], ['keyRotate', (purpose) => ({ key: 'k', purpose })], ['keyRevoke', (purpose) => ({ key: 'k', purpose })],
    ['write', (name) => ({ kind: 'file', name })], ['write', (mediaType) => ({ kind: 'file', mediaType })], ['datasetKeys', (key) => ['a', key]], ['datasetConflicts', (key) => ['a', key]], ['entitlements', (statement) => [{ product: 'pro', until: 1, statement }]],
    ['accept', (resource) => ({ binding: 'b', resource, scopes: [], expiresAt: 1 })], ['accept', (name) => ({ binding: 'b', scopes: [], target: { kind: 'folder', name } })], ['token', (token) => ({ token, expiresAt: 1, subject: 's' })],
  ];

  for (const [call, make] of FIELDS) {
    it(`is what people and apps wrote: ${call} ${JSON.stringify(make('…'))}`, () => {
      for (const [name, text] of Object.entries(TEXTS)) assert.isFalse(holdsToken(make(text), LEFT_ALONE[call]), name);
      assert.isTrue(holdsToken(make(JWS)), 'of another call it is withheld');
      assert.isTrue(holdsToken([make('a'), { beside: JWS }], LEFT_ALONE[call]), 'and what is beside it');
      assert.isTrue(holdsToken({ inner: make(JWS) }, LEFT_ALONE[call]), 'and the same elsewhere');
    });
  }

  it('is all of the table, and nothing else', () => {
    assert.sameMembers(Object.keys(LEFT_ALONE), [...new Set(FIELDS.map(([call]) => call))]);
    assert.lengthOf(Object.values(LEFT_ALONE).flat(), FIELDS.length);
  });

  it('is text: what stands in its place is looked at, and a name like a secret counts where its field is not named', () => {
    assert.isTrue(holdsToken({ name: { access_token: 'x' } }, ['name']));
    assert.isTrue(holdsToken({ name: { inner: JWS } }, ['name']));
    assert.isFalse(holdsToken({ token: JWS, until: 1 }, ['token']));
    assert.isTrue(holdsToken({ token: JWS, refresh_token: 'x' }, ['token']));
    assert.isTrue(holdsToken({ a: { token: JWS } }, ['token']));
    assert.isTrue(holdsToken({ token: { kty: 'oct', k: 'k' } }, ['token']));
  });
});

describe('an app’s port', () => {
  let channel: MessageChannel | undefined;
  afterEach(() => channel?.port1.close());

  it('gives the code and nothing of the answer, tells of it, and goes on', async () => {
    const { port1, port2 } = channel = new MessageChannel();
    const told: AppCall[] = [];
    const answer = { backups: [{ created: 1, bytes: 2 }, { created: 1, bytes: 2, downloaded: JWS }] as unknown, stat: { kind: 'folder', name: JWS } };
    const handlers = { backups: () => Promise.resolve({ ok: true, value: answer.backups }), stat: () => Promise.resolve({ ok: true, value: answer.stat }) } as unknown as AppHandlers;
    serveAppPort(port2, { handlers, withheld: (call) => told.push(call), expected: () => undefined, incident: () => assert.fail(), closed: () => undefined });
    const heard: unknown[] = [];
    port1.onmessage = ({ data }: MessageEvent<unknown>) => heard.push(data);
    port1.postMessage({ id: 1, call: 'backups', args: { binding: 'b' } });
    port1.postMessage({ id: 2, call: 'stat', args: { binding: 'b', path: '' } });
    await eventually(() => heard.length === 2);
    assert.deepEqual(heard, [{ id: 1, ok: false, error: { code: 'grants.withheld' } }, { id: 2, ok: true, value: answer.stat }]);
    assert.deepEqual(told, ['backups']);
    answer.backups = [];
    port1.postMessage({ id: 3, call: 'backups', args: { binding: 'b' } });
    await eventually(() => heard.length === 3);
    assert.deepEqual(heard[2], { id: 3, ok: true, value: [] });
  });

  describe('in a home', () => {
    let world: AppWorld;
    beforeEach(async () => {
      world = await createAppWorld();
      world.person = ({ items }) => items.map(() => ({ mode: 'session' }));
    });
    afterEach(() => world.close());
    const granted = async (ask: object) => {
      const { appId } = await world.install();
      const app = await world.open(appId);
      return { app, appId, binding: only(await app.get<{ binding: string }[]>('request', { asks: [ask] })).binding };
    };

    it('notes what was withheld, once, for the person to see, and tells of a mistake of ours', async () => {
      world.snapshots.push({ ...world.snapshots[0]!, bytes: JWS as unknown as number });
      const { app, appId, binding } = await granted({ scope: 'read:backups' });
      for (let time = 0; time < 2; time += 1) assert.equal(await app.code('backups', { binding }), 'grants.withheld');
      await settled();
      assert.deepEqual(world.notes.filter(({ result }) => result === 'grants.withheld'), [{ what: 'app.refused', actor: 'nexus', result: 'grants.withheld', about: appId }]);
      assert.lengthOf(world.incidents, 2);
      assert.notInclude(world.incidents.map(String).join(), JWS);
      const log = await world.grants.calls.readAccessLog({ appId });
      assert.include(log.ok ? log.value[0] : {}, { call: 'backups', result: 'grants.withheld' });
    });

    it('lists a file that is named like a token', async () => {
      const { app, binding } = await granted({ scope: 'write:dataset', resource: 'dataset:self' });
      await app.get('datasetPut', { binding, key: JWS, value: new Uint8Array([1]) });
      const [files] = await app.get<{ binding: string }[]>('request', { asks: [{ scope: 'read:files', resource: 'home:/Notes/*' }, { scope: 'write:files', resource: 'home:/Notes/*' }] });
      for (const name of [`${HEADER}.a.b`, 'access_token=1']) await app.get('write', { binding: files!.binding, path: name, content: { bytes: new Uint8Array([1]), mediaType: `x/${HEADER}.a.b` } });
      assert.deepEqual((await app.get<{ name: string }[]>('list', { binding: files!.binding, path: '' })).map(({ name }) => name), ['access_token=1', `${HEADER}.a.b`]);
      const [reading] = await app.get<{ binding: string }[]>('request', { asks: [{ scope: 'read:dataset', resource: 'dataset:self' }] });
      assert.deepEqual(await app.get('datasetKeys', { binding: reading!.binding }), [JWS]);
      assert.deepEqual(world.incidents, []);
    });
  });
});
