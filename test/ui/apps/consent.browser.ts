// The question whether an app may: it says who asks and for what, proposes the least, and gives what was chosen and nothing else.
import { assert } from 'chai';
import { NxConsent } from '../../../src/ui/apps/nx-consent.ts';
import type { PromptCard } from '../../../src/workers/contract/grants.ts';
import type { NodeId } from '../../../src/workers/contract/ids.ts';
import { ADA, ADA_SESSION, deviceWith, FakeClient } from '../../support/fake-client.ts';
import { assertAccessible } from '../support/axe.ts';
import { words as said } from '../../e2e/support/accessible.ts';
import { all, mount, one, unmount, until } from '../support/screen.ts';

const NODE = '1'.repeat(32) as NodeId;
const PROMPT: PromptCard = {
  promptId: '2'.repeat(32) as PromptCard['promptId'], instance: '3'.repeat(32) as PromptCard['instance'], appId: '4'.repeat(32) as PromptCard['appId'], kind: 'connected', name: 'Notes', origin: 'https://notes.test',
  items: [
    { resource: 'home:/Notes/*', modes: ['session', 'persistent'], scopes: [{ scope: 'read:files', why: 'To show them.' }], proposed: { path: 'Diary', kind: 'folder', node: NODE } },
    { modes: ['once', 'session', 'persistent'], scopes: [{ scope: 'read:profile', why: 'To greet you.' }] },
  ],
};
/** A system dialog does nothing for a moment. */
const PATIENCE_MS = 400;

async function show(prompt = PROMPT): Promise<FakeClient> {
  const client = new FakeClient(deviceWith([ADA], ADA_SESSION)).answers('measureReach', { files: 12, bytes: 3_000_000, more: false }).answers('allowPrompt', undefined).answers('denyPrompt', undefined);
  const consent = new NxConsent();
  Object.assign(consent, { client, user: ADA, prompt });
  const main = document.createElement('main');
  main.append(consent);
  await mount(main);
  await one('dialog', `Allow “${prompt.name}”?`);
  return client;
}
const press = async (name: string) => {
  const shown = performance.now();
  await until(() => performance.now() - shown > PATIENCE_MS);
  (await one('button', name)).click();
};

describe('consent', () => {
  afterEach(unmount);

  it('says who asks, from where, for what, where that is and how much is in it', async () => {
    await show();
    for (const words of ['https://notes.test', 'Ada Lovelace’s home', 'See what is in this folder', 'To show them.', 'Diary', 'See your name', 'send what it reads wherever it likes']) {
      await until(() => said().includes(words));
    }
    await until(() => said().includes('12 files, 3 MB'));
    await assertAccessible();
  });

  it('proposes the shortest that all of it can be given for, and gives what was chosen', async () => {
    const client = await show();
    const select = await one<HTMLSelectElement>('combobox', 'How long');
    assert.deepEqual([...select.options].map(({ value }) => value), ['session', 'persistent']);
    assert.equal(select.value, 'session');
    select.value = 'persistent';
    select.dispatchEvent(new Event('change'));
    await press('Allow');
    await until(() => client.asked('allowPrompt').length === 1);
    assert.deepEqual(client.asked('allowPrompt')[0], { promptId: PROMPT.promptId, consents: [{ mode: 'persistent', node: NODE }, { mode: 'persistent' }] });
  });

  it('does nothing for its first moments, then takes a no that is remembered', async () => {
    const client = await show();
    (await one('button', 'Allow')).click();
    assert.isEmpty(client.asked('allowPrompt'));
    await press('Deny');
    await until(() => client.asked('denyPrompt').length === 1);
    assert.deepEqual(client.asked('denyPrompt')[0], { promptId: PROMPT.promptId, remember: true });
  });

  it('that is closed is a no for now', async () => {
    const client = await show();
    (await one<HTMLDialogElement>('dialog', 'Allow “Notes”?')).close();
    await until(() => client.asked('denyPrompt').length === 1);
    assert.isFalse(client.asked('denyPrompt')[0]?.remember);
  });

  it('on one file says so, and offers no folder for it', async () => {
    await show({ ...PROMPT, items: [{ resource: 'home:/plan.txt', modes: ['session'], scopes: [{ scope: 'write:files', why: 'To keep it.' }], proposed: { path: 'plan.txt', kind: 'file', node: NODE } }] });
    await until(() => said().includes('Change this file'));
    assert.isEmpty(all('button', 'Choose another folder'));
  });
});
