// What overlaps: a question and a withdrawal, uses at once, a removal and what is under way, two questions, a page that is gone.
import { assert } from 'chai';
import { type Access, APP_LIMITS } from '../../../src/workers/contract/app-protocol.ts';
import { GRANTS } from '../../../src/workers/contract/limits.ts';
import { codeOf, command, value } from '../home/test-home.ts';
import { APP_URL, type AppWorld, createAppWorld, eventually, FOR_LONG, manifest, NOTES, ONCE_OPEN, only, settled, withNotes } from './app-world.ts';

const PROFILE = { scope: 'read:profile' };
const text = (content: string) => new Blob([content], { type: 'text/plain' });

describe('while something else happens,', () => {
  let world: AppWorld;
  beforeEach(async () => { world = await createAppWorld(); });
  afterEach(() => {
    assert.deepEqual(world.incidents, []);
    world.close();
  });
  const revoke = (appId: Awaited<ReturnType<typeof withNotes>>['appId']) => world.grants.calls.revokeAccess({ ...command(), appId });

  it('what was withdrawn while a question stood does not come back with its answer', async () => {
    const { app, appId } = await withNotes(world, FOR_LONG);
    world.person = undefined;
    const asked = app.code('request', { asks: [...NOTES, PROFILE] });
    await eventually(() => world.asked.length > 1);
    value(await revoke(appId));
    const { promptId } = world.asked.at(-1)!;
    value(await world.grants.calls.allowPrompt({ ...command(), promptId, consents: [ONCE_OPEN] }));
    assert.equal(await asked, 'grants.revoked');
  });

  it('a dialog names the folder that is given, wherever it is by now', async () => {
    world.person = () => [{ mode: 'session', node: world.home.root }];
    const { appId } = await world.install();
    const app = await world.open(appId);
    await app.get('request', { asks: [NOTES[0]] });
    await app.get('request', { asks: NOTES });
    assert.deepEqual(only(world.asked.at(-1)!.items).proposed, { path: '', kind: 'folder', node: world.home.root });
  });

  it('one access at once is one access', async () => {
    world.person = ({ items }) => items.map(() => ({ mode: 'once' }));
    const app = await world.open((await world.install()).appId);
    const [access] = await app.get<Access[]>('request', { asks: [PROFILE] });
    const codes = await Promise.all(Array.from({ length: 20 }, () => app.code('profile', { binding: access!.binding })));
    assert.lengthOf(codes.filter((code) => code === 'ok'), 1);
    assert.sameMembers([...new Set(codes)], ['ok', 'grants.used_up']);
  });

  it('an app makes few snapshots, and pushes none of the person’s out', async () => {
    world.person = ({ items }) => items.map(() => ONCE_OPEN);
    const app = await world.open((await world.install()).appId);
    const [access] = await app.get<Access[]>('request', { asks: [{ scope: 'write:backups' }] });
    const backUp = () => app.code('backUp', { binding: access!.binding });
    assert.equal(await backUp(), 'ok');
    assert.equal(await backUp(), 'grants.busy');
    world.snapshots.push(...Array.from({ length: 8 }, () => world.snapshots[0]!));
    world.clock.pass(GRANTS.backUpEveryMs - 1);
    const again = only(await app.get<Access[]>('request', { asks: [{ scope: 'write:backups' }] }));
    world.clock.pass(1);
    assert.equal(await app.code('backUp', { binding: again.binding }), 'grants.limit');
    assert.lengthOf(world.snapshots, 10);
  });

  it('nothing that an app says is noted twice, and no question before it is asked', async () => {
    const app = await world.open((await world.install()).appId);
    await Promise.all(Array.from({ length: 300 }, () => app.code('request', { asks: [{ scope: 'read:everything' }] })));
    const asked = Array.from({ length: 100 }, () => app.code('request', { asks: [PROFILE] }));
    await eventually(() => world.asked.length > 0);
    await settled();
    assert.deepEqual(world.notes.filter(({ actor }) => actor === 'app').map(({ what }) => what), ['app.refused', 'app.asked']);
    value(await world.grants.calls.denyPrompt({ ...command(), promptId: world.asked[0]!.promptId, remember: false }));
    await Promise.all(asked);
  });

  it('a message of many bytes is told from a request without counting them', async () => {
    const app = await world.open((await world.install()).appId);
    app.port.postMessage(new Uint8Array(64 * 1024 * 1024));
    await eventually(() => app.events.length > 0);
    assert.deepEqual(app.events, [{ event: 'closed' }]);
  });

  it('a connect takes back no withdrawal and no removal', async () => {
    world.person = ({ items }) => items.map(() => FOR_LONG);
    const app = await world.connect('https://else.test');
    await app.get('request', { asks: NOTES });
    const { appId } = only(value(await world.grants.calls.listApps({})));
    await Promise.all([revoke(appId), world.connect('https://else.test')]);
    assert.deepEqual(only(value(await world.grants.calls.listApps({}))).grants, []);
    await Promise.all([world.grants.calls.removeApp({ ...command(), appId }), world.connect('https://else.test')]);
    for (const card of value(await world.grants.calls.listApps({}))) assert.deepEqual(card.grants, []);
  });

  it('a page that connects is written down once something was decided about it', async () => {
    world.person = undefined;
    const app = await world.connect('https://else.test');
    assert.deepEqual(value(await world.grants.calls.listApps({})), []);
    assert.deepEqual(await world.home.deps.db.read(['apps'], (tx) => tx.keys('apps')), []);
    value(await world.grants.calls.closeApp({ instance: app.instance }));
    for (let times = 0; times < 3; times += 1) {
      world.person = () => 'no';
      const next = await world.connect('https://else.test');
      assert.equal(await next.code('request', { asks: [PROFILE] }), 'grants.denied');
    }
    const fourth = await world.connect('https://else.test');
    assert.equal(await fourth.code('request', { asks: NOTES }), 'grants.denied');
    assert.lengthOf(world.asked, 3, 'coming back asks no more');
  });

  it('an app that is removed leaves nothing, whatever was under way; its bounds hold for many at once', async () => {
    world.person = ({ items }) => items.map(() => ONCE_OPEN);
    const { appId } = await world.install();
    const app = await world.open(appId);
    const { binding } = only(await app.get<Access[]>('request', { asks: [{ scope: 'read:dataset', resource: 'dataset:self' }, { scope: 'write:dataset', resource: 'dataset:self' }] }));
    const large = new Uint8Array(APP_LIMITS.datasetValueBytes - 1024);
    const puts = await Promise.all(Array.from({ length: 30 }, (_each, index) => app.code('datasetPut', { binding, key: `k${index}`, value: large })));
    assert.lengthOf(puts.filter((code) => code === 'ok'), APP_LIMITS.datasetBytes / APP_LIMITS.datasetValueBytes);
    for (let index = 0; index < 20; index += 1) app.port.postMessage({ id: 1000 + index, call: 'datasetPut', args: { binding, key: `late${index}`, value: new Uint8Array(4) } });
    await settled();
    value(await world.grants.calls.removeApp({ ...command(), appId }));
    await settled();
    assert.deepEqual(await world.home.deps.db.read(['datasets'], (tx) => tx.keys('datasets')), []);
  });

  it('writes of one new name at once are one file', async () => {
    const { app, binding } = await withNotes(world);
    await Promise.all(['one', 'two', 'three'].map((content) => app.get('write', { binding, path: 'a.md', content: text(content) })));
    assert.deepEqual((await app.get<{ name: string }[]>('list', { binding, path: '' })).map(({ name }) => name), ['a.md']);
  });

  it('what is under way goes on when its permission is renewed, or its time is over', async () => {
    const { app, binding } = await withNotes(world, FOR_LONG);
    const content = new Blob([new Uint8Array(24 * 1024 * 1024)]);
    assert.equal(only(await app.get<Access[]>('request', { asks: NOTES })).binding, binding, 'who asks again early has the same');
    const first = app.code('write', { binding, path: 'first.bin', content });
    world.clock.pass(GRANTS.bindingMs / 2);
    const next = only(await app.get<Access[]>('request', { asks: NOTES }));
    assert.notEqual(next.binding, binding);
    assert.equal(await app.code('stat', { binding, path: '' }), 'grants.expired');
    const second = app.code('write', { binding: next.binding, path: 'second.bin', content });
    await settled();
    world.clock.pass(GRANTS.bindingMs);
    assert.equal(await app.code('stat', { binding: next.binding, path: '' }), 'grants.expired');
    assert.deepEqual([await first, await second], ['ok', 'ok']);
  });

  it('a single access that is withdrawn while it is made does not come back', async () => {
    world.person = ({ items }) => items.map(() => ({ mode: 'once' }));
    const { appId } = await world.install();
    const app = await world.open(appId);
    const { binding } = only(await app.get<Access[]>('request', { asks: [PROFILE] }));
    const used = app.code('profile', { binding });
    value(await revoke(appId));
    await used;
    world.person = () => 'no';
    assert.equal(await app.code('request', { asks: [PROFILE] }), 'grants.denied');
  });

  it('a write that is under way when it is withdrawn leaves nothing', async () => {
    const { app, appId, binding } = await withNotes(world, FOR_LONG);
    const writing = app.code('write', { binding, path: 'big.bin', content: new Blob([new Uint8Array(48 * 1024 * 1024)]) });
    await new Promise<void>((resolve) => { setTimeout(resolve, 5); });
    value(await revoke(appId));
    assert.equal(await writing, 'grants.revoked');
    assert.deepEqual(await world.home.names(await world.home.find('Notes')), []);
  });

  it('a folder that somebody made while it was asked for is not the one that was to be made', async () => {
    const app = await world.open((await world.install()).appId);
    const asked = app.code('request', { asks: NOTES });
    await eventually(() => world.asked.length > 0);
    await world.home.add({ 'Notes/private.md': 'mine' });
    const { promptId } = only(world.asked);
    assert.equal(codeOf(await world.grants.calls.allowPrompt({ ...command(), promptId, consents: [ONCE_OPEN] })), 'home.name_taken');
    value(await world.grants.calls.denyPrompt({ ...command(), promptId, remember: false }));
    assert.equal(await asked, 'grants.denied');
  });

  it('a folder is not made for an app while the one that is meant may still come', async () => {
    const app = await world.open((await world.install()).appId);
    const asked = app.code('request', { asks: NOTES });
    await eventually(() => world.asked.length > 0);
    await world.home.mounted.sync.link.begin('account', { partial: true });
    const { promptId } = only(world.asked);
    assert.equal(codeOf(await world.grants.calls.allowPrompt({ ...command(), promptId, consents: [ONCE_OPEN] })), 'sync.arriving');
    assert.deepEqual(await world.home.names(), []);
    await world.home.mounted.sync.reconciler.mend();
    value(await world.grants.calls.allowPrompt({ ...command(), promptId, consents: [ONCE_OPEN] }));
    assert.equal(await asked, 'ok');
    assert.deepEqual(await world.home.names(), ['Notes']);
  });

  it('what cannot be given is not asked for', async () => {
    world.network.set(APP_URL, manifest({ scopes: [{ scope: 'read:files', resource: 'home:/none.txt', why: 'To see.' }] }));
    const app = await world.open((await world.install()).appId);
    assert.equal(await app.code('request', { asks: [{ scope: 'read:files', resource: 'home:/none.txt' }] }), 'home.not_found');
    assert.deepEqual(world.asked, []);
  });

  it('a page that is gone takes its app and its question along', async () => {
    const { appId } = await world.install();
    const app = await world.open(appId);
    const asked = app.code('request', { asks: [PROFILE] });
    await eventually(() => world.asked.length > 0);
    for (const gone of [...world.leashes.values()]) gone();
    assert.equal(codeOf(await world.grants.calls.readPrompt({ instance: app.instance })), 'apps.unknown', 'so that a page that missed its end sees it');
    await eventually(() => app.events.length > 0);
    assert.deepEqual(app.events, [{ event: 'closed' }]);
    assert.isEmpty([...world.leashes]);
    void asked;
    for (let times = 0; times < GRANTS.instances + 4; times += 1) {
      await world.open(appId);
      for (const gone of [...world.leashes.values()]) gone();
    }
  });
});
