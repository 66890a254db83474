// Apps that go to the account's storage themselves: asked for like everything else, with the account's name in the question, for a page
// of another origin alone, and over with the account.
import { assert } from 'chai';
import type { Access, AppToken, Ask } from '../../../src/workers/contract/app-protocol.ts';
import type { AccountId } from '../../../src/workers/contract/ids.ts';
import { command, value } from '../home/test-home.ts';
import { type AppWorld, createAppWorld, eventually, FOR_LONG, manifest, ONCE_OPEN, only, type TestApp } from './app-world.ts';

const ORIGIN = 'https://else.test';
const ADA = 'ada0'.repeat(8) as AccountId;
const BOB = 'b0b0'.repeat(8) as AccountId;
const JKT = 'k'.repeat(43);
const ONLINE: readonly Ask[] = [{ scope: 'read:dataset', resource: 'dataset:account' }, { scope: 'write:dataset', resource: 'dataset:account' }];
const OWN: readonly Ask[] = [{ scope: 'read:dataset', resource: 'dataset:self' }];
const declared = manifest({ scopes: [...ONLINE, ...OWN].map((ask) => ({ ...ask, why: 'To have it everywhere.' })) });

describe('an app at the account’s storage', () => {
  let world: AppWorld;
  beforeEach(async () => {
    world = await createAppWorld();
    world.network.set(`${ORIGIN}/nexus-app.json`, declared);
    world.seller.active = ADA;
    world.person = () => [ONCE_OPEN];
  });
  afterEach(() => world.close());

  async function allowed(asks = ONLINE): Promise<{ app: TestApp; binding: string }> {
    const app = await world.connect(ORIGIN);
    return { app, binding: only(await app.get<readonly Access[]>('request', { asks })).binding };
  }

  it('is asked about with the name of the account, and gets a token by its binding', async () => {
    const { app, binding } = await allowed();
    assert.equal(only(only(world.asked).items).account, 'ada@test');
    const { bindingId, accountId, writes, app: name } = only(world.online.issued);
    assert.deepEqual([bindingId, accountId, writes, name], [binding, ADA, true, ORIGIN]);
    assert.equal((await app.get<AppToken>('token', { binding, jkt: JKT })).token, `token of ${binding}`);
    assert.isTrue(only(value(await world.grants.calls.listApps({}))).grants.every(({ online, purpose }) => online && purpose === 'To have it everywhere.'));
  });

  it('may read alone where it asked for no more', async () => {
    await allowed([ONLINE[0]!]);
    assert.isFalse(only(world.online.issued).writes);
  });

  it('gets nothing of the home by it, and no token by what it has in the home', async () => {
    const { app, binding } = await allowed();
    assert.equal(await app.code('datasetKeys', { binding }), 'grants.not_granted');
    const own = only(await app.get<readonly Access[]>('request', { asks: OWN })).binding;
    assert.equal(await app.code('token', { binding: own, jkt: JKT }), 'grants.not_granted');
    assert.isEmpty(world.online.asked);
  });

  it('names its key as a thumbprint, or is refused', async () => {
    const { app, binding } = await allowed();
    for (const jkt of ['', 'k'.repeat(42), `${'k'.repeat(42)}/`, 5, undefined]) assert.equal(await app.code('token', { binding, jkt }), 'door.bad_argument');
  });

  it('is told where nobody is signed in, before anybody is asked', async () => {
    world.seller.active = undefined;
    const app = await world.connect(ORIGIN);
    assert.equal(await app.code('request', { asks: ONLINE }), 'account.none');
    assert.isEmpty(world.asked);
  });

  it('is never an embedded one: it has no network', async () => {
    world.network.set('https://apps.test/notes/nexus-app.json', manifest({ scopes: ONLINE.map((ask) => ({ ...ask, why: 'x' })) }));
    const { appId } = await world.install();
    const app = await world.open(appId);
    assert.equal(await app.code('request', { asks: ONLINE }), 'grants.not_granted');
    assert.isEmpty(world.asked);
  });

  it('asks again where another account is signed in, however long it was given for', async () => {
    world.person = () => [FOR_LONG];
    const { app, binding } = await allowed();
    assert.equal((await allowed()).app === app, false);
    assert.lengthOf(world.asked, 1);
    world.seller.active = BOB;
    world.grants.bindingEnded(binding);
    await eventually(() => app.events.length > 0);
    assert.deepEqual(app.events, [{ event: 'revoked', binding }]);
    assert.equal(await app.code('token', { binding, jkt: JKT }), 'grants.revoked');
    await app.get('request', { asks: ONLINE });
    assert.lengthOf(world.asked, 2);
    assert.equal(world.online.issued.at(-1)!.accountId, BOB);
  });

  it('gets nothing where the account changed while the question stood', async () => {
    const app = await world.connect(ORIGIN);
    world.person = () => {
      world.seller.active = BOB;
      return [ONCE_OPEN];
    };
    assert.equal(await app.code('request', { asks: ONLINE }), 'grants.revoked');
    assert.isEmpty(world.online.issued);
  });

  it('gets nothing where the account changed, or it was revoked, while something else of the same request was given', async () => {
    const files: Ask = { scope: 'read:files', resource: 'home:/Notes/*' };
    world.network.set(`${ORIGIN}/nexus-app.json`, manifest({ scopes: [files, ...ONLINE].map((ask) => ({ ...ask, why: 'x' })) }));
    world.person = ({ items }) => items.map(() => FOR_LONG);
    const { mounted } = world.home;
    const look = mounted.node;
    let [looks, last, meanwhile] = [0, Number.POSITIVE_INFINITY, (): unknown => undefined];
    Object.assign(mounted, { node: async (id: string) => {
      looks += 1;
      if (looks === last) await meanwhile();
      return look(id);
    } });
    const app = await world.connect(ORIGIN);
    const ask = () => app.code('request', { asks: [files, ...ONLINE] });
    assert.equal(await ask(), 'ok');
    looks = 0;
    assert.equal(await ask(), 'ok');
    const revoke = async () => world.grants.calls.revokeAccess({ ...command(), appId: only(value(await world.grants.calls.listApps({}))).appId });
    for (const end of [() => { world.seller.active = BOB; }, revoke]) {
      const before = world.online.issued.length;
      [last, looks, meanwhile] = [looks, 0, end];
      assert.equal(await ask(), 'grants.revoked');
      assert.lengthOf(world.online.issued, before, 'nothing that was given on the one account is issued on the other');
      [last, world.seller.active] = [Number.POSITIVE_INFINITY, ADA];
      await ask();
      looks = 0;
      await ask();
    }
  });

  it('loses it with "Revoke", with its closing and with a lock, and the account is told', async () => {
    const ends: readonly ((app: TestApp) => Promise<unknown>)[] = [
      async () => world.grants.calls.revokeAccess({ ...command(), appId: only(value(await world.grants.calls.listApps({}))).appId }),
      ({ instance }) => world.grants.calls.closeApp({ instance }),
      () => world.reopen(),
    ];
    for (const end of ends) {
      const { app, binding } = await allowed();
      await end(app);
      assert.deepEqual(world.online.revoked.at(-1), { bindingId: binding });
    }
  });

  it('loses it where another instance shows it, and the account is told why', async () => {
    const { app, binding } = await allowed();
    const thief = await world.connect(ORIGIN);
    assert.equal(await thief.code('token', { binding, jkt: JKT }), 'grants.replayed');
    assert.equal(await app.code('token', { binding, jkt: JKT }), 'grants.revoked');
    assert.deepInclude(world.online.revoked, { bindingId: binding, replayed: true });
    assert.isEmpty(world.online.asked);
  });
});
