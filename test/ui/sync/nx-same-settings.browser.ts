import { assert } from 'chai';
import { NxSameSettings } from '../../../src/ui/sync/nx-same-settings.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, mount, none, one, press, unmount, until } from '../support/screen.ts';

const BOX = 'Use the same settings on my devices';
const QUESTION = 'Which settings do you want to use?';

interface Shown { readonly client: FakeClient; readonly element: NxSameSettings; box(): HTMLInputElement; says(): string }

async function show(given: Partial<Pick<NxSameSettings, 'state' | 'paused'>> = {}, width = 600): Promise<Shown> {
  const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('shareSettings', { asks: false });
  const element = new NxSameSettings();
  Object.assign(element, { client, ...given });
  const main = document.createElement('main');
  main.style.inlineSize = `${width}px`;
  main.innerHTML = '<h1>Account</h1>';
  main.append(element);
  await mount(main);
  await one('checkbox', BOX);
  return { client, element, box: () => element.shadowRoot!.querySelector('input')!, says: () => element.shadowRoot?.querySelector('.warn')?.textContent ?? '' };
}

describe('the same settings on all devices, in Account', () => {
  afterEach(unmount);

  for (const width of [600, 320]) {
    it(`are chosen by a box, and no more by it, at ${width} px`, async () => {
      const { client, element, box } = await show({}, width);
      assert.isFalse(box().checked);
      await assertAccessible();
      assert.isAtMost(element.scrollWidth, width);
      assert.isAtLeast(box().closest('label')!.getBoundingClientRect().height, 44);
      box().focus();
      box().click();
      await until(() => client.asked('shareSettings').length === 1);
      element.state = 'on';
      await until(() => box().checked);
      await none('dialog', QUESTION);
      await until(() => !box().disabled);
      box().click();
      await until(() => client.asked('shareSettings').length === 2);
      element.state = 'off';
      await until(() => !box().checked);
      assert.deepEqual(client.asked('shareSettings'), [{ on: true }, { on: false }]);
    });

    it(`are not chosen before it is said whose count where they differ, at ${width} px`, async () => {
      const { client, box } = await show({}, width);
      client.answers('shareSettings', { asks: true });
      box().click();
      await one('dialog', QUESTION);
      assert.isFalse(box().checked, 'as it still is');
      await assertAccessible();
      await press('Cancel');
      await none('dialog', QUESTION);
      assert.deepEqual(client.asked('shareSettings'), [{ on: true }]);
    });
  }

  for (const [button, take] of [['Use the settings from my other devices', 'there'], ['Use the settings of this device everywhere', 'here']] as const) {
    it(`are as “${button}” says`, async () => {
      const { client, box } = await show();
      client.answers('shareSettings', { asks: true });
      box().click();
      await one('dialog', QUESTION);
      client.answers('shareSettings', { asks: false });
      await press(button);
      await none('dialog', QUESTION);
      await until(() => client.asked('shareSettings').length === 2);
      assert.deepEqual(client.asked('shareSettings').at(-1), { on: true, take });
    });
  }

  it('are off as before where it was refused, and it is said why', async () => {
    const { client, box } = await show();
    client.refuses('shareSettings', 'sync.settings_unreadable');
    box().click();
    assert.include(await alertText(), 'could not be read');
    await until(() => !box().checked && !box().disabled);
  });

  it('say that what the account has could not be read', async () => {
    const { box, says } = await show({ state: 'unreadable' });
    assert.isTrue(box().checked);
    assert.include(says(), 'They and the settings of this device');
    await assertAccessible();
  });

  it('are not begun while sync is paused, and can be ended', async () => {
    const { element, box } = await show({ paused: true });
    assert.isTrue(box().disabled);
    element.state = 'on';
    await until(() => !box().disabled);
  });
});
