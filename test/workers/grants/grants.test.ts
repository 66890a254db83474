// What apps get: nothing without a yes, and no more than was given. All over the authority's own port.
import { assert } from 'chai';
import type { Access, AppEntry } from '../../../src/workers/contract/app-protocol.ts';
import { codeOf, command, value } from '../home/test-home.ts';
import { type AppWorld, createAppWorld, eventually, FOR_LONG, nextLeash, NOTES, ONCE_OPEN, only, settled, withNotes } from './app-world.ts';

const text = (content: string) => new Blob([content], { type: 'text/plain' });
const words = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('an app', () => {
  let world: AppWorld;
  beforeEach(async () => { world = await createAppWorld(); });
  afterEach(() => {
    assert.deepEqual(world.incidents, []);
    world.close();
  });

  it('is shown before it is installed, is kept as it was shown, and replaced only by what was looked at', async () => {
    const plan = value(await world.grants.calls.planInstall({ url: 'https://apps.test/notes/nexus-app.json' }));
    assert.include(plan, { name: 'Notes', origin: 'https://apps.test/notes/' });
    assert.deepEqual(value(await world.grants.calls.listApps({})), []);
    const card = await world.install();
    assert.include(card, { kind: 'embedded', name: 'Notes', hash: plan.hash });
    world.network.set('https://apps.test/notes/app.js', 'export const other = 1;');
    assert.equal(codeOf(await world.grants.calls.installApp({ ...command(), url: plan.url, hash: plan.hash })), 'apps.other_package');
    assert.equal(value(await world.grants.calls.planInstall({ url: plan.url })).known, 'other');
    assert.equal(only(value(await world.grants.calls.listApps({}))).hash, plan.hash);
  });

  it('has its code from the home, with no network', async () => {
    const { appId } = await world.install();
    world.network.clear();
    await world.reopen();
    const { port1, port2 } = new MessageChannel();
    assert.include(value(await world.grants.calls.openApp({ appId, line: port2, leash: nextLeash() })), { code: 'export {};', name: 'Notes' });
    port1.close();
    await world.grants.closing();
  });

  it('gets nothing before a person says yes, and is told what it was given', async () => {
    world.person = (card) => card.items.map(() => ONCE_OPEN);
    const { appId } = await world.install();
    const app = await world.open(appId);
    assert.equal(await app.code('list', { binding: '0'.repeat(32), path: '' }), 'grants.revoked');
    const access = only(await app.get<readonly Access[]>('request', { asks: NOTES }));
    assert.deepEqual(access.scopes, ['read:files', 'write:files']);
    assert.deepEqual(access.target, { kind: 'folder', name: 'Notes' });
    const card = only(world.asked);
    assert.deepEqual(only(card.items).modes, ['session', 'persistent']);
    assert.deepEqual(only(card.items).proposed, { path: 'Notes', kind: 'folder' });
    assert.deepEqual(await world.home.names(), ['Notes']);
  });

  it('reads, writes, renames and removes below its folder; what is replaced stays as a version, what is removed is in the trash', async () => {
    const { app, binding } = await withNotes(world);
    assert.include(await app.get<AppEntry>('write', { binding, path: 'ideas/first.md', content: text('one') }), { kind: 'file', name: 'first.md', size: 3, mediaType: 'text/plain' });
    await app.get('write', { binding, path: 'ideas/first.md', content: { bytes: new TextEncoder().encode('two!'), mediaType: 'text/plain' } });
    assert.deepEqual((await app.get<AppEntry[]>('list', { binding, path: '' })).map(({ name }) => name), ['ideas']);
    assert.equal(words(await app.get('read', { binding, path: 'ideas/first.md', from: 0, length: 100 })), 'two!');
    assert.equal(words(await app.get('read', { binding, path: 'ideas/first.md', from: 2, length: 1 })), 'o');
    assert.equal(words(await app.get('read', { binding, path: 'ideas/first.md', from: 99, length: 1 })), '');
    await app.get('rename', { binding, path: 'ideas/first.md', name: 'best.md' });
    const listed = value(await world.home.surface.listFolder({ folder: await world.home.find('ideas', await world.home.find('Notes')) }));
    assert.deepInclude(only(listed.entries), { name: 'best.md', versions: 1 });
    await app.get('remove', { binding, path: 'ideas/best.md' });
    assert.equal(await app.code('stat', { binding, path: 'ideas/best.md' }), 'home.not_found');
    assert.deepEqual(value(await world.home.surface.listTrash({})).map(({ name }) => name), ['best.md']);
  });

  it('finds no way out of its folder', async () => {
    await world.home.add({ 'secret.txt': 'nobody', 'Notes/mine.md': 'mine' });
    const { app, binding } = await withNotes(world);
    for (const path of ['../secret.txt', '/secret.txt', './mine.md', 'mine.md/../../secret.txt', 'Notes/../secret.txt', '..', '.', '/']) {
      assert.equal(await app.code('read', { binding, path, from: 0, length: 9 }), 'home.not_found', path);
      assert.include(['home.not_found', 'home.name_invalid'], await app.code('write', { binding, path, content: text('x') }), path);
      assert.equal(await app.code('remove', { binding, path }), 'home.not_found', path);
    }
    for (const call of ['rename', 'remove'] as const) assert.equal(await app.code(call, { binding, path: '', ...(call === 'rename' && { name: 'x' }) }), 'home.not_found', call);
    assert.equal(await app.code('rename', { binding, path: 'mine.md', name: '../out.md' }), 'home.name_invalid');
    assert.sameMembers(await world.home.names(), ['Notes', 'secret.txt']);
  });

  it('follows its folder when that is moved, and reaches nothing when it is in the trash', async () => {
    const { app, binding } = await withNotes(world);
    await app.get('write', { binding, path: 'a.md', content: text('a') });
    const folder = await world.home.find('Notes');
    value(await world.home.surface.renameNode({ ...command(), node: folder, name: 'Diary' }));
    assert.equal(await app.code('stat', { binding, path: 'a.md' }), 'ok');
    value(await world.home.surface.trashNodes({ ...command(), nodes: [folder] }));
    assert.equal(await app.code('stat', { binding, path: 'a.md' }), 'home.not_found');
    assert.equal(await app.code('write', { binding, path: 'b.md', content: text('b') }), 'home.not_found');
  });

  it('may do with a folder what was given for that folder, not for another', async () => {
    value(await world.home.surface.createFolder({ ...command(), parent: world.home.root, name: 'Other' }));
    const other = await world.home.find('Other');
    world.person = ({ items }) => items.map(({ scopes }) => (scopes[0]?.scope === 'write:files' ? { mode: 'session', node: other } : ONCE_OPEN));
    const { appId } = await world.install();
    const app = await world.open(appId);
    const reading = only(await app.get<Access[]>('request', { asks: [NOTES[0]] }));
    const both = await app.get<Access[]>('request', { asks: NOTES });
    assert.sameDeepMembers(both.map(({ scopes, target }) => [scopes, target?.name]), [[['read:files'], 'Notes'], [['write:files'], 'Other']]);
    assert.include(both.map(({ binding }) => binding), reading.binding, 'what was given already is the same');
    const [read, write] = [both.find(({ scopes }) => scopes.includes('read:files'))!, both.find(({ scopes }) => scopes.includes('write:files'))!];
    assert.equal(await app.code('write', { binding: read.binding, path: 'x', content: text('x') }), 'grants.not_granted');
    assert.equal(await app.code('list', { binding: write.binding, path: '' }), 'grants.not_granted');
    assert.equal(await app.code('write', { binding: write.binding, path: 'x', content: text('x') }), 'ok');
  });

  it('is given the home as a whole only where a person picks it', async () => {
    world.person = () => [{ mode: 'session', node: world.home.root }];
    await world.home.add({ 'top.txt': 'top' });
    const { app, binding } = await withNotes(world);
    assert.deepEqual((await app.get<AppEntry[]>('list', { binding, path: '' })).map(({ name }) => name), ['top.txt']);
  });

  it('keeps its own dataset, which outlives a lock and goes with the app', async () => {
    world.person = ({ items }) => items.map(() => FOR_LONG);
    const asks = [{ scope: 'read:dataset', resource: 'dataset:self' }, { scope: 'write:dataset', resource: 'dataset:self' }];
    const { appId } = await world.install();
    const first = await world.open(appId);
    const { binding } = only(await first.get<Access[]>('request', { asks }));
    await first.get('datasetPut', { binding, key: 'sort', value: new TextEncoder().encode('by name') });
    await first.get('datasetPut', { binding, key: 'gone', value: new Uint8Array(3) });
    await first.get('datasetDelete', { binding, key: 'gone' });
    const rows = await world.home.deps.db.read(['datasets'], (tx) => tx.list('datasets'));
    assert.notInclude(words(only(rows).bytes), 'sort');
    await world.reopen();
    const second = await world.open(appId);
    const again = only(await second.get<Access[]>('request', { asks }));
    assert.lengthOf(world.asked, 1, 'what was given for long is not asked again');
    assert.deepEqual(await second.get('datasetKeys', { binding: again.binding }), ['sort']);
    assert.equal(words(await second.get('datasetGet', { binding: again.binding, key: 'sort' })), 'by name');
    assert.isNull(await second.get('datasetGet', { binding: again.binding, key: 'other' }));
    value(await world.grants.calls.removeApp({ ...command(), appId }));
    assert.deepEqual(await world.home.deps.db.read(['datasets'], (tx) => tx.keys('datasets')), []);
    assert.deepEqual(await world.home.deps.db.read(['apps'], (tx) => tx.keys('apps')), []);
  });

  it('is not told what changed but where it watches, that something did', async () => {
    const { app, binding } = await withNotes(world);
    await app.get('watch', { binding });
    const folder = await world.home.find('Notes');
    value(await world.home.surface.createFolder({ ...command(), parent: world.home.root, name: 'Else' }));
    world.grants.homeChanged([await world.home.find('Else'), world.home.root]);
    await settled();
    assert.deepEqual(app.events, []);
    world.grants.homeChanged([folder]);
    await eventually(() => app.events.length > 0);
    assert.deepEqual(app.events, [{ event: 'changed', binding }]);
  });

  it('of another origin is known by that origin alone', async () => {
    world.person = ({ items }) => items.map(() => FOR_LONG);
    const app = await world.connect('https://else.test');
    await app.get('request', { asks: NOTES });
    assert.include(only(world.asked), { kind: 'connected', origin: 'https://else.test' });
    for (const origin of ['https://nexus.test', 'https://else.test/', 'https://else.test/x', 'null', 'http://else.test', 'https://gone.test', '', 'file://']) {
      const { port1, port2 } = new MessageChannel();
      assert.equal(codeOf(await world.grants.calls.connectApp({ origin, line: port2, leash: nextLeash() })), 'apps.unreachable', origin);
      port1.close();
      port2.close();
    }
    assert.include(only(value(await world.grants.calls.listApps({}))), { kind: 'connected', origin: 'https://else.test' });
  });

  it('says the person’s name, backs up and lists backups where that was given, once where it was given once', async () => {
    world.person = ({ items }) => items.map(() => ({ mode: 'once' }));
    const { appId } = await world.install();
    const app = await world.open(appId);
    const access = await app.get<Access[]>('request', { asks: [{ scope: 'read:profile' }, { scope: 'read:backups' }, { scope: 'write:backups' }] });
    const of = (scope: string) => access.find(({ scopes }) => scopes.includes(scope as never))!.binding;
    assert.equal(await app.code('profile', { binding: of('read:backups') }), 'grants.not_granted', 'a refusal uses nothing up');
    assert.deepEqual(await app.get('backups', { binding: of('read:backups') }), [{ created: 5, bytes: 7 }]);
    assert.deepEqual(await app.get('backUp', { binding: of('write:backups') }), { created: 9, bytes: 8 });
    assert.deepEqual(await app.get('profile', { binding: of('read:profile') }), { name: 'Ada' });
    for (const [call, scope] of [['backups', 'read:backups'], ['backUp', 'write:backups'], ['profile', 'read:profile']] as const) {
      assert.equal(await app.code(call, { binding: of(scope) }), 'grants.used_up');
    }
    world.person = () => 'no';
    assert.equal(await app.code('request', { asks: [{ scope: 'read:profile' }] }), 'grants.denied', 'what was used is asked for anew');
  });

  it('leaves a log of what it did, alike things counted together, that outlives a lock', async () => {
    const { app, appId, binding } = await withNotes(world, FOR_LONG);
    await app.get('write', { binding, path: 'a.md', content: text('abc') });
    for (let i = 0; i < 3; i += 1) await app.get('read', { binding, path: 'a.md', from: 0, length: 9 });
    await app.code('read', { binding, path: 'none', from: 0, length: 9 });
    await world.reopen();
    const log = value(await world.grants.calls.readAccessLog({ appId }));
    assert.deepEqual(log.map(({ call, count, bytes, result, path }) => [call, count, bytes, result, path]), [
      ['read', 1, 0, 'home.not_found', 'none'], ['read', 3, 9, 'ok', 'a.md'], ['write', 1, 3, 'ok', 'a.md'],
    ]);
    assert.deepEqual(world.notes.map(({ what }) => what), ['app.opened', 'app.asked', 'app.allowed', 'app.allowed', 'app.used']);
    assert.isTrue(world.notes.every(({ result = 'ok' }) => result === 'ok'), 'a result is what refused it');
    assert.equal(world.notes.find(({ what }) => what === 'app.allowed')?.about, `${appId} read:files persistent`);
  });

  it('shows what it would reach', async () => {
    await world.home.add({ 'Notes/a.md': 'aaa', 'Notes/in/b.md': 'bb', 'c.md': 'c' });
    assert.deepEqual(value(await world.grants.calls.measureReach({ node: await world.home.find('Notes') })), { files: 2, bytes: 5, more: false });
    assert.deepEqual(value(await world.grants.calls.measureReach({ node: world.home.root })), { files: 3, bytes: 6, more: false });
  });
});
