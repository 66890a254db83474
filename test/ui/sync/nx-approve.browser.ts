// The dialog in which a new device is let in: found, compared, approved by a secret; and every way out of it.
import { assert } from 'chai';
import { DEAD_MS } from '../../../src/ui/parts/nx-dialog.ts';
import { NxApprove } from '../../../src/ui/sync/nx-approve.ts';
import type { EnrolmentId } from '../../../src/workers/contract/ids.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, fill, focused, mount, one, press, text, unmount, until } from '../support/screen.ts';

const ID = 'e'.repeat(32) as EnrolmentId;
const WAITING = [{ id: ID, until: 1_800_000_000_000 }];

interface Shown { readonly client: FakeClient; readonly element: NxApprove; readonly closed: () => boolean }

async function show(waiting = WAITING, width = 600): Promise<Shown> {
  const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('waitingDevices', waiting).answers('compareDevice', { digits: '012345' }).answers('refuseDevice', undefined);
  const element = new NxApprove();
  Object.assign(element, { client, user: ADA });
  let closed = false;
  element.addEventListener('nx-close-approve', () => { closed = true; });
  const main = document.createElement('main');
  main.style.inlineSize = `${width}px`;
  main.innerHTML = '<h1>Account</h1>';
  main.append(element);
  await mount(main);
  await one('dialog', 'Approve a new device');
  const shownAt = performance.now();
  // A press in its first moment does nothing.
  await until(() => performance.now() - shownAt > DEAD_MS);
  return { client, element, closed: () => closed };
}

async function toDigits(width?: number): Promise<Shown> {
  const shown = await show(WAITING, width);
  await press('Compare digits');
  await one('img', 'Digits 0 1 2 3 4 5');
  return shown;
}

describe('approving a new device', () => {
  afterEach(unmount);

  it('waits for one that asks', async () => {
    const { client } = await show([]);
    await assertAccessible();
    client.answers('waitingDevices', WAITING);
    await one('list', 'Devices');
    await one('button', 'Compare digits');
  });

  for (const width of [600, 320]) {
    it(`shows the digits, asks for a secret, and hands it over once, at ${width} px`, async () => {
      const { client, closed } = await toDigits(width);
      assert.equal(focused()?.getAttribute('aria-label'), 'Digits 0 1 2 3 4 5', 'what had the focus is gone');
      await assertAccessible();
      client.answers('approveDevice', undefined);
      await fill('Password', 'correct horse');
      await press('Approve');
      await until(() => client.asked('approveDevice').length === 1);
      const [{ id, kind, secret } = { id: undefined, kind: undefined, secret: new Uint8Array() }] = client.asked('approveDevice');
      assert.deepEqual([id, kind, text(secret)], [ID, 'password', 'correct horse']);
      await one('button', 'Close');
      await until(() => focused()?.textContent === 'Close');
      await press('Close');
      assert.isTrue(closed());
    });
  }

  it('is left at the digits without a word about them', async () => {
    const { client, closed, element } = await toDigits();
    await press('Cancel');
    assert.isTrue(closed());
    element.remove();
    assert.deepEqual(client.asked('refuseDevice'), [{ id: ID }]);
  });

  it('stays where the secret is wrong, and ends where the request is over', async () => {
    const { client } = await toDigits();
    client.refuses('approveDevice', 'auth.rejected');
    await fill('Password', 'wrong');
    await press('Approve');
    await alertText();
    await one('img', 'Digits 0 1 2 3 4 5');
    client.refuses('approveDevice', 'approval.over');
    await fill('Password', 'right');
    await press('Approve');
    await one('button', 'Look again');
    assert.match(await alertText(), /over/);
  });

  it('says no for the person who sees other digits, or who goes away', async () => {
    const { client } = await toDigits();
    await press('They differ');
    await one('button', 'Look again');
    assert.deepEqual(client.asked('refuseDevice'), [{ id: ID }]);
    unmount();
    const again = await toDigits();
    again.element.remove();
    assert.deepEqual(again.client.asked('refuseDevice'), [{ id: ID }]);
  });

  it('says what stood in the way, and looks again when asked to', async () => {
    const { client } = await show();
    client.refuses('compareDevice', 'approval.mismatch');
    await press('Compare digits');
    assert.match(await alertText(), /in between/);
    await press('Look again');
    await one('button', 'Compare digits');
  });
});
