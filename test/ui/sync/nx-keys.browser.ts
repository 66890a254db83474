// The dialogs that renew the keys of a home and take renewed ones over: every step, and every way out.
import { assert } from 'chai';
import { DEAD_MS } from '../../../src/ui/parts/nx-dialog.ts';
import { NxRenewKeys } from '../../../src/ui/sync/nx-renew-keys.ts';
import { NxTakeKeys } from '../../../src/ui/sync/nx-take-keys.ts';
import type { SignInId } from '../../../src/workers/contract/ids.ts';
import type { DeviceCard } from '../../../src/workers/contract/sync.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, all, fill, focused, mount, one, press, text, unmount, until } from '../support/screen.ts';

const PHONE: DeviceCard = { signInId: 'phone' as SignInId, client: 'nexus', name: 'The lost phone', begunAt: 1, usedAt: 2, current: false };
const WORDS = Array.from({ length: 24 }, (_, at) => `word${String.fromCharCode(97 + at)}`);

async function show<E extends HTMLElement>(element: E, heading: string, closing: string): Promise<{ readonly client: FakeClient; readonly heard: string[] }> {
  const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('draftRecoveryPhrase', { phrase: WORDS.join(' ') }).answers('renewKeys', undefined).answers('takeRenewedKeys', undefined);
  const heard: string[] = [];
  for (const name of [closing, 'nx-only-sign-out']) element.addEventListener(name, () => void heard.push(name));
  Object.assign(element, { client, user: ADA });
  const main = document.createElement('main');
  main.innerHTML = '<h1>Account</h1>';
  main.append(element);
  await mount(main);
  await one('dialog', heading);
  const shownAt = performance.now();
  // A press in its first moment does nothing.
  await until(() => performance.now() - shownAt > DEAD_MS);
  return { client, heard };
}

const renewing = (device?: DeviceCard) => show(Object.assign(new NxRenewKeys(), { device }), device ? 'Remove “The lost phone”?' : 'Renew the keys of your home', 'nx-close-renew');
const taking = () => show(new NxTakeKeys(), 'Take over the new keys', 'nx-close-take');

/** As whoever wrote them down. */
async function writeDown(): Promise<void> {
  await press('Continue');
  await one('list', 'Recovery phrase');
  await press('Continue');
  await one('heading', 'Check your copy');
  for (const [at, word] of WORDS.entries()) if (all('textbox', `Word ${at + 1}`).length > 0) await fill(`Word ${at + 1}`, word);
  await press('Continue');
  await one('textbox', 'Current password');
}

describe('renewing keys', () => {
  afterEach(unmount);

  it('says what it means, has a new phrase written down, and asks for the password last', async () => {
    const { client, heard } = await renewing();
    await assertAccessible();
    assert.isEmpty(all('button', 'Only sign it out'));
    await writeDown();
    await until(() => focused()?.getAttribute('name') === 'current');
    await assertAccessible();
    assert.isEmpty(client.asked('renewKeys'));
    await fill('Current password', 'correct horse');
    await press('Renew keys');
    await until(() => client.asked('renewKeys').length === 1);
    const [asked] = client.asked('renewKeys');
    assert.deepEqual([text(asked!.secret), text(asked!.phrase), asked!.signInId], ['correct horse', WORDS.join(' '), undefined]);
    await until(() => heard.length === 1);
  });

  it('is left while the phrase is shown', async () => {
    const { client, heard } = await renewing();
    await press('Continue');
    await one('list', 'Recovery phrase');
    const [title, heading] = [await one('heading', 'Renew the keys of your home'), await one('heading', 'Your new recovery phrase')];
    assert.isBelow(parseFloat(getComputedStyle(heading).fontSize), parseFloat(getComputedStyle(title).fontSize));
    await assertAccessible();
    await press('Cancel');
    assert.deepEqual(heard, ['nx-close-renew']);
    assert.isEmpty(client.asked('renewKeys'));
  });

  it('removes a device with it, or only signs that out', async () => {
    const { client, heard } = await renewing(PHONE);
    await press('Only sign it out');
    assert.deepEqual(heard, ['nx-only-sign-out']);
    await writeDown();
    await fill('Current password', 'correct horse');
    await press('Remove and renew keys');
    await until(() => client.asked('renewKeys').length === 1);
    assert.equal(client.asked('renewKeys')[0]!.signInId, PHONE.signInId);
  });

  it('stays where the password is wrong or the server is away, with the same phrase', async () => {
    const { client, heard } = await renewing();
    await writeDown();
    for (const code of ['auth.rejected', 'account.provider_unreachable'] as const) {
      client.refuses('renewKeys', code);
      await fill('Current password', 'some words');
      await press('Renew keys');
      assert.isNotEmpty(await alertText());
    }
    assert.isEmpty(heard);
    assert.equal(text(client.asked('renewKeys')[1]!.phrase), WORDS.join(' '));
  });
});

describe('taking over renewed keys', () => {
  afterEach(unmount);

  it('takes the new phrase and the password of this device', async () => {
    const { client, heard } = await taking();
    await assertAccessible();
    await press('Take over');
    assert.include(await alertText(), 'phrase');
    assert.isEmpty(client.asked('takeRenewedKeys'));
    await fill('New recovery phrase', '1. Abandon\n2. ability');
    await fill('Current password', 'correct horse');
    await press('Take over');
    await until(() => heard.length === 1);
    const [asked] = client.asked('takeRenewedKeys');
    assert.deepEqual([text(asked!.secret), text(asked!.phrase!)], ['correct horse', 'abandon ability']);
  });

  it('shows the digits of another device, and goes back where that is called off', async () => {
    const { client } = await taking();
    let abort: AbortSignal | undefined;
    client.replies('takeRenewedKeys', (_, work) => new Promise((resolve) => {
      abort = work?.signal;
      abort?.addEventListener('abort', () => { resolve({ ok: false, error: { code: 'aborted' } }); });
    }));
    await press('Use another device instead');
    await fill('Current password', 'correct horse');
    await press('Ask my other device');
    await until(() => abort);
    client.facts.next({ type: 'join.digits', seq: 1, digits: '012345' });
    await one('img', 'Digits 0 1 2 3 4 5');
    await until(() => focused()?.textContent === 'Cancel');
    await assertAccessible();
    assert.isUndefined(client.asked('takeRenewedKeys')[0]!.phrase);
    await press('Cancel');
    await one('button', 'Ask my other device');
    assert.isTrue(abort?.aborted);
    assert.isEmpty(all('alert').map((alert) => alert.innerText.trim()).filter((words) => words !== ''));
  });

  it('says what stands in the way', async () => {
    const { client, heard } = await taking();
    client.refuses('takeRenewedKeys', 'sync.other_keys');
    await fill('New recovery phrase', 'abandon');
    await fill('Current password', 'correct horse');
    await press('Take over');
    assert.include(await alertText(), 'does not continue the keys');
    assert.isEmpty(heard);
  });
});
