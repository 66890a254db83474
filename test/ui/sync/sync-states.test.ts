import { assert } from 'chai';
import { syncStates } from '../../../src/ui/sync/sync-states.ts';
import type { SyncState, SyncStatus } from '../../../src/workers/contract/sync.ts';
import { FakeClient } from '../../support/fake-client.ts';

const at = (state: SyncState): SyncStatus => ({ state, waiting: 0, toCome: 0, unreadable: 0 });
const settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve); });

function watch(client: FakeClient): { readonly seen: SyncState[]; tells(state: SyncState): void; end(): void } {
  const seen: SyncState[] = [];
  const subscription = syncStates(client).subscribe(({ state }) => { seen.push(state); });
  return { seen, tells: (state) => { client.facts.next({ type: 'sync.changed', seq: 1, status: at(state) }); }, end: () => { subscription.unsubscribe(); } };
}

describe('the states of sync', () => {
  it('begin with how it is and follow each change', async () => {
    const { seen, tells, end } = watch(new FakeClient().answers('syncStatus', at('off')));
    await settled();
    tells('working');
    tells('synced');
    end();
    tells('paused');
    assert.deepEqual(seen, ['off', 'working', 'synced']);
  });

  it('do not go back to an answer that a change came before', async () => {
    const { seen, tells, end } = watch(new FakeClient().answers('syncStatus', at('working')));
    tells('synced');
    await settled();
    assert.deepEqual(seen, ['synced']);
    end();
  });

  it('are asked for anew where changes were missed, and by a new authority alone', async () => {
    const client = new FakeClient().answers('syncStatus', at('working'));
    const { seen, end } = watch(client);
    await settled();
    client.answers('syncStatus', at('full'));
    client.facts.next({ type: 'facts.missed' });
    await settled();
    client.connection.next('ready');
    await settled();
    assert.lengthOf(client.asked('syncStatus'), 2);
    client.connection.next('connecting');
    client.answers('syncStatus', at('unreachable')).connection.next('ready');
    await settled();
    assert.deepEqual(seen, ['working', 'full', 'unreachable']);
    end();
  });

  it('say nothing while no home is open', async () => {
    const { seen, tells, end } = watch(new FakeClient().refuses('syncStatus', 'session.none'));
    await settled();
    assert.isEmpty(seen);
    tells('off');
    assert.deepEqual(seen, ['off']);
    end();
  });
});
