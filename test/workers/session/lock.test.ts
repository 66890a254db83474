import { assert } from 'chai';
import { unwrap } from '../../../src/result.ts';
import { StorageError } from '../../../src/workers/store/database.ts';
import { type Ada, codeOf, command, createAda, type Device, login, PASSWORD, secret, startDevice } from './device.ts';

describe('a lock', () => {
  let device: Device;
  let ada: Ada;
  beforeEach(async () => {
    device = await startDevice();
    ada = await createAda(device);
  });

  it('unmounts the home, takes the keys back from the standby and ends the worker', async () => {
    assert.isDefined(device.kept);
    await device.calls.lock(command());
    assert.deepEqual([device.mounted, device.kept, device.retired], [0, undefined, 1]);
    assert.deepEqual(device.facts.at(-1), { type: 'session.locked', sid: ada.sid, uid: ada.uid, why: 'asked' });
  });

  it('takes every step, though storage fails at the first', async () => {
    const { system } = device.disk;
    const write = system.write.bind(system);
    system.write = () => Promise.reject(new StorageError('quota'));
    await device.calls.lock(command()).catch(() => undefined);
    system.write = write;
    assert.deepEqual([device.mounted, device.kept, device.retired], [0, undefined, 1]);
    assert.isFalse(device.core.current().ok);
  });

  it('comes with a log-out that cannot be written down, too', async () => {
    const { system } = device.disk;
    const write = system.write.bind(system);
    system.write = () => Promise.reject(new StorageError('quota'));
    assert.instanceOf(await device.calls.logout({ ...command(), sid: ada.sid }).catch((fault: unknown) => fault), StorageError);
    system.write = write;
    assert.deepEqual([device.core.current().ok, device.mounted, device.kept, device.retired], [false, 0, undefined, 1]);
  });

  it('ends the worker in the end, though the home never closes', async () => {
    unwrap(device.core.current()).home.close = () => new Promise(() => undefined);
    void device.calls.lock(command());
    for (let step = 0; step < 20; step += 1) await Promise.resolve();
    await new Promise((resolve) => { setTimeout(resolve); });
    assert.deepEqual([device.kept, device.retired], [undefined, 0]);
    device.disk.clock.pass(5_000);
    assert.equal(device.retired, 1);
  });

  it('leaves every later call to the next worker', async () => {
    await device.calls.lock(command());
    assert.equal(codeOf(await device.calls.getPrefs({})), 'door.unavailable');
    assert.equal(codeOf(await login(device, ada.uid)), 'door.unavailable');
  });

  it('is opened again by the password, in the same session', async () => {
    await device.calls.lock(command());
    const next = await startDevice(device.disk);
    assert.equal(codeOf(await next.calls.getPrefs({})), 'session.locked');
    const unlock = (word: string) => next.calls.unlock({ ...command(), sid: ada.sid, kind: 'password', secret: secret(word) });
    assert.equal(codeOf(await unlock('wrong horse')), 'auth.rejected');
    assert.equal(codeOf(await unlock(PASSWORD)), 'ok');
    assert.equal(unwrap(next.core.current()).sid, ada.sid);
  });

  it('comes by itself after the idle time, counted from the last activity', async () => {
    device.disk.clock.pass(4 * 60_000);
    await device.calls.reportActivity({});
    device.disk.clock.pass(4 * 60_000);
    assert.isTrue(device.core.current().ok);
    device.disk.clock.pass(60_000);
    await device.calls.lock(command());
    assert.equal(device.retired, 1);
    assert.deepInclude(device.facts.at(-1), { type: 'session.locked', why: 'idle' });
  });

  it('comes at the first key after a sleep past the idle time', async () => {
    device.disk.clock.now += 60 * 60_000;
    await device.calls.reportActivity({});
    await device.calls.lock(command());
    assert.deepInclude(device.facts.at(-1), { type: 'session.locked', why: 'idle' });
  });

  it('comes in time though the clock is set back meanwhile', async () => {
    device.disk.clock.pass(4 * 60_000);
    device.disk.clock.setBack(3 * 60 * 60_000);
    device.disk.clock.pass(2 * 60_000);
    await device.calls.lock(command());
    assert.deepInclude(device.facts.at(-1), { type: 'session.locked', why: 'idle' });
  });

  it('never comes by itself where the person said so', async () => {
    unwrap(await device.calls.setPrefs({ ...command(), prefs: { autoLockMs: null } }));
    device.disk.clock.pass(100 * 60 * 60_000);
    assert.isTrue(device.core.current().ok);
  });
});
