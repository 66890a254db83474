import { assert } from 'chai';
import { promptAfter } from '../../../src/ui/apps/prompt-watch.ts';
import type { PromptCard } from '../../../src/workers/contract/grants.ts';
import type { InstanceId } from '../../../src/workers/contract/ids.ts';
import { FakeClient } from '../../support/fake-client.ts';

const [MINE, OTHER] = ['1'.repeat(32) as InstanceId, '2'.repeat(32) as InstanceId];
const CARD = { promptId: '3' } as unknown as PromptCard;

describe('the question of an app', () => {
  it('is read again when it is asked about, and only then', async () => {
    const client = new FakeClient().answers('readPrompt', CARD);
    assert.equal(await promptAfter(client, { type: 'apps.prompted', instance: OTHER, seq: 1 }, MINE), 'unchanged');
    assert.isEmpty(client.asked('readPrompt'));
    assert.equal(await promptAfter(client, { type: 'apps.prompted', instance: MINE, seq: 2 }, MINE), CARD);
  });

  it('is read again where facts were missed, and shows whether the app is still there', async () => {
    const client = new FakeClient().answers('readPrompt', CARD);
    assert.equal(await promptAfter(client, { type: 'facts.missed' }, undefined), 'unchanged', 'nothing runs');
    assert.equal(await promptAfter(client, { type: 'facts.missed' }, MINE), CARD);
    client.answers('readPrompt', null);
    assert.isUndefined(await promptAfter(client, { type: 'facts.missed' }, MINE));
    for (const code of ['apps.unknown', 'session.locked'] as const) assert.equal(await promptAfter(client.refuses('readPrompt', code), { type: 'facts.missed' }, MINE), 'gone');
    assert.equal(await promptAfter(client.refuses('readPrompt', 'storage.failed'), { type: 'facts.missed' }, MINE), 'unchanged');
  });
});
