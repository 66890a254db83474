// Whether an app's data is carried to other devices: a switch that says what becomes of it, and asks before anything is changed.
import { assert } from 'chai';
import { NxCarried } from '../../../src/ui/apps/nx-carried.ts';
import type { AppCard, CarriedCard } from '../../../src/workers/contract/grants.ts';
import type { AppId } from '../../../src/workers/contract/ids.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, mount, none, one, press, unmount, until } from '../support/screen.ts';

const APP: AppCard = { appId: '1'.repeat(32) as AppId, kind: 'embedded', name: 'Notes', origin: 'nexus.test', since: 1, grants: [], denied: false, dataset: { entries: 2, bytes: 2048 } };
const OFF: CarriedCard = { policy: 'last-writer', on: false, waiting: 0, conflicts: 0, left: false };
const SWITCH = 'Keep this app’s data on all my devices';
const QUESTION = 'Which data of “Notes” do you want to use?';

async function show(carried: CarriedCard | undefined, sync = 'synced'): Promise<{ readonly client: FakeClient; readonly element: NxCarried; box(): HTMLInputElement; says(): string }> {
  const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('carryAppData', { asks: false });
  const element = new NxCarried();
  Object.assign(element, { client, app: { ...APP, ...(carried && { carried }) }, sync });
  const main = document.createElement('main');
  main.innerHTML = '<h1>Apps</h1>';
  main.append(element);
  await mount(main);
  return { client, element, box: () => element.shadowRoot!.querySelector('input')!, says: () => element.shadowRoot?.textContent ?? '' };
}

describe('an app’s data on all devices', () => {
  afterEach(unmount);

  it('is switched on and off, and says by which policy', async () => {
    const { client, element, box, says } = await show(OFF);
    await one('switch', SWITCH);
    await assertAccessible();
    assert.include(says(), 'what was written last');
    box().click();
    await until(() => client.asked('carryAppData').length === 1);
    element.app = { ...APP, carried: { ...OFF, policy: 'app', on: true, waiting: 2, conflicts: 1, left: true } };
    await until(() => box().checked && !box().disabled);
    for (const words of ['2 entries wait', '1 entry was changed on two devices', 'until the app decides', 'more of this app than fits']) assert.include(says(), words);
    await assertAccessible();
    box().click();
    await until(() => client.asked('carryAppData').length === 2);
    assert.deepEqual(client.asked('carryAppData'), [{ appId: APP.appId, on: true }, { appId: APP.appId, on: false }]);
  });

  for (const [button, take] of [['Use what this device has', 'here'], ['Use what my other devices have', 'there']] as const) {
    it(`asks whose count where they differ: ${take}`, async () => {
      const { client, box } = await show(OFF);
      client.answers('carryAppData', { asks: true });
      box().click();
      await one('dialog', QUESTION);
      await assertAccessible();
      assert.isFalse(box().checked, 'as it still is');
      client.answers('carryAppData', { asks: false });
      await press(button);
      await none('dialog', QUESTION);
      await until(() => client.asked('carryAppData').length === 2);
      assert.deepEqual(client.asked('carryAppData').at(-1), { appId: APP.appId, on: true, take });
    });
  }

  it('cannot be chosen where the app says nothing of conflicts, and says so', async () => {
    const { box, says } = await show(undefined);
    assert.isTrue(box().disabled);
    assert.include(says(), 'does not say');
    await assertAccessible();
  });

  it('is not offered where the home is not synced, and begins nothing while sync is paused', async () => {
    const { element, box } = await show(OFF, 'off');
    assert.isNull(box());
    element.sync = 'paused';
    await until(() => box()?.disabled);
  });

  it('says what went wrong', async () => {
    const { client, box } = await show(OFF);
    client.refuses('carryAppData', 'sync.paused');
    box().click();
    assert.include(await alertText(), 'paused');
    await until(() => !box().checked && !box().disabled);
  });
});
