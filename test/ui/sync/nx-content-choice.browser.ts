import { assert } from 'chai';
import { NxContentChoice } from '../../../src/ui/sync/nx-content-choice.ts';
import type { ContentStatus } from '../../../src/workers/contract/sync.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { alertText, all, mount, none, one, press, unmount, until } from '../support/screen.ts';

const ALL: ContentStatus = { all: true, kept: [], anyConnection: false };
const SOME: ContentStatus = { all: false, kept: [], anyConnection: false };

interface Shown { readonly client: FakeClient; readonly element: NxContentChoice; says(): string; asks(): string; chosen(): string | undefined }

async function show(status: ContentStatus, width = 600): Promise<Shown> {
  const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('contentChoice', status);
  client.replies('setContentChoice', ({ all }) => {
    client.answers('contentChoice', { ...status, all });
    return { ok: true, value: undefined };
  });
  const element = new NxContentChoice();
  Object.assign(element, { client });
  const main = document.createElement('main');
  main.style.inlineSize = `${width}px`;
  main.innerHTML = '<h1>Account</h1>';
  main.append(element);
  await mount(main);
  await one('radio', 'Only what I open or keep');
  const root = element.shadowRoot!;
  return {
    client, element, says: () => root.querySelector<HTMLElement>('[role="status"]')?.innerText ?? '',
    asks: () => root.querySelector('nx-confirm-dialog')?.shadowRoot?.querySelector('p')?.textContent ?? '',
    chosen: () => [...root.querySelectorAll('input')].find((input) => input.checked)?.getAttribute('aria-labelledby') ?? undefined,
  };
}

describe('content on this device, in Account', () => {
  afterEach(unmount);

  for (const width of [600, 320]) {
    it(`shows what is chosen, and takes another choice by the keyboard too, at ${width} px`, async () => {
      const { client, element, chosen } = await show(ALL, width);
      assert.equal(chosen(), 'all');
      await assertAccessible();
      assert.isAtMost(element.scrollWidth, width);
      const other = await one('radio', 'Only what I open or keep');
      assert.isAtLeast(other.closest('label')!.getBoundingClientRect().height, 44);
      other.focus();
      other.click();
      await until(() => client.asked('setContentChoice').length === 1);
      assert.deepEqual(client.asked('setContentChoice'), [{ all: false }]);
      await until(() => chosen() === 'some');
      assert.isEmpty(client.asked('freeUpSpace'), 'nothing goes by that');
    });
  }

  it('asks for connections that cost where a browser tells of them, or where they were chosen', async () => {
    const { client } = await show({ ...ALL, anyConnection: true });
    const box = await one<HTMLInputElement>('checkbox', 'Use connections that cost');
    assert.isTrue(box.checked);
    await assertAccessible();
    assert.isAtLeast(box.closest('label')!.getBoundingClientRect().height, 44);
    box.click();
    await until(() => client.asked('setContentConnection').length === 1);
    assert.deepEqual(client.asked('setContentConnection'), [{ any: false }]);
    if ('connection' in navigator) await until(() => !box.checked);
    else await none('checkbox', 'Use connections that cost');
  });

  it('shows a choice of connections as it still is where it was refused', async () => {
    const { client } = await show({ ...ALL, anyConnection: true });
    client.refuses('setContentConnection', 'storage.quota');
    const box = await one<HTMLInputElement>('checkbox', 'Use connections that cost');
    box.click();
    assert.notEqual(await alertText(), '');
    await until(() => box.checked);
  });

  it('shows the choice as it still is where it was refused', async () => {
    const { client, chosen } = await show(ALL);
    client.refuses('setContentChoice', 'storage.quota');
    (await one('radio', 'Only what I open or keep')).click();
    assert.notEqual(await alertText(), '');
    await until(() => chosen() === 'all');
  });

  it('frees space after a question that says what goes and what stays, and says what came of it', async () => {
    const { client, says, asks, chosen } = await show(ALL);
    client.answers('freeUpSpace', { bytes: 1_200_000_000, extents: 400, files: 340, left: 0 });
    await press('Free up space…');
    await one('dialog', 'Free up space on this device?');
    assert.include(asks(), 'Your files stay listed.');
    assert.include(asks(), 'From then on only what you open or keep');
    await assertAccessible();
    await press('Cancel');
    await none('dialog', 'Free up space on this device?');
    assert.isEmpty(client.asked('freeUpSpace'));
    await press('Free up space…');
    await press('Free up space');
    await until(() => says() === '1.2 GB freed. 340 files stay listed and come back when opened.');
    assert.deepEqual(client.called.map(({ method }) => method).filter((method) => method === 'setContentChoice' || method === 'freeUpSpace'), ['setContentChoice', 'freeUpSpace']);
    assert.equal(chosen(), 'some');
    await assertAccessible();
  });

  it('does not choose again what is chosen, and tells of what stays', async () => {
    const { client, says, asks } = await show(SOME);
    client.answers('freeUpSpace', { bytes: 0, extents: 0, files: 0, left: 2 });
    await press('Free up space…');
    await one('dialog', 'Free up space on this device?');
    assert.notInclude(asks(), 'From then on');
    await press('Free up space');
    await until(() => says().startsWith('Nothing was freed. 2 pieces of content stay'));
    assert.isEmpty(client.asked('setContentChoice'));
  });

  it('says why nothing was freed where the server does not answer', async () => {
    const { client, says } = await show(SOME);
    client.refuses('freeUpSpace', 'account.provider_unreachable');
    await press('Free up space…');
    await press('Free up space');
    assert.include(await alertText(), 'does not answer');
    assert.equal(says(), '');
  });

  it('shows how far it is, and is called off', async () => {
    const { client } = await show(SOME);
    let aborted = false;
    client.replies('freeUpSpace', (_, work) => new Promise((resolve) => {
      work?.onProgress?.({ phase: 'working', doneBytes: 5, totalBytes: 10, doneItems: 1, totalItems: 2 });
      work?.signal?.addEventListener('abort', () => {
        aborted = true;
        resolve({ ok: false, error: { code: 'aborted' } });
      });
    }));
    await press('Free up space…');
    await press('Free up space');
    await one('progressbar', 'Freeing up space');
    await press('Cancel');
    await one('button', 'Free up space…');
    assert.isTrue(aborted);
    assert.deepEqual(all('alert').map((alert) => alert.innerText.trim()).filter((text) => text !== ''), []);
  });
});
