// One app passes a part of what it has on to another: a part, to the one that it names, and no longer than it has it itself.
import { assert } from 'chai';
import { systemRandom } from '../../../src/crypto/random.ts';
import type { Access, AppEntry, Ask } from '../../../src/workers/contract/app-protocol.ts';
import type { AppId, InstanceId, NodeId } from '../../../src/workers/contract/ids.ts';
import { GRANTS } from '../../../src/workers/contract/limits.ts';
import { codeOf, command, value } from '../home/test-home.ts';
import type { Grant } from '../../../src/workers/grants/app-record.ts';
import { createBindings } from '../../../src/workers/grants/bindings.ts';
import type { Running } from '../../../src/workers/grants/open-grants.ts';
import { APP_URL, type AppWorld, createAppWorld, manifest, NOTES, NOTES_ASKS, ONCE_OPEN, only, settled, type TestApp } from './app-world.ts';

const ELSE = 'https://else.test';
const DELEGATE: Ask = { scope: 'grant:delegate' };
const asks = [...NOTES_ASKS, { ...DELEGATE, why: 'To let another app print them.' }];

describe('passing on', () => {
  let world: AppWorld;
  let notes: TestApp;
  let files: string;
  let by: string;

  beforeEach(async () => {
    world = await createAppWorld();
    world.network.set(APP_URL, manifest({ scopes: asks }));
    world.network.set(`${ELSE}/nexus-app.json`, manifest({ scopes: asks, start: undefined }));
    world.person = ({ items }) => items.map(() => ONCE_OPEN);
    notes = await world.open((await world.install()).appId);
    [{ binding: files }, { binding: by }] = await notes.get<readonly [Access, Access]>('request', { asks: [...NOTES, DELEGATE] });
    for (const path of ['mine.md', 'shared/a.md']) await write(notes, files, path);
  });
  afterEach(() => world.close());

  /** The other app, which the person has dealt with. */
  async function known(): Promise<TestApp> {
    const app = await world.connect(ELSE);
    await app.get('request', { asks: [{ scope: 'read:profile' }] });
    return app;
  }

  const write = (app: TestApp, binding: string, path: string) => app.get('write', { binding, path, content: { bytes: new TextEncoder().encode('text'), mediaType: 'text/plain' } });
  const names = (entries: readonly AppEntry[]) => entries.map(({ name }) => name);
  const offer = (more: object = {}) => notes.call('delegate', { by, binding: files, path: 'shared', to: ELSE, scopes: ['read:files'], ...more });
  const ticketOf = async (more: object = {}) => ((await offer(more)).value as { ticket: string }).ticket;
  const refusal = async (more: object) => (await offer(more)).error?.code;
  const cards = async (appId: AppId) => value(await world.grants.calls.listApps({})).find((each) => each.appId === appId)?.grants ?? [];

  const appIdOf = async () => value(await world.grants.calls.listApps({})).find(({ kind }) => kind === 'connected')!.appId;

  async function lent(more: object = {}): Promise<{ app: TestApp; binding: string }> {
    const app = await known();
    return { app, binding: (await app.get<Access>('accept', { ticket: await ticketOf(more) })).binding };
  }

  it('gives the part that was named, and nothing beside it', async () => {
    const { app, binding } = await lent();
    assert.deepEqual(names(await app.get('list', { binding, path: '' })), ['a.md']);
    assert.equal(await app.code('list', { binding, path: '..' }), 'home.not_found');
    assert.equal(await app.code('write', { binding, path: 'b.md', content: { bytes: new Uint8Array(1), mediaType: '' } }), 'grants.not_granted');
    assert.equal(await app.code('list', { binding: files, path: '' }), 'grants.replayed', 'what it rests on is not its own');
  });

  it('is one file where one is named, and lets write where that was had', async () => {
    const { app, binding } = await lent({ path: 'mine.md', scopes: ['read:files', 'write:files'] });
    assert.equal((await app.get<AppEntry>('stat', { binding, path: '' })).name, 'mine.md');
    await write(app, binding, '');
  });

  it('is refused without consent for it, for more than was had, on anything but files', async () => {
    assert.equal(await refusal({ by: files }), 'grants.not_granted');
    assert.equal(await refusal({ scopes: ['read:backups'] }), 'grants.not_granted');
    assert.equal(await refusal({ scopes: ['admin'] }), 'grants.scope_unknown');
    assert.equal(await refusal({ path: 'gone' }), 'home.not_found');
    assert.equal(await refusal({ binding: by }), 'grants.not_granted');
    const [{ binding: read }] = await notes.get<readonly [Access]>('request', { asks: [{ scope: 'read:dataset', resource: 'dataset:self' }] });
    assert.equal(await refusal({ binding: read, scopes: ['read:files'] }), 'grants.not_granted');
    const other = await known();
    const [{ binding: reading }] = await other.get<readonly [Access]>('request', { asks: [NOTES[0]!] });
    assert.equal((await other.call('delegate', { by: reading, binding: reading, path: '', to: APP_URL, scopes: ['read:files'] })).error?.code, 'grants.not_granted');
  });

  it('is taken once, by the app that it names and that declares it, and in time', async () => {
    const app = await known();
    const twice = await ticketOf();
    assert.equal(await notes.code('accept', { ticket: twice }), 'grants.revoked', 'not the one that is named');
    await app.get('accept', { ticket: twice });
    assert.equal(await app.code('accept', { ticket: twice }), 'grants.revoked');
    assert.equal(await app.code('accept', { ticket: '0'.repeat(32) }), 'grants.revoked');
    const late = await ticketOf();
    world.clock.pass(GRANTS.ticketMs);
    assert.equal(await app.code('accept', { ticket: late }), 'grants.revoked');
    world.network.set(`${ELSE}/nexus-app.json`, manifest({ scopes: [], start: undefined }));
    const silent = await world.connect(ELSE);
    assert.equal(await silent.code('accept', { ticket: await ticketOf() }), 'grants.not_declared');
  });

  it('is nothing for an app that the person never dealt with', async () => {
    const stranger = await world.connect(ELSE);
    assert.equal(await stranger.code('accept', { ticket: await ticketOf() }), 'grants.not_granted');
  });

  it('ends with what it rests on, and the app that has it is told', async () => {
    const ends: readonly (() => Promise<unknown>)[] = [
      () => notes.get('release', { binding: files }),
      () => notes.get('release', { binding: by }),
      () => world.grants.calls.closeApp({ instance: notes.instance }),
    ];
    for (const end of ends) {
      const { app, binding } = await lent();
      await end();
      await settled();
      assert.deepInclude(app.events, { event: 'revoked', binding });
      assert.equal(await app.code('list', { binding, path: '' }), 'grants.revoked');
      assert.isFalse((await cards(await appIdOf())).some(({ from }) => from !== undefined));
      if (end === ends.at(-1)) return;
      [{ binding: files }, { binding: by }] = await notes.get<readonly [Access, Access]>('request', { asks: [...NOTES, DELEGATE] });
    }
  });

  it('lasts no longer than what it rests on', async () => {
    world.clock.pass(GRANTS.bindingMs / 3);
    const { app, binding } = await lent();
    await app.get('list', { binding, path: '' });
    world.clock.pass(GRANTS.bindingMs * 2 / 3);
    assert.equal(await app.code('list', { binding, path: '' }), 'grants.expired');
  });

  it('takes of the bytes and uses of what it rests on', () => {
    const grant: Grant = { grantId: '1'.repeat(32) as Grant['grantId'], scope: 'read:files', resource: 'home:/Notes/*', node: undefined, accountId: undefined, purpose: '', mode: 'session', grantedAt: 0, expiresAt: 1e9 };
    const [from, to] = ['3', '4'].map((digit) => ({ appId: '2'.repeat(32) as AppId, instance: digit.repeat(32) as InstanceId })) as [Pick<Running, 'appId' | 'instance'>, Pick<Running, 'appId' | 'instance'>];
    const bindings = createBindings({ clock: () => 0, random: systemRandom, over: () => undefined, replayed: () => assert.fail() });
    const parent = bindings.issue(from, [grant]);
    const child = bindings.derive(to, [grant], [parent]);
    const use = (bytes: number) => bindings.use(child.bindingId, to.instance, { capability: 'securefs.read', bytes });
    value(use(GRANTS.bindingBytes - 10));
    assert.deepEqual(parent.left, { bytes: 10, uses: GRANTS.bindingUses - 1 });
    value(bindings.use(parent.bindingId, from.instance, { capability: 'securefs.read', bytes: 8 }));
    assert.equal(codeOf(use(5)), 'grants.limit', 'less is left of what it rests on');
    bindings.giveBack(child, 100);
    assert.equal(parent.left.bytes, 102);
  });

  it('leaves room for what others pass on, however many tickets an app makes', async () => {
    for (let count = 0; count < GRANTS.tickets; count += 1) await ticketOf();
    assert.equal(await refusal({}), 'grants.busy');
    const other = await known();
    const [{ binding }, { binding: may }] = await other.get<readonly [Access, Access]>('request', { asks: [NOTES[0]!, DELEGATE] });
    assert.equal(await other.code('delegate', { by: may, binding, path: '', to: APP_URL, scopes: ['read:files'] }), 'ok');
  });

  it('is taken so often in an hour, so that no app pushes everything else out of the log by passing on to itself', async () => {
    const take = async () => notes.code('accept', { ticket: await ticketOf({ to: APP_URL }) });
    for (let count = 0; count < GRANTS.accepts.most; count += 1) assert.equal(await take(), 'ok');
    assert.equal(await take(), 'grants.busy');
    assert.lengthOf(world.notes.filter(({ what }) => what === 'app.delegated'), GRANTS.accepts.most);
    world.clock.pass(GRANTS.accepts.withinMs);
    [{ binding: files }, { binding: by }] = await notes.get<readonly [Access, Access]>('request', { asks: [...NOTES, DELEGATE] });
    assert.equal(await take(), 'ok');
  });

  it('is seen with the name of the app that it came from, and revoked alone', async () => {
    const { app, binding } = await lent();
    const appId = await appIdOf();
    const card = only((await cards(appId)).filter(({ from }) => from !== undefined));
    assert.deepInclude(card, { from: 'Notes', scope: 'read:files', path: 'Notes/shared' });
    value(await world.grants.calls.revokeAccess({ ...command(), appId, grantId: card.grantId }));
    assert.equal(await app.code('list', { binding, path: '' }), 'grants.revoked');
    assert.equal(await notes.code('list', { binding: files, path: '' }), 'ok', 'whoever passed it on keeps its own');
    assert.deepInclude(world.notes, { what: 'app.delegated', actor: 'app', about: `${appId} read:files` });
  });

  it('is no consent of its own: what it covers is asked for anew', async () => {
    const { app } = await lent();
    const before = world.asked.length;
    await app.get('request', { asks: [NOTES[0]!] });
    assert.lengthOf(world.asked, before + 1);
  });

  it('reaches no further than where it came from, wherever its folder is moved', async () => {
    const { app, binding } = await lent();
    await app.get('watch', { binding });
    const root = value(await world.home.surface.homeRoot({}));
    const inside = async (folder: NodeId, name: string) => value(await world.home.surface.listFolder({ folder })).entries.find((each) => each.name === name)!.id;
    const shared = await inside(await inside(root, 'Notes'), 'shared');
    value(await world.home.surface.moveNodes({ ...command(), nodes: [shared], to: root, clash: 'keep_both' }));
    assert.equal(await app.code('list', { binding, path: '' }), 'grants.not_granted');
    world.grants.homeChanged([shared]);
    await settled();
    assert.isEmpty(app.events, 'nor is it told what is done there');
  });

  it('goes on from app to app three times at most', async () => {
    const chain: TestApp[] = [notes];
    let [binding, ticket] = [files, ''];
    for (let depth = 0; depth <= GRANTS.delegationDepth; depth += 1) {
      const from = chain.at(-1)!;
      const [{ binding: may }] = await from.get<readonly [Access]>('request', { asks: [DELEGATE] });
      const given = await from.call('delegate', { by: may, binding, path: '', to: ELSE, scopes: ['read:files'] });
      if (depth === GRANTS.delegationDepth) return void assert.equal(given.error?.code, 'grants.limit');
      ({ ticket } = given.value as { ticket: string });
      const next = await known();
      ({ binding } = await next.get<Access>('accept', { ticket }));
      assert.include(names(await next.get('list', { binding, path: '' })), 'mine.md');
      chain.push(next);
    }
  });
});
