// How long a permission holds: until it is withdrawn, over, used up, shown by somebody else, or its app or home closes.
import { assert } from 'chai';
import { systemRandom } from '../../../src/crypto/random.ts';
import type { Access } from '../../../src/workers/contract/app-protocol.ts';
import type { AppId, InstanceId } from '../../../src/workers/contract/ids.ts';
import { GRANTS } from '../../../src/workers/contract/limits.ts';
import type { Grant } from '../../../src/workers/grants/app-record.ts';
import { createBindings } from '../../../src/workers/grants/bindings.ts';
import { codeOf, command, value } from '../home/test-home.ts';
import { type AppWorld, createAppWorld, eventually, FOR_LONG, NOTES, only, withNotes } from './app-world.ts';

const text = (content: string) => new Blob([content], { type: 'text/plain' });

describe('a permission', () => {
  let world: AppWorld;
  beforeEach(async () => { world = await createAppWorld(); });
  afterEach(() => {
    assert.deepEqual(world.incidents, []);
    world.close();
  });

  it('ends at once when it is withdrawn, in the midst of a stream, and its handle stays dead', async () => {
    const { app, appId, binding } = await withNotes(world, FOR_LONG);
    await app.get('write', { binding, path: 'long', content: text('x'.repeat(100)) });
    assert.equal(await app.code('read', { binding, path: 'long', from: 0, length: 10 }), 'ok');
    const reading = app.code('read', { binding, path: 'long', from: 10, length: 10 });
    value(await world.grants.calls.revokeAccess({ ...command(), appId }));
    assert.include(['grants.revoked', 'ok'], await reading);
    assert.equal(await app.code('read', { binding, path: 'long', from: 20, length: 10 }), 'grants.revoked');
    assert.deepEqual(app.events, [{ event: 'revoked', binding }]);
    world.person = () => 'no';
    assert.equal(await app.code('request', { asks: NOTES }), 'grants.denied', 'it has to be asked for again');
    assert.deepEqual(only(value(await world.grants.calls.listApps({}))).grants, []);
  });

  it('that is withdrawn while its bytes are fetched gives none of them', async () => {
    const { app, appId, binding } = await withNotes(world);
    await app.get('write', { binding, path: 'a', content: text('abc') });
    const { mounted } = world.home;
    const read = mounted.read.bind(mounted);
    let revoke: Promise<unknown> = Promise.resolve();
    Object.assign(mounted, { read: (...args: Parameters<typeof read>) => {
      revoke = world.grants.calls.revokeAccess({ ...command(), appId });
      return read(...args);
    } });
    assert.equal(await app.code('read', { binding, path: 'a', from: 0, length: 9 }), 'grants.revoked');
    await revoke;
  });

  it('withdrawn one by one leaves the others', async () => {
    const { app, appId } = await withNotes(world, FOR_LONG);
    const grants = only(value(await world.grants.calls.listApps({}))).grants;
    value(await world.grants.calls.revokeAccess({ ...command(), appId, grantId: grants.find(({ scope }) => scope === 'write:files')!.grantId }));
    const access = only(await app.get<Access[]>('request', { asks: [NOTES[0]] }));
    assert.deepEqual(access.scopes, ['read:files']);
    assert.lengthOf(world.asked, 1);
  });

  it('is over after its time; asked for again it is given without a question while the consent lasts, and not after', async () => {
    const { app, binding } = await withNotes(world, FOR_LONG);
    world.clock.pass(GRANTS.bindingMs);
    assert.equal(await app.code('list', { binding, path: '' }), 'grants.expired');
    const next = only(await app.get<Access[]>('request', { asks: NOTES }));
    assert.lengthOf(world.asked, 1);
    assert.equal(await app.code('list', { binding: next.binding, path: '' }), 'ok');
    assert.equal(await app.code('list', { binding, path: '' }), 'grants.expired', 'the old one stays dead');
    world.clock.pass(GRANTS.persistentMs);
    world.person = () => 'no';
    assert.equal(await app.code('request', { asks: NOTES }), 'grants.denied');
  });

  it('given while the app stays open is gone when it was closed, and when the home was', async () => {
    const { app, appId, binding } = await withNotes(world);
    value(await world.grants.calls.closeApp({ instance: app.instance }));
    await eventually(() => app.events.length > 0);
    assert.deepEqual(app.events, [{ event: 'closed' }]);
    world.person = () => 'no';
    const next = await world.open(appId);
    assert.equal(await next.code('list', { binding, path: '' }), 'grants.revoked');
    assert.equal(await next.code('request', { asks: NOTES }), 'grants.denied');
    await world.grants.closing();
    await eventually(() => next.events.length > 0);
    assert.deepEqual(next.events, [{ event: 'closed' }]);
    assert.equal(codeOf(await world.grants.calls.listApps({})), 'session.locked');
  });

  it('of another instance is withdrawn when it is shown, and that is noted', async () => {
    const { app, appId, binding } = await withNotes(world, FOR_LONG);
    const thief = await world.open(appId);
    assert.equal(await thief.code('list', { binding, path: '' }), 'grants.replayed');
    assert.equal(await app.code('list', { binding, path: '' }), 'grants.revoked');
    assert.deepEqual(app.events, [{ event: 'revoked', binding }]);
    assert.deepInclude(world.notes, { what: 'app.replayed', actor: 'app', result: 'grants.replayed', about: appId });
  });

  it('has an end of bytes and of uses', () => {
    const grant: Grant = { grantId: '1'.repeat(32) as Grant['grantId'], scope: 'read:files', resource: 'home:/Notes/*', node: undefined, accountId: undefined, purpose: '', mode: 'session', grantedAt: 0, expiresAt: 1e9 };
    const to = { appId: '2'.repeat(32) as AppId, instance: '3'.repeat(32) as InstanceId };
    const bindings = createBindings({ clock: () => 0, random: systemRandom, over: () => undefined, replayed: () => assert.fail() });
    const use = (bindingId: string, bytes = 0) => bindings.use(bindingId, to.instance, { capability: 'securefs.read', bytes });
    const byBytes = bindings.issue(to, [grant]);
    assert.equal(codeOf(use(byBytes.bindingId, GRANTS.bindingBytes + 1)), 'grants.limit');
    assert.equal(codeOf(use(byBytes.bindingId, GRANTS.bindingBytes - 1)), 'ok');
    assert.equal(codeOf(use(byBytes.bindingId, 2)), 'grants.limit', 'many at once are no more than one by one');
    bindings.giveBack(byBytes, GRANTS.bindingBytes - 1);
    bindings.spent(byBytes, GRANTS.bindingBytes);
    assert.equal(codeOf(use(byBytes.bindingId)), 'grants.limit');
    const byUses = bindings.issue(to, [grant]);
    for (let each = 0; each < GRANTS.bindingUses; each += 1) assert.isTrue(use(byUses.bindingId).ok);
    assert.equal(codeOf(use(byUses.bindingId)), 'grants.limit');
  });
});
