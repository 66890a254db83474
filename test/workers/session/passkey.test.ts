import { assert } from 'chai';
import { codeOf, command, createAda, type Ada, type Device, PASSWORD, secret, startDevice } from './device.ts';

const [CRED, SALT] = [new Uint8Array([1, 2, 3]), new Uint8Array(32).fill(4)];
const prf = (fill = 7) => new Uint8Array(32).fill(fill);

describe('a passkey as a way in', () => {
  let device: Device;
  let ada: Ada;
  beforeEach(async () => {
    device = await startDevice();
    ada = await createAda(device);
  });
  const restart = async () => { device = await startDevice(device.disk); };
  const set = (by = PASSWORD, given = prf(), cred = CRED, salt = SALT) => device.calls.setPasskey({ ...command(), secret: secret(by), prf: given, cred: cred.slice(), salt: salt.slice() });
  const come = (given = prf()) => device.calls.login({ ...command(), uid: ada.uid, kind: 'passkey', secret: given });
  const card = async () => (await device.identity.users()).find(({ uid }) => uid === ada.uid)!;

  it('opens the home by what it gives, and tells pages what to ask of it', async () => {
    assert.isUndefined((await card()).passkey);
    assert.equal(codeOf(await set()), 'ok');
    assert.deepEqual((await card()).passkey, { cred: CRED, salt: SALT });
    await restart();
    assert.equal(codeOf(await come()), 'ok');
  });

  it('needs the password to be set, and bytes of the right length', async () => {
    assert.equal(codeOf(await set('not that one')), 'auth.rejected');
    for (const answer of [await set(PASSWORD, new Uint8Array(31)), await set(PASSWORD, prf(), new Uint8Array(0)), await set(PASSWORD, prf(), CRED, new Uint8Array(16))]) assert.equal(codeOf(answer), 'auth.bad_passkey');
    assert.isUndefined((await card()).passkey);
  });

  it('another one opens nothing, locks nobody out, and the same is said where there is none', async () => {
    await restart();
    assert.equal(codeOf(await come()), 'auth.rejected');
    await device.calls.login({ ...command(), uid: ada.uid, kind: 'password', secret: secret(PASSWORD) });
    await set();
    await restart();
    for (let count = 0; count < 8; count += 1) assert.equal(codeOf(await come(prf(count + 20))), 'auth.rejected');
    assert.equal(codeOf(await come(new Uint8Array(5))), 'auth.rejected');
    assert.equal(codeOf(await come()), 'ok');
  });

  it('is one at a time, and opens nothing once it was removed', async () => {
    await set();
    await set(PASSWORD, prf(8));
    await restart();
    assert.equal(codeOf(await come(prf(7))), 'auth.rejected');
    assert.equal(codeOf(await come(prf(8))), 'ok');
    assert.equal(codeOf(await device.calls.removePasskey(command())), 'ok');
    assert.isUndefined((await card()).passkey);
    await restart();
    assert.equal(codeOf(await come(prf(8))), 'auth.rejected');
    assert.equal(codeOf(await device.calls.login({ ...command(), uid: ada.uid, kind: 'password', secret: secret(PASSWORD) })), 'ok');
  });
});
