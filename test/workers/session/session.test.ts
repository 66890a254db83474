import { assert } from 'chai';
import { unwrap } from '../../../src/result.ts';
import type { Uid } from '../../../src/workers/contract/ids.ts';
import { type Ada, codeOf, command, createAda, type Device, login, PASSWORD, SEAL, secret, startDevice } from './device.ts';

const names = async (device: Device) => (await device.identity.users()).map(({ name }) => name);

describe('a user', () => {
  let device: Device;
  before(async () => { device = await startDevice(); });

  it('is made with an open session and a phrase of 24 words', async () => {
    const ada = await createAda(device);
    assert.equal(ada.uid, 'u1');
    assert.lengthOf(ada.phrase.split(' '), 24);
    assert.isTrue(device.core.current().ok);
    assert.deepEqual(device.facts.map(({ type }) => type), ['session.opened']);
  });

  it('is made once, though the command came twice', async () => {
    const fresh = await startDevice();
    const args = { ...command(), name: 'Ada', seal: SEAL };
    const first = unwrap(await fresh.calls.createUser({ ...args, secret: secret(PASSWORD) }));
    const second = unwrap(await fresh.calls.createUser({ ...args, secret: secret(PASSWORD) }));
    assert.equal(second.uid, first.uid);
    assert.deepEqual(await names(fresh), ['Ada']);
    assert.isTrue(unwrap(await fresh.calls.tryRecoveryPhrase({ secret: secret(second.phrase) })));
    assert.isFalse(unwrap(await fresh.calls.tryRecoveryPhrase({ secret: secret(first.phrase) })));
  });

  it('cannot have a name that is taken, in any case', async () => {
    const args = { ...command(), name: 'ADA', seal: SEAL, secret: secret(PASSWORD) };
    assert.equal(codeOf(await device.calls.createUser(args)), 'user.name_taken');
  });

  it('leaves no home behind where it could not be made', async () => {
    const fresh = await startDevice();
    assert.equal(codeOf(await fresh.calls.createUser({ ...command(), name: '', seal: SEAL, secret: secret(PASSWORD) })), 'user.name_invalid');
    assert.equal(codeOf(await fresh.calls.createUser({ ...command(), name: 'Ada', seal: SEAL, secret: secret('short') })), 'auth.weak_password');
    assert.equal(fresh.disk.homes.size, 0);
  });

  it('is deleted with home and ways in, and its uid is never used again', async () => {
    let now = await startDevice();
    const ada = await createAda(now);
    assert.equal(codeOf(await now.calls.deleteUser({ ...command(), uid: ada.uid, secret: secret('wrong horse') })), 'auth.rejected');
    assert.equal(codeOf(await now.calls.deleteUser({ ...command(), uid: ada.uid, secret: secret(PASSWORD) })), 'ok');
    now = await startDevice(now.disk);
    assert.deepEqual([await names(now), now.disk.homes.size], [[], 0]);
    assert.equal((await createAda(now, 'Bob')).uid, 'u2');
  });
});

describe('a takeover', () => {
  it('goes on with the open session where the standby kept it', async () => {
    const device = await startDevice();
    const ada = await createAda(device);
    const next = await startDevice(device.disk, device.kept);
    assert.equal(unwrap(next.core.current()).sid, ada.sid);
  });

  it('opens nothing by keys from before a lock', async () => {
    const device = await startDevice();
    await createAda(device);
    const stolen = device.kept;
    await device.calls.lock(command());
    const next = await startDevice(device.disk, stolen);
    assert.equal(codeOf(next.core.current()), 'session.locked');
  });

  it('removes homes that no user names', async () => {
    const device = await startDevice();
    await createAda(device);
    const [home] = [...device.disk.homes.values()];
    if (home) device.disk.homes.set('ff'.repeat(16), home);
    assert.equal((await startDevice(device.disk)).disk.homes.size, 1);
  });
});

describe('switching', () => {
  it('locks the one and opens the other, each with its own keys', async () => {
    let device = await startDevice();
    const ada = await createAda(device);
    assert.equal(codeOf(await device.calls.createUser({ ...command(), name: 'Bob', seal: SEAL, secret: secret('bobs password') })), 'door.unavailable');
    device = await startDevice(device.disk);
    const bob = unwrap(await device.calls.createUser({ ...command(), name: 'Bob', seal: SEAL, secret: secret('bobs password') }));
    assert.equal(codeOf(await login(device, ada.uid)), 'door.unavailable');
    device = await startDevice(device.disk);
    assert.equal(codeOf(await login(device, ada.uid, 'bobs password')), 'auth.rejected');
    assert.equal(unwrap(await login(device, ada.uid)).sid, ada.sid);
    const { sessions, front } = await device.core.cards();
    assert.equal(front, ada.sid);
    assert.deepEqual(sessions.map(({ sid, locked }) => [sid, locked]).sort(), [[ada.sid, false], [bob.sid, true]].sort());
  });

  it('is offered by the greeter, with no session in front', async () => {
    const device = await startDevice();
    await createAda(device);
    await device.calls.showGreeter(command());
    assert.isUndefined((await (await startDevice(device.disk)).core.cards()).front);
  });

  it('ends with a log out, which deletes nothing', async () => {
    const device = await startDevice();
    const ada = await createAda(device);
    await device.calls.logout({ ...command(), sid: ada.sid });
    const next = await startDevice(device.disk);
    assert.deepEqual((await next.core.cards()).sessions, []);
    assert.equal(codeOf(await login(next, ada.uid)), 'ok');
  });
});

describe('wrong secrets', () => {
  it('are answered alike for a known and an unknown user, with the same work', async () => {
    const device = await startDevice();
    const ada = await createAda(device);
    await device.calls.lock(command());
    const next = await startDevice(device.disk);
    assert.deepEqual(await login(next, ada.uid, 'wrong horse'), await login(next, 'u99' as Uid, 'wrong horse'));
  });

  it('lock the user out after five, across a restart, whatever the clock says', async () => {
    let device = await startDevice();
    const ada = await createAda(device);
    await device.calls.lock(command());
    device = await startDevice(device.disk);
    for (let i = 0; i < 5; i += 1) assert.equal(codeOf(await login(device, ada.uid, 'wrong horse')), 'auth.rejected');
    device = await startDevice(device.disk);
    device.disk.clock.now -= 60_000;
    const waiting = await login(device, ada.uid);
    assert.deepEqual(waiting, { ok: false, error: { code: 'auth.locked_out', retryAfterMs: 30_000 } });
    device.disk.clock.now += 90_001;
    assert.equal(codeOf(await login(device, ada.uid)), 'ok');
  });

  it('sent a hundred at once are counted one by one', async () => {
    let device = await startDevice();
    const ada = await createAda(device);
    await device.calls.lock(command());
    device = await startDevice(device.disk);
    const codes = (await Promise.all(Array.from({ length: 100 }, () => login(device, ada.uid, 'wrong horse')))).map(codeOf);
    assert.equal(codes.filter((code) => code === 'auth.rejected').length, 5);
    assert.equal(codes.filter((code) => code === 'auth.locked_out').length, 95);
  });
});

describe('ways in', () => {
  let device: Device;
  let ada: Ada;
  beforeEach(async () => {
    device = await startDevice();
    ada = await createAda(device);
  });
  const restart = async () => {
    await device.calls.lock(command());
    device = await startDevice(device.disk);
  };

  it('a changed password opens, the old one no longer; the command twice is one change', async () => {
    const change = command();
    const ask = () => device.calls.changePassword({ ...change, kind: 'password', secret: secret(PASSWORD), next: secret('battery staple') });
    assert.equal(codeOf(await ask()), 'ok');
    assert.equal(codeOf(await ask()), 'ok');
    await restart();
    assert.equal(codeOf(await login(device, ada.uid)), 'auth.rejected');
    assert.equal(codeOf(await login(device, ada.uid, 'battery staple')), 'ok');
  });

  it('a forgotten password is set anew by the phrase', async () => {
    const args = { ...command(), kind: 'phrase' as const, secret: secret(ada.phrase), next: secret('battery staple') };
    assert.equal(codeOf(await device.calls.changePassword(args)), 'ok');
    await restart();
    assert.equal(codeOf(await login(device, ada.uid, 'battery staple')), 'ok');
  });

  it('a PIN opens here, until five wrong ones; then only the password does, and brings it back', async () => {
    assert.equal(codeOf(await device.calls.setPin({ ...command(), secret: secret(PASSWORD), pin: secret('123456') })), 'ok');
    await restart();
    assert.equal(codeOf(await login(device, ada.uid, '123456', 'pin')), 'ok');
    await restart();
    for (let i = 0; i < 5; i += 1) {
      assert.equal(codeOf(await login(device, ada.uid, '000000', 'pin')), 'auth.rejected');
      device.disk.clock.now += 20 * 60_000;
    }
    assert.equal(codeOf(await login(device, ada.uid, '123456', 'pin')), 'auth.pin_disabled');
    assert.equal(codeOf(await login(device, ada.uid)), 'ok');
    await restart();
    assert.equal(codeOf(await login(device, ada.uid, '123456', 'pin')), 'ok');
  });

  it('a PIN that was removed opens nothing', async () => {
    await device.calls.setPin({ ...command(), secret: secret(PASSWORD), pin: secret('123456') });
    await device.calls.removePin(command());
    await restart();
    assert.equal(codeOf(await login(device, ada.uid, '123456', 'pin')), 'auth.rejected');
  });

  it('a new recovery phrase replaces the old one', async () => {
    const { phrase } = unwrap(await device.calls.newRecoveryPhrase({ ...command(), secret: secret(PASSWORD) }));
    await restart();
    assert.equal(codeOf(await login(device, ada.uid, ada.phrase, 'phrase')), 'auth.rejected');
    assert.equal(codeOf(await login(device, ada.uid, phrase, 'phrase')), 'ok');
  });

  it('a slip in a phrase is told as that, and not counted', async () => {
    assert.equal(codeOf(await device.calls.tryRecoveryPhrase({ secret: secret('abandon ability') })), 'keystore.phrase_invalid');
  });

  it('settings live in the home, sealed, and outlive the worker', async () => {
    unwrap(await device.calls.setPrefs({ ...command(), prefs: { language: 'de', autoLockMs: 120_000 } }));
    await restart();
    await login(device, ada.uid);
    assert.deepInclude(unwrap(await device.calls.getPrefs({})), { language: 'de', autoLockMs: 120_000 });
  });
});
