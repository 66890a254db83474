// What an app may try: to ask for too much, to ask without end, to speak out of turn, to be somebody else. Each is refused by the
// authority, whatever stands between.
import { assert } from 'chai';
import { type Access, APP_LIMITS } from '../../../src/workers/contract/app-protocol.ts';
import { GRANTS } from '../../../src/workers/contract/limits.ts';
import { parseManifest } from '../../../src/workers/grants/app-manifest.ts';
import { codeOf, command, value } from '../home/test-home.ts';
import { APP_URL, type AppWorld, createAppWorld, eventually, FOR_LONG, manifest, nextLeash, NOTES, ONCE_OPEN, only, settled, withNotes } from './app-world.ts';

const PROFILE = [{ scope: 'read:profile' }];

describe('an app that', () => {
  let world: AppWorld;
  beforeEach(async () => { world = await createAppWorld(); });
  afterEach(() => {
    assert.deepEqual(world.incidents, []);
    world.close();
  });
  const opened = async () => world.open((await world.install()).appId);

  it('asks for what is unknown, out of place or not declared is refused before anybody is asked', async () => {
    const app = await opened();
    for (const [ask, code] of [
      [{ scope: 'read:everything' }, 'grants.scope_unknown'], [{ scope: 'constructor' }, 'grants.scope_unknown'],
      [{ scope: 'read:files' }, 'grants.resource_invalid'], [{ scope: 'read:files', resource: 'home:/*' }, 'grants.resource_invalid'],
      [{ scope: 'read:files', resource: 'home:/**' }, 'grants.resource_invalid'], [{ scope: 'read:files', resource: '*' }, 'grants.resource_invalid'],
      [{ scope: 'read:files', resource: 'home:/../x/*' }, 'grants.resource_invalid'], [{ scope: 'read:dataset', resource: 'dataset:other' }, 'grants.resource_invalid'],
      [{ scope: 'read:profile', resource: 'home:/Notes/*' }, 'grants.resource_invalid'],
      [{ scope: 'read:files', resource: 'home:/Photos/*' }, 'grants.not_declared'], [{ scope: 'grant:delegate' }, 'grants.not_declared'],
    ] as const) assert.equal(await app.code('request', { asks: [ask] }), code, JSON.stringify(ask));
    assert.equal(await app.code('request', { asks: [...NOTES, { scope: 'grant:delegate' }] }), 'grants.not_declared', 'all or nothing');
    assert.deepEqual(world.asked, []);
    const codes = world.notes.filter(({ what }) => what === 'app.refused').map(({ result }) => result);
    assert.sameMembers(codes, ['grants.scope_unknown', 'grants.resource_invalid', 'grants.not_declared'], 'each once: it could push everything else out of the log');
  });

  it('asks again after a no is answered by that no, for a day where the person said so', async () => {
    world.person = () => 'never';
    const app = await opened();
    assert.equal(await app.code('request', { asks: PROFILE }), 'grants.denied');
    await world.reopen();
    const { appId } = only(value(await world.grants.calls.listApps({})));
    const next = await world.open(appId);
    assert.equal(await next.code('request', { asks: PROFILE }), 'grants.denied');
    assert.lengthOf(world.asked, 1);
    world.person = ({ items }) => items.map(() => ONCE_OPEN);
    value(await world.grants.calls.forgetDenials({ ...command(), appId }));
    assert.equal(await next.code('request', { asks: PROFILE }), 'ok');
    world.person = () => 'never';
    assert.equal(await next.code('request', { asks: NOTES }), 'grants.denied');
    world.clock.pass(GRANTS.deniedMs);
    await world.reopen();
    world.person = ({ items }) => items.map(() => ONCE_OPEN);
    assert.equal(await (await world.open(appId)).code('request', { asks: NOTES }), 'ok');
  });

  it('shows what another of its kind asked for, again and again, is noted once', async () => {
    world.person = ({ items }) => items.map(() => ONCE_OPEN);
    const { appId } = await world.install();
    const [app, other] = [await world.open(appId), await world.open(appId)];
    for (let count = 0; count < 20; count += 1) {
      const { binding } = only(await app.get<Access[]>('request', { asks: PROFILE }));
      assert.equal(await other.code('profile', { binding }), 'grants.replayed');
    }
    assert.lengthOf(world.notes.filter(({ what }) => what === 'app.replayed'), 1);
  });

  it('floods the person with questions gets one at a time, and after three refusals none', async () => {
    const app = await opened();
    const many = Array.from({ length: 20 }, () => app.code('request', { asks: PROFILE }));
    await eventually(() => world.asked.length > 0);
    await settled();
    assert.lengthOf(world.asked, 1);
    value(await world.grants.calls.denyPrompt({ ...command(), promptId: world.asked[0]!.promptId, remember: false }));
    const codes = await Promise.all(many);
    assert.sameMembers(codes, ['grants.denied', ...Array.from({ length: 19 }, () => 'grants.busy')]);
    world.person = () => 'no';
    assert.equal(await app.code('request', { asks: NOTES }), 'grants.denied');
    assert.equal(await app.code('request', { asks: [{ scope: 'read:backups' }] }), 'grants.denied');
    assert.lengthOf(world.asked, 3);
    assert.equal(await app.code('request', { asks: [{ scope: 'write:backups' }] }), 'grants.denied');
    assert.lengthOf(world.asked, 3, 'nobody was asked');
  });

  it('waits behind another’s question, and is asked about in its turn', async () => {
    const first = await opened();
    const second = await world.connect('https://else.test');
    const waiting = first.code('request', { asks: PROFILE });
    await eventually(() => world.asked.length > 0);
    const behind = second.code('request', { asks: PROFILE });
    await settled();
    assert.deepEqual(world.asked.map(({ instance }) => instance), [first.instance]);
    assert.isNull(value(await world.grants.calls.readPrompt({ instance: second.instance })));
    value(await world.grants.calls.denyPrompt({ ...command(), promptId: world.asked[0]!.promptId, remember: false }));
    assert.equal(await waiting, 'grants.denied');
    world.person = ({ items }) => items.map(() => ONCE_OPEN);
    await eventually(() => world.asked.length > 1);
    const prompt = value(await world.grants.calls.readPrompt({ instance: second.instance }))!;
    value(await world.grants.calls.allowPrompt({ ...command(), promptId: prompt.promptId, consents: [ONCE_OPEN] }));
    assert.equal(await behind, 'ok');
  });

  it('is not answered gets nothing once its question is over', async () => {
    const app = await opened();
    const asked = app.code('request', { asks: PROFILE });
    await eventually(() => world.asked.length > 0);
    world.clock.pass(GRANTS.promptMs);
    assert.equal(await asked, 'grants.denied');
    assert.equal(codeOf(await world.grants.calls.allowPrompt({ ...command(), promptId: world.asked[0]!.promptId, consents: [ONCE_OPEN] })), 'grants.prompt_over');
  });

  it('sends what is no request is cut off; one with arguments out of shape is told so', async () => {
    for (const junk of [undefined, null, 7, 'hello', [], {}, { id: 1 }, { id: 1, call: 'list' }, { id: 1, call: 'constructor', args: {} }, { id: '1', call: 'hello', args: {} }, { id: 1, call: 'hello', args: {}, more: 1 }]) {
      const app = await opened();
      app.port.postMessage(junk);
      await eventually(() => app.events.length > 0);
      assert.deepEqual(app.events, [{ event: 'closed' }], JSON.stringify(junk));
    }
    const { app, binding } = await withNotes(world);
    for (const [call, args] of [
      ['hello', { v: 2 }], ['request', { asks: [] }], ['request', { asks: 'all' }], ['request', { asks: Array.from({ length: 33 }, () => PROFILE[0]) }],
      ['list', { binding }], ['list', { binding, path: 'x'.repeat(5000) }], ['list', { binding, path: '\ud800' }], ['read', { binding, path: 'a', from: -1, length: 1 }],
      ['read', { binding, path: 'a', from: 0, length: APP_LIMITS.readBytes + 1 }], ['read', { binding, path: 'a', from: 0.5, length: 1 }],
      ['write', { binding, path: 'a', content: new Uint8Array(8) }], ['write', { binding, path: 'a', content: { bytes: new Uint8Array(APP_LIMITS.readBytes + 1), mediaType: '' } }], ['write', { binding, path: 'a', content: 'text' }],
      ['datasetPut', { binding, key: '', value: new Uint8Array(1) }], ['datasetPut', { binding, key: 'k', value: new Uint8Array(APP_LIMITS.datasetValueBytes + 1) }],
      ['list', { binding, path: '', as: 'root' }],
    ] as const) assert.equal(await app.code(call, args), 'door.bad_argument', `${call} ${JSON.stringify(args).slice(0, 60)}`);
    assert.equal(await app.code('list', { binding, path: '' }), 'ok');
  });

  it('posts far more than a message may hold is cut off, and the authority goes on', async () => {
    const app = await opened();
    app.port.postMessage({ gigabyte: new ArrayBuffer(256 * 1024 * 1024) });
    await eventually(() => app.events.length > 0);
    assert.deepEqual(app.events, [{ event: 'closed' }]);
    assert.lengthOf(value(await world.grants.calls.listApps({})), 1);
  });

  it('asks more at once than is answered is told to wait', async () => {
    const { app, binding } = await withNotes(world);
    // One after the other below one folder, so that they pile up in every engine.
    const codes = await Promise.all(Array.from({ length: 100 }, () => app.code('write', { binding, path: 'a.md', content: { bytes: new Uint8Array(1), mediaType: '' } })));
    assert.includeMembers(codes, ['ok', 'grants.busy']);
    assert.equal(await app.code('list', { binding, path: '' }), 'ok');
  });

  it('fills its dataset is stopped at its bounds', async () => {
    world.person = ({ items }) => items.map(() => ONCE_OPEN);
    const app = await opened();
    const { binding } = only(await app.get<Access[]>('request', { asks: [{ scope: 'read:dataset', resource: 'dataset:self' }, { scope: 'write:dataset', resource: 'dataset:self' }] }));
    const value = new Uint8Array(APP_LIMITS.datasetValueBytes);
    let code = 'ok';
    let put = 0;
    for (; code === 'ok' && put < 32; put += 1) code = await app.code('datasetPut', { binding, key: `k${put}`, value });
    assert.equal(code, 'grants.limit');
    assert.equal(put, APP_LIMITS.datasetBytes / APP_LIMITS.datasetValueBytes);
    await app.get('datasetDelete', { binding, key: 'k0' });
    assert.equal(await app.code('datasetPut', { binding, key: 'k0', value }), 'ok');
  });

  it('lies about its id or its name is known by where it came from', async () => {
    await world.install();
    world.network.set('https://evil.test/nexus-app.json', manifest());
    world.network.set('https://evil.test/app.js', '');
    const plan = value(await world.grants.calls.planInstall({ url: 'https://evil.test/nexus-app.json' }));
    const evil = value(await world.grants.calls.installApp({ ...command(), url: plan.url, hash: plan.hash }));
    assert.lengthOf(value(await world.grants.calls.listApps({})), 2);
    world.person = () => 'no';
    await (await world.open(evil.appId)).code('request', { asks: NOTES });
    assert.equal(only(world.asked).origin, 'https://evil.test/');
  });

  it('comes in a new form asks anew for everything', async () => {
    const { appId } = await withNotes(world, FOR_LONG);
    world.network.set('https://apps.test/notes/app.js', 'export const next = 1;');
    await world.install();
    const card = only(value(await world.grants.calls.listApps({})));
    assert.equal(card.appId, appId);
    assert.deepEqual(card.grants, []);
  });

  it('is given by an answer that does not fit its question is given nothing', async () => {
    await world.home.add({ 'file.txt': 'x' });
    const file = await world.home.find('file.txt');
    const app = await opened();
    const asked = app.code('request', { asks: NOTES });
    await eventually(() => world.asked.length > 0);
    const { promptId } = only(world.asked);
    for (const consents of [[], [ONCE_OPEN, ONCE_OPEN], [{ mode: 'once' as const }], [{ mode: 'session' as const, node: file }], [{ mode: 'session' as const, node: '9'.repeat(32) as typeof file }]]) {
      assert.notEqual(codeOf(await world.grants.calls.allowPrompt({ ...command(), promptId, consents })), 'ok', JSON.stringify(consents));
    }
    value(await world.grants.calls.denyPrompt({ ...command(), promptId, remember: false }));
    assert.equal(await asked, 'grants.denied');
  });

  it('was flipped, or moved to another’s place, in storage is not there', async () => {
    const { appId } = await world.install();
    const rows = () => world.home.deps.db.read(['apps'], (tx) => tx.list('apps'));
    const code = (await rows()).find(({ key }) => key.endsWith('/code'))!;
    await world.home.deps.db.write(['apps'], (tx) => tx.put('apps', { ...code, key: `${appId}/app` }));
    await world.reopen();
    assert.deepEqual(value(await world.grants.calls.listApps({})), []);
    await world.install();
    await world.home.deps.db.write(['apps'], (tx) => tx.put('apps', { ...code, bytes: code.bytes.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) }));
    const { port1, port2 } = new MessageChannel();
    assert.equal(codeOf(await world.grants.calls.openApp({ appId, line: port2, leash: nextLeash() })), 'integrity.tampered');
    port1.close();
    port2.close();
    for (const row of await rows()) assert.notInclude(new TextDecoder().decode(row.bytes), 'apps.test');
  });
});

describe('a manifest', () => {
  const code = (text: string) => codeOf(parseManifest(text));

  it('is read with bounds, and refused where it says more than it may', () => {
    assert.equal(code(manifest()), 'ok');
    assert.equal(code(manifest({ future: { any: 'thing' } })), 'ok');
    for (const changes of [
      { v: 2 }, { id: '' }, { id: 7 }, { name: '' }, { name: 'a\u202egnp' }, { name: ' padded ' }, { name: 'x'.repeat(65) }, { start: '../app.js' }, { start: '/app.js' }, { start: 'https://x.test/app.js' },
      { start: 'a//b.js' }, { scopes: 'all' }, { scopes: [{ scope: 'read:profile' }] }, { scopes: Array.from({ length: 33 }, () => ({ scope: 'read:profile', why: 'x' })) },
    ]) assert.equal(code(manifest(changes)), 'apps.manifest_invalid', JSON.stringify(changes).slice(0, 80));
    assert.equal(code(manifest({ scopes: [{ scope: 'read:all', why: 'x' }] })), 'grants.scope_unknown');
    assert.equal(code(manifest({ scopes: [{ scope: 'read:files', resource: 'home:/*', why: 'x' }] })), 'grants.resource_invalid');
    for (const text of ['', '[]', 'null', '{', '"x"']) assert.equal(code(text), 'apps.manifest_invalid', text);
  });

  it('shows something wherever it has words for people', () => {
    for (const blank of ['\u115f', '\u1160', '\u2800', '\u3164', '\uffa0', '\u3164\u2800 \u115f', '\u034f', '\ufe0f', '\u0301', '\u{e0100}']) {
      const said = [...blank].map((each) => each.codePointAt(0)!.toString(16)).join(' ');
      assert.equal(code(manifest({ name: blank })), 'apps.manifest_invalid', said);
      assert.equal(code(manifest({ id: blank })), 'apps.manifest_invalid', said);
      assert.equal(code(manifest({ scopes: [{ scope: 'read:profile', why: blank }] })), 'apps.manifest_invalid', said);
    }
    for (const name of ['❤️', '\u115f\u1161', '각', '⠝⠕⠞⠑⠎', 'é', '7', '…']) assert.equal(code(manifest({ name })), 'ok', name);
  });

  it('that is too large, elsewhere, or not where it should be, changes nothing', async () => {
    const world = await createAppWorld();
    const plan = async (url: string) => codeOf(await world.grants.calls.planInstall({ url }));
    world.network.set('https://big.test/nexus-app.json', ' '.repeat(APP_LIMITS.manifestBytes + 1));
    world.network.set('https://raw.test/nexus-app.json', manifest({ start: undefined }));
    world.network.set('https://large.test/nexus-app.json', manifest());
    world.network.set('https://large.test/app.js', 'x'.repeat(APP_LIMITS.startBytes + 1));
    for (const [url, expected] of [
      ['https://big.test/nexus-app.json', 'apps.too_large'], ['https://raw.test/nexus-app.json', 'apps.not_embedded'], ['https://large.test/nexus-app.json', 'apps.too_large'],
      ['https://gone.test/nexus-app.json', 'apps.unreachable'], ['http://apps.test/nexus-app.json', 'apps.unreachable'], ['file:///etc/passwd', 'apps.unreachable'],
      ['https://me:secret@apps.test/notes/nexus-app.json', 'apps.unreachable'], ['javascript:1', 'apps.unreachable'], ['', 'apps.unreachable'], [APP_URL, 'ok'],
    ]) assert.equal(await plan(url!), expected, url);
    assert.deepEqual(value(await world.grants.calls.listApps({})), []);
  });
});
