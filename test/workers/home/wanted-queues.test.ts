import { assert } from 'chai';
import { createWantedQueues, type WantedQueues } from '../../../src/workers/home/wanted-queues.ts';

describe('what is to be brought', () => {
  let queues: WantedQueues;
  beforeEach(() => {
    queues = createWantedQueues();
    queues.put('online', { wanted: false, now: true, folder: 'a' });
    queues.put('earlier', { wanted: true, now: false, folder: 'b' });
    for (const folder of ['a', 'b', 'c']) queues.put(folder, { wanted: true, now: true, folder });
  });

  const ids = (online = false) => [...queues.ids(online)];

  it('comes in order: what files are now, what they were, and what stays at the server where that is asked for', () => {
    assert.deepEqual(ids(), ['a', 'b', 'c', 'earlier']);
    assert.deepEqual(ids(true), ['a', 'b', 'c', 'earlier', 'online']);
    assert.deepEqual([queues.count(), queues.absent()], [4, 5]);
  });

  it('begins with the folder that is shown, also with what is known of it later', () => {
    queues.looksAt('b');
    assert.deepEqual(ids(), ['b', 'a', 'c', 'earlier']);
    queues.put('b2', { wanted: true, now: true, folder: 'b' });
    assert.deepEqual(ids(), ['b', 'b2', 'a', 'c', 'earlier']);
    queues.looksAt('c');
    assert.deepEqual(ids(), ['c', 'a', 'b', 'b2', 'earlier']);
    assert.deepEqual([queues.count(), queues.absent(), queues.folderOf('b2')], [5, 6, 'b']);
  });

  it('is not put elsewhere while it is gone through', () => {
    const found: string[] = [];
    for (const id of queues.ids(false)) {
      queues.looksAt('c');
      found.push(id);
    }
    assert.deepEqual(found, ['a', 'b', 'c', 'earlier']);
  });

  it('is forgotten once it is here', () => {
    for (const id of ids(true)) queues.remove(id);
    assert.deepEqual([ids(true), queues.has('a'), queues.folderOf('a')], [[], false, undefined]);
  });
});
