// What an app keeps as keys and secrets, over its own port: within its scopes, within its bounds, out of every other app's reach, gone
// with the app; and what its person is told of it.
import { assert } from 'chai';
import { systemRandom } from '../../../src/crypto/random.ts';
import { type Access, APP_LIMITS, type AppCall, type AppKey, type Ask } from '../../../src/workers/contract/app-protocol.ts';
import type { AppId } from '../../../src/workers/contract/ids.ts';
import { GRANTS } from '../../../src/workers/contract/limits.ts';
import { createKeepingHandlers } from '../../../src/workers/grants/app-keeping.ts';
import { createAppVault } from '../../../src/workers/grants/app-vault.ts';
import type { Binding } from '../../../src/workers/grants/bindings.ts';
import { codeOf, command, value } from '../home/test-home.ts';
import { APP_URL, type AppWorld, createAppWorld, eventually, FOR_LONG, manifest, NOTES, only, type TestApp } from './app-world.ts';

const OWN: readonly Ask[] = [{ scope: 'read:dataset', resource: 'dataset:self' }, { scope: 'write:dataset', resource: 'dataset:self' }];
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const words = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
const NONE = new Uint8Array(0);
const KEY = '0'.repeat(32);

/** Every call on keys and vault, with arguments in shape. */
const CALLS: readonly (readonly [AppCall, object])[] = [
  ['keys', {}], ['keyUnseal', { sealed: NONE, aad: NONE }], ['vaultList', {}], ['vaultGet', { key: 'a' }],
  ['keyCreate', { purpose: 'a', use: 'seal' }], ['keyRotate', { key: KEY }], ['keyRevoke', { key: KEY }], ['keySign', { key: KEY, data: NONE }], ['keySeal', { key: KEY, data: NONE, aad: NONE }],
  ['vaultPut', { key: 'a', value: NONE }], ['vaultDelete', { key: 'a' }],
];
const READING = 4;

describe('what an app keeps', () => {
  let world: AppWorld;
  let appId: AppId;
  let app: TestApp;
  let binding: string;
  const { keys: mostKeys, vaultEntries } = APP_LIMITS;
  const bind = async (to: TestApp, asks = OWN): Promise<string> => only(await to.get<Access[]>('request', { asks })).binding;
  const db = () => world.home.deps.db;
  const rows = () => db().read(['datasets'], (tx) => tx.list('datasets'));

  beforeEach(async () => {
    world = await createAppWorld();
    world.person = ({ items }) => items.map(() => FOR_LONG);
    ({ appId } = await world.install());
    app = await world.open(appId);
    binding = await bind(app);
  });
  afterEach(() => {
    assert.deepEqual(world.incidents, []);
    world.close();
  });

  it('are keys that sign, seal and open; what it does with them is noted', async () => {
    const signing = await app.get<AppKey>('keyCreate', { binding, purpose: 'To sign', use: 'sign' });
    const { signature } = await app.get<{ signature: Uint8Array<ArrayBuffer> }>('keySign', { binding, key: signing.key, data: utf8('data') });
    const publicKey = await crypto.subtle.importKey('raw', signing.publicKeys[0]!, 'Ed25519', false, ['verify']);
    assert.isTrue(await crypto.subtle.verify('Ed25519', publicKey, signature, utf8('data')));
    const { key } = await app.get<AppKey>('keyCreate', { binding, purpose: 'To seal', use: 'seal' });
    const sealed = await app.get<Uint8Array>('keySeal', { binding, key, data: utf8('data'), aad: utf8('row') });
    assert.equal((await app.get<AppKey>('keyRotate', { binding, key })).version, 2);
    assert.deepEqual(await app.get('keyUnseal', { binding, sealed, aad: utf8('row') }), utf8('data'));
    assert.equal(await app.code('keyUnseal', { binding, sealed, aad: utf8('other') }), 'integrity.tampered');
    await app.get('keyRevoke', { binding, key });
    assert.equal(await app.code('keyUnseal', { binding, sealed, aad: utf8('row') }), 'keystore.key_revoked');
    assert.deepEqual((await app.get<AppKey[]>('keys', { binding })).map(({ state, version }) => [state, version]), [['active', 1], ['revoked', 2]]);
    const noted = world.notes.filter(({ what }) => what.startsWith('app.key')).map(({ what, actor, about }) => [what, actor, about]);
    const about = (of: string) => `${appId} ${of.slice(0, 16)}`;
    assert.deepEqual(noted, [['app.key_created', 'app', about(signing.key)], ['app.key_created', 'app', about(key)], ['app.key_rotated', 'app', about(key)], ['app.key_revoked', 'app', about(key)]]);
    const log = value(await world.grants.calls.readAccessLog({ appId }));
    assert.deepInclude(log, { ...log.find(({ call }) => call === 'keySign')!, bytes: 4, result: 'ok' });
  });

  it('are secrets, sealed under names that nothing tells, which outlive a lock', async () => {
    await app.get('vaultPut', { binding, key: 'token', value: utf8('canary-1') });
    await app.get('vaultPut', { binding, key: 'gone', value: utf8('canary-2') });
    await app.get('vaultDelete', { binding, key: 'gone' });
    for (const row of await rows()) assert.notMatch(`${row.key} ${words(row.bytes)}`, /token|canary/);
    await world.reopen();
    app = await world.open(appId);
    binding = await bind(app);
    assert.deepEqual(await app.get('vaultList', { binding }), ['token']);
    assert.deepEqual(await app.get('vaultGet', { binding, key: 'token' }), utf8('canary-1'));
    assert.isNull(await app.get('vaultGet', { binding, key: 'gone' }));
    await app.get('vaultPut', { binding, key: 'token', value: utf8('canary-3') });
    assert.deepEqual(await app.get('vaultGet', { binding, key: 'token' }), utf8('canary-3'));
  });

  it('may be called what it is: a name that sounds like a token keeps no list back', async () => {
    await app.get('vaultPut', { binding, key: 'refresh_token:mail', value: utf8('canary') });
    assert.deepEqual(await app.get('vaultList', { binding }), ['refresh_token:mail']);
    const { purpose } = await app.get<AppKey>('keyCreate', { binding, purpose: 'access_token: mail', use: 'seal' });
    assert.deepEqual((await app.get<AppKey[]>('keys', { binding })).map((each) => each.purpose), [purpose]);
  });

  it('is reached with the scopes for it alone', async () => {
    const [reading, writing, elsewhere] = [await world.open(appId), await world.open(appId), await world.open(appId)];
    const [read, write, files] = [await bind(reading, [OWN[0]!]), await bind(writing, [OWN[1]!]), await bind(elsewhere, NOTES)];
    for (const [index, [call, args]] of CALLS.entries()) {
      assert.equal(await elsewhere.code(call, { binding: files, ...args }), 'grants.not_granted', `${call} with files`);
      const [may, mayNot] = index < READING ? [[reading, read], [writing, write]] as const : [[writing, write], [reading, read]] as const;
      assert.equal(await mayNot[0].code(call, { binding: mayNot[1], ...args }), 'grants.not_granted', call);
      assert.notEqual(await may[0].code(call, { binding: may[1], ...args }), 'grants.not_granted', call);
    }
    assert.equal(await elsewhere.code('vaultList', { binding }), 'grants.replayed');
  });

  it('is not reached by a binding on anything else, whatever scopes that has', async () => {
    const own = { appId, resource: 'dataset:self' } as Binding;
    const handlersFor = (binding: Binding) => createKeepingHandlers({ note: () => assert.fail('nothing was done') }, { shelf: { get: () => assert.fail('nobody is looked up') } } as never, { running: { appId }, using: (_asked, work) => work(binding) });
    for (const resource of ['dataset:account', 'home:/Notes/*', undefined]) {
      const handlers = handlersFor({ ...own, resource });
      for (const [call, args] of CALLS) assert.equal(codeOf(await (handlers as unknown as Record<string, (given: object) => Promise<never>>)[call]!({ binding, ...args })), 'grants.not_granted', `${call} ${resource}`);
    }
  });

  it('is no other app’s: not its names, not its keys, not even with the row in the place of the own', async () => {
    const page = await world.connect('https://else.test');
    const theirs = await bind(page);
    const { key } = await app.get<AppKey>('keyCreate', { binding, purpose: 'To seal', use: 'seal' });
    const sealed = await app.get('keySeal', { binding, key, data: utf8('data'), aad: NONE });
    await app.get('vaultPut', { binding, key: 'token', value: utf8('mine') });
    assert.deepEqual([await page.get('vaultList', { binding: theirs }), await page.get('keys', { binding: theirs }), await page.get('vaultGet', { binding: theirs, key: 'token' })], [[], [], null]);
    assert.equal(await page.code('keySeal', { binding: theirs, key, data: NONE, aad: NONE }), 'keystore.key_unknown');
    assert.equal(await page.code('keyUnseal', { binding: theirs, sealed, aad: NONE }), 'integrity.tampered');
    const mine = only(await rows());
    await page.get('vaultPut', { binding: theirs, key: 'token', value: utf8('theirs') });
    const row = (await rows()).find((each) => each.key !== mine.key)!;
    await db().write(['datasets'], (tx) => tx.put('datasets', { ...row, bytes: mine.bytes }));
    assert.equal(await page.code('vaultGet', { binding: theirs, key: 'token' }), 'integrity.tampered');
    const other = world.home.deps.db.read(['apps'], (tx) => tx.list('apps'));
    const [ours, kept] = [(await other).find((each) => each.key === `${appId}/keys`)!, (await other).find((each) => each.key.endsWith('/app') && !each.key.startsWith(appId))!];
    await db().write(['apps'], (tx) => tx.put('apps', { ...ours, key: kept.key.replace('/app', '/keys') }));
    assert.equal(await page.code('keys', { binding: theirs }), 'integrity.tampered');
  });

  it('is told apart: no value of the dataset passes for a secret of that name, nor the other way', async () => {
    await app.get('datasetPut', { binding, key: 'token', value: utf8('value') });
    const data = only(await rows());
    await app.get('vaultPut', { binding, key: 'token', value: utf8('secret') });
    const vault = (await rows()).find((each) => each.key !== data.key)!;
    await db().write(['datasets'], async (tx) => {
      await tx.put('datasets', { ...data, bytes: vault.bytes });
      await tx.put('datasets', { ...vault, bytes: data.bytes });
    });
    for (const call of ['datasetGet', 'vaultGet'] as const) assert.equal(await app.code(call, { binding, key: 'token' }), 'integrity.tampered', call);
    // Under the very tag of the other, as somebody would write it who knows how rows are named.
    const [dataTag, vaultTag] = [data.key.split('/')[1]!, vault.key.split('/')[1]!];
    await db().write(['datasets'], async (tx) => {
      await tx.put('datasets', { key: `${appId}:vault/${dataTag}`, bytes: data.bytes });
      await tx.put('datasets', { key: `${appId}/${vaultTag}`, bytes: vault.bytes });
      await tx.remove('datasets', data.key);
      await tx.remove('datasets', vault.key);
    });
    for (const call of ['datasetGet', 'vaultGet'] as const) assert.isNull(await app.get(call, { binding, key: 'token' }), call);
    assert.deepEqual([await app.get('datasetKeys', { binding }), await app.get('vaultList', { binding })], [[], []]);
  });

  it('is not shown where a row was changed', async () => {
    await app.get('vaultPut', { binding, key: 'token', value: utf8('secret') });
    const { key, bytes } = only(await rows());
    for (const hurt of [bytes.map((byte, at) => (at === bytes.length - 20 ? byte ^ 1 : byte)), bytes.slice(0, -1), NONE]) {
      await db().write(['datasets'], (tx) => tx.put('datasets', { key, bytes: hurt }));
      assert.equal(await app.code('vaultGet', { binding, key: 'token' }), 'integrity.tampered');
      assert.deepEqual(await app.get('vaultList', { binding }), []);
    }
  });

  it('is bounded: entries, names, values, keys, what is sealed, and changes of keys in an hour', async () => {
    for (let index = 0; index < vaultEntries - 10; index += 1) await app.get('vaultPut', { binding, key: `k${index}`, value: NONE });
    const many = await Promise.all(Array.from({ length: 30 }, (_each, index) => app.code('vaultPut', { binding, key: `many${index}`, value: NONE })));
    assert.lengthOf(many.filter((code) => code === 'ok'), 10, 'for many at once, too');
    assert.equal(many.at(-1), 'grants.limit');
    assert.equal(await app.code('vaultPut', { binding, key: 'k0', value: utf8('again') }), 'ok', 'one that is there may change');
    for (const [call, args] of [
      ['vaultPut', { key: 'a'.repeat(APP_LIMITS.vaultKeyBytes + 1), value: NONE }], ['vaultPut', { key: 'ä'.repeat(APP_LIMITS.vaultKeyBytes / 2 + 1), value: NONE }], ['vaultPut', { key: '', value: NONE }],
      ['vaultPut', { key: 'a', value: new Uint8Array(APP_LIMITS.vaultValueBytes + 1) }], ['keyCreate', { purpose: 'a'.repeat(APP_LIMITS.purposeChars + 1), use: 'seal' }], ['keyCreate', { purpose: '', use: 'seal' }],
      ['keyCreate', { purpose: 'a', use: 'decrypt' }], ['keySign', { key: KEY, data: new Uint8Array(APP_LIMITS.keyDataBytes + 1) }], ['keySign', { key: `${KEY}0`, data: NONE }],
      ['keySeal', { key: KEY, data: NONE, aad: new Uint8Array(APP_LIMITS.aadBytes + 1) }], ['keyUnseal', { sealed: new Uint8Array(APP_LIMITS.keyDataBytes + APP_LIMITS.sealBytes + 1), aad: NONE }],
    ] as const) assert.equal(await app.code(call, { binding, ...args }), 'door.bad_argument', call);
    const { key } = await app.get<AppKey>('keyCreate', { binding, purpose: 'a'.repeat(APP_LIMITS.purposeChars), use: 'seal' });
    const [data, aad] = [new Uint8Array(APP_LIMITS.keyDataBytes).fill(7), new Uint8Array(APP_LIMITS.aadBytes).fill(8)];
    const sealed = await app.get<Uint8Array>('keySeal', { binding, key, data, aad });
    assert.lengthOf(sealed, data.length + APP_LIMITS.sealBytes);
    assert.deepEqual(await app.get('keyUnseal', { binding, sealed, aad }), data);
    for (let count = 1; count < mostKeys; count += 1) await app.get('keyCreate', { binding, purpose: 'a', use: 'seal' });
    assert.equal(await app.code('keyCreate', { binding, purpose: 'a', use: 'seal' }), 'grants.limit');
    for (let count = mostKeys + 1; count < GRANTS.keyChanges.most; count += 1) await app.call('keyRotate', { binding, key });
    const busy = await app.call('keyRotate', { binding, key });
    assert.deepEqual(busy.error as object, { code: 'grants.busy', retryAfterMs: GRANTS.keyChanges.withinMs });
    world.clock.pass(GRANTS.keyChanges.withinMs);
    binding = await bind(app);
    assert.equal(await app.code('keyRotate', { binding, key }), 'ok');
  });

  it('is not to be had from a locked home, nor after the permission was withdrawn', async () => {
    await app.get('vaultPut', { binding, key: 'token', value: utf8('secret') });
    value(await world.grants.calls.revokeAccess({ ...command(), appId }));
    for (const [call, args] of CALLS) assert.equal(await app.code(call, { binding, ...args }), 'grants.revoked', call);
    await world.grants.closing();
    await eventually(() => app.events.some(({ event }) => event === 'closed'));
    assert.equal(codeOf(await world.grants.calls.listKept({})), 'session.locked');
    assert.equal(codeOf(await world.grants.calls.emptyVault({ ...command(), appId })), 'session.locked');
  });

  it('goes with the app, whatever was under way', async () => {
    const { key } = await app.get<AppKey>('keyCreate', { binding, purpose: 'a', use: 'seal' });
    const sealed = await app.get('keySeal', { binding, key, data: utf8('data'), aad: NONE });
    await app.get('vaultPut', { binding, key: 'token', value: utf8('secret') });
    for (let index = 0; index < 8; index += 1) app.port.postMessage({ id: 1000 + index, call: 'vaultPut', args: { binding, key: `late${index}`, value: NONE } });
    for (let index = 0; index < 8; index += 1) app.port.postMessage({ id: 2000 + index, call: 'keyCreate', args: { binding, purpose: 'late', use: 'seal' } });
    const late = await createAppVault(world.home.mounted, systemRandom, { appId, source: APP_URL });
    value(await world.grants.calls.removeApp({ ...command(), appId }));
    assert.equal(codeOf(await late.put('later still', NONE)), 'apps.unknown');
    await world.reopen();
    assert.deepEqual([await db().read(['apps'], (tx) => tx.keys('apps')), await db().read(['datasets'], (tx) => tx.keys('datasets'))], [[], []]);
    await world.install();
    app = await world.open(appId);
    binding = await bind(app);
    assert.deepEqual([await app.get('keys', { binding }), await app.get('vaultList', { binding })], [[], []]);
    assert.deepEqual(await app.get('keyUnseal', { binding, sealed, aad: NONE }), utf8('data'), 'as docs/decisions/0013 says');
  });

  it('is counted for its person, who empties a vault and touches nothing else by it', async () => {
    const page = await world.connect('https://else.test');
    const theirs = await bind(page);
    await page.get('vaultPut', { binding: theirs, key: 'token', value: utf8('theirs') });
    for (const name of ['a', 'b']) await app.get('vaultPut', { binding, key: name, value: utf8('secret') });
    await app.get('datasetPut', { binding, key: 'a', value: utf8('value') });
    const { key } = await app.get<AppKey>('keyCreate', { binding, purpose: 'a', use: 'seal' });
    await app.get('keyCreate', { binding, purpose: 'b', use: 'sign' });
    await app.get('keyRevoke', { binding, key });
    const kept = value(await world.grants.calls.listKept({}));
    assert.sameDeepMembers(kept.map(({ name, secrets, keys }) => [name, secrets, keys]), [['Notes', 2, 1], ['Notes', 1, 0]]);
    assert.notMatch(JSON.stringify(kept), /token|secret-|theirs/);
    value(await world.grants.calls.emptyVault({ ...command(), appId }));
    assert.deepEqual(await app.get('vaultList', { binding }), []);
    assert.deepEqual([await app.get('datasetKeys', { binding }), (await app.get<AppKey[]>('keys', { binding })).length, await page.get('vaultList', { binding: theirs })], [['a'], 2, ['token']]);
    assert.equal(codeOf(await world.grants.calls.emptyVault({ ...command(), appId: 'f'.repeat(32) as AppId })), 'apps.unknown');
    await db().write(['apps'], (tx) => tx.put('apps', { key: `${appId}/keys`, bytes: NONE }));
    assert.notProperty(value(await world.grants.calls.listKept({})).find((card) => card.appId === appId)!, 'keys', 'not counted as none');
  });

  it('stays when another package takes its place, and its keys with it', async () => {
    const { key } = await app.get<AppKey>('keyCreate', { binding, purpose: 'a', use: 'seal' });
    const sealed = await app.get('keySeal', { binding, key, data: utf8('data'), aad: NONE });
    world.network.set('https://apps.test/notes/app.js', 'export const next = 2;');
    world.network.set('https://apps.test/notes/nexus-app.json', manifest({ name: 'Notes 2' }));
    await world.install();
    app = await world.open(appId);
    assert.deepEqual(await app.get('keyUnseal', { binding: await bind(app), sealed, aad: NONE }), utf8('data'));
  });
});
