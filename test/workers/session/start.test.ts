// A worker begins whatever is wrong with one home: the others are to be opened.
import { assert } from 'chai';
import { StorageError } from '../../../src/workers/store/database.ts';
import type { Follower } from '../../../src/workers/session/open-home.ts';
import { codeOf, command, createAda, type Device, type Disk, login, newDisk, PASSWORD, secret, startDevice } from './device.ts';

/** What a home's database answers from here on. */
function failing({ homes }: Disk, what: 'get' | 'delete', fault: 'blocked' | 'evicted'): () => void {
  const before = homes[what];
  Object.assign(homes, { [what]: () => { throw new StorageError(fault); } });
  return () => void Object.assign(homes, { [what]: before });
}

describe('a worker that begins', () => {
  it('does so though a home that is to go cannot be dropped now, and drops it at the next start', async () => {
    const disk = newDisk();
    const first = await startDevice(disk);
    const ada = await createAda(first);
    disk.homes.set('f'.repeat(32), disk.homes.values().next().value!);
    const mend = failing(disk, 'delete', 'blocked');
    const second = await startDevice(disk);
    assert.equal(codeOf(await login(second, ada.uid)), 'ok');
    mend();
    await startDevice(disk);
    assert.lengthOf([...disk.homes.keys()], 1);
  });

  it('does so locked, where the home that was handed over cannot be opened any more', async () => {
    const disk = newDisk();
    const first = await startDevice(disk);
    await createAda(first);
    const { kept } = first;
    failing(disk, 'get', 'evicted');
    const second = await startDevice(disk, kept);
    assert.isFalse(second.core.current().ok);
  });
});

describe('a home that is opened', () => {
  it('is open for nobody, not half, where something that follows it fails', async () => {
    const disk = newDisk();
    const first = await startDevice(disk);
    const ada = await createAda(first);
    await first.calls.lock(command());
    const second = await startDevice(disk);
    const failure = { opened: () => Promise.reject(new StorageError('failed')), closing: () => Promise.resolve() };
    (second.core.deps.followers as Follower[]).push(failure);
    const unlock = (device: Device) => device.calls.unlock({ ...command(), sid: ada.sid, kind: 'password', secret: secret(PASSWORD) });
    assert.instanceOf(await unlock(second).catch((fault: unknown) => fault), StorageError);
    assert.deepEqual([second.core.current().ok, second.mounted, second.kept, second.retired], [false, 0, undefined, 1]);
    assert.equal(codeOf(await unlock(await startDevice(disk))), 'ok', 'the next worker tries again');
  });
});
