// Where a home keeps its apps: what was changed there from outside is not there, and is told of.
import { assert } from 'chai';
import type { AppRow } from '../../../src/workers/store/home-schema.ts';
import { value } from '../home/test-home.ts';
import { type AppWorld, createAppWorld, only } from './app-world.ts';

describe('an app’s record that does not open', () => {
  let world: AppWorld;
  beforeEach(async () => { world = await createAppWorld(); });
  afterEach(() => {
    assert.deepEqual(world.incidents, []);
    world.close();
  });

  const flip = ({ key, bytes }: AppRow): AppRow => ({ key, bytes: bytes.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) });
  const put = (...rows: AppRow[]) => world.home.deps.db.write(['apps'], async (tx) => { for (const row of rows) await tx.put('apps', row); });
  const rowAt = async (key: string) => (await world.home.deps.db.read(['apps'], (tx) => tx.get('apps', key)))!;
  const listed = async () => value(await world.grants.calls.listApps({})).map(({ appId }) => appId);
  const told = () => world.notes.filter(({ what }) => what === 'app.refused');

  it('is told of once each time the home was opened, until it is written anew', async () => {
    const { appId } = await world.install();
    await world.reopen();
    assert.deepEqual(await listed(), [appId]);
    assert.deepEqual(told(), []);
    await put(flip(await rowAt(`${appId}/app`)));
    for (const times of [1, 2]) {
      await world.reopen();
      assert.deepEqual(await listed(), []);
      assert.deepEqual(await listed(), []);
      assert.lengthOf(told(), times);
      assert.deepEqual(told().at(-1), { what: 'app.refused', actor: 'nexus', result: 'integrity.tampered', about: appId });
    }
    await world.install();
    await world.reopen();
    assert.deepEqual(await listed(), [appId]);
    assert.lengthOf(told(), 2);
  });

  it('is one note with others, which names nothing that somebody wrote there', async () => {
    const { appId } = await world.install();
    const row = await rowAt(`${appId}/app`);
    await put(flip(row), { ...row, key: `${'a'.repeat(32)}/app` }, { ...row, key: 'words of a stranger/app' });
    await world.reopen();
    assert.deepEqual(await listed(), []);
    assert.deepEqual(only(told()), { what: 'app.refused', actor: 'nexus', result: 'integrity.tampered', about: '3' });
  });

  it('leaves the others as they are', async () => {
    const { appId } = await world.install();
    const row = await rowAt(`${appId}/app`);
    await put({ ...row, key: 'words of a stranger/app' });
    await world.reopen();
    assert.deepEqual(await listed(), [appId]);
    assert.deepEqual(only(told()), { what: 'app.refused', actor: 'nexus', result: 'integrity.tampered', about: undefined });
  });
});
