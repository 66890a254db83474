// What the devices of an account are called, and by which sign-in the server knows them.
import { assert } from 'chai';
import { createAead } from '../../../src/crypto/aead.ts';
import { utf8 } from '../../../src/crypto/bytes.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { sealDevices } from '../../../src/workers/syncing/device-list.ts';
import { PASSWORD } from '../session/device.ts';
import { bytes, codeOf, command, value } from '../home/test-home.ts';
import { all, contents, FILES, openRenewalWorld, type RenewalDevice, type RenewalWorld } from './renewal-world.ts';

const secret = (words = PASSWORD) => utf8(words);

describe('the devices of an account', () => {
  let world: RenewalWorld;
  let one: RenewalDevice;
  beforeEach(async () => {
    world = await openRenewalWorld();
    one = await world.first();
  });
  afterEach(() => world.end());

  const names = async (device: RenewalDevice) => value(await device.calls.accountDevices({})).map(({ name, current }) => `${name ?? '?'}${current ? ' (here)' : ''}`);

  it('are called what they are, and what somebody calls them', async () => {
    const two = await world.join(one, 'two');
    await one.round();
    assert.deepEqual(await names(one), ['one (here)', 'two']);
    value(await one.calls.nameDevice({ ...command(), signInId: 'sign-in-of-two' as never, name: '  The old phone ' }));
    assert.deepEqual(await names(two), ['one', 'The old phone (here)']);
    assert.equal(codeOf(await one.calls.nameDevice({ ...command(), signInId: 'sign-in-of-nobody' as never, name: 'x' })), 'account.sign_in_over');
    for (const name of ['', '  ', 'a\nb']) assert.equal(codeOf(await one.calls.nameDevice({ ...command(), signInId: 'sign-in-of-two' as never, name })), 'user.name_invalid');
    await two.syncing.closing();
    await two.unlock();
    await two.round();
    assert.deepEqual(await names(one), ['one (here)', 'The old phone'], 'a name stays');
  });

  it('have names of their own where they are alike', async () => {
    value(await one.calls.nameDevice({ ...command(), signInId: 'sign-in-of-one' as never, name: 'two' }));
    const two = await world.join(one, 'two');
    await two.round();
    assert.deepEqual(await names(two), ['two', 'two 2 (here)']);
    value(await one.calls.nameDevice({ ...command(), signInId: 'sign-in-of-one' as never, name: 'The desk' }));
    await two.syncing.closing();
    await two.unlock();
    await two.round();
    assert.deepEqual(await names(two), ['The desk', 'two 2 (here)'], 'a name stays');
  });

  it('are called so in Files, too, soon after somebody calls them otherwise, with no more asked of the server than the list', async () => {
    const two = await world.join(one, 'two');
    await one.home.add({ 'a.txt': 'before' });
    await one.round();
    await two.round();
    await two.home.add({ 'a.txt': 'by two' }, { clash: 'replace' });
    await one.home.add({ 'a.txt': 'by one' }, { clash: 'replace' });
    await two.round();
    await one.round();
    await two.round();
    const said = async ({ home }: RenewalDevice) => value(await home.surface.listFolder({ folder: home.root })).entries.flatMap((entry) => (entry.kind === 'file' && entry.conflict ? [entry.conflict] : [])).map(({ device, here }) => `${device ?? '?'}${here ? ' (here)' : ''}`);
    await one.round();
    assert.deepEqual([await said(one), await said(two)], [['two'], ['two (here)']]);
    value(await two.calls.nameDevice({ ...command(), signInId: 'sign-in-of-two' as never, name: 'The old phone' }));
    assert.deepEqual(await said(two), ['The old phone (here)']);
    await one.round();
    const before = one.sent.length;
    await one.round();
    assert.deepEqual(await said(one), ['The old phone']);
    assert.lengthOf(one.sent.slice(before).filter(({ path }) => path.includes('devices/')), 1);
    const known = one.sent.length;
    await one.round();
    assert.lengthOf(one.sent.slice(known).filter(({ path }) => path.includes('devices/')), 0);
  });

  it('come to an account that is full, and have all of it', async () => {
    await one.home.add(FILES);
    assert.equal(await one.round(), 'synced');
    await world.fill();
    await one.home.add({ 'more.txt': 'more' });
    assert.equal(await one.round(), 'full');
    const two = await world.join(one, 'two');
    assert.deepEqual(await contents(two), all);
    assert.equal(await two.round(), 'synced');
    assert.deepEqual(await names(one), ['one (here)', 'two']);
  });

  it('delete for good where the account is full, which makes room', async () => {
    await one.home.add(FILES);
    assert.equal(await one.round(), 'synced');
    const two = await world.join(one, 'two');
    await world.fill();
    for (const { id } of value(await one.home.surface.listFolder({ folder: one.home.root })).entries) {
      value(await one.home.surface.trashNodes({ ...command(), nodes: [id] }));
      value(await one.home.surface.deleteNodes({ ...command(), nodes: [id] }));
    }
    assert.equal(await one.round(), 'synced');
    await two.round();
    assert.deepEqual(await two.home.names(), []);
  });

  it('are listed without names where the list cannot be read, and made anew', async () => {
    const found = await world.cloud.object('devices', '0'.repeat(32));
    assert.isTrue(found.ok && (await world.cloud.putObject('devices', '0'.repeat(32), { rev: found.value!.rev, body: bytes(300) })).ok);
    assert.deepEqual(await names(one), ['? (here)']);
    await one.syncing.closing();
    await one.unlock();
    await one.round();
    assert.deepEqual(await names(one), ['one (here)']);
  });

  it('are listed where sync begins anew in one worker\'s life, and where somebody signs in again', async () => {
    const drop = async () => {
      const found = await world.cloud.object('devices', '0'.repeat(32));
      assert.isTrue(found.ok && (await world.cloud.deleteObject('devices', '0'.repeat(32), found.value!.rev)).ok);
    };
    assert.equal(await one.round(), 'synced');
    value(await one.syncing.calls.stopSync(command()));
    // As at another account.
    await drop();
    value(await one.syncing.calls.startSync(command()));
    await one.round();
    assert.deepEqual(await names(one), ['one (here)']);
    await drop();
    one.syncing.accountChanged('not');
    one.syncing.accountChanged('usable');
    await one.round();
    assert.deepEqual(await names(one), ['one (here)']);
  });

  it('keep their names when keys are renewed, but for the one that is removed', async () => {
    await world.join(one, 'two');
    await world.join(one, 'three');
    const { phrase } = value(await one.calls.draftRecoveryPhrase({}));
    value(await one.calls.renewKeys({ ...command(), secret: secret(), phrase: secret(phrase), signInId: 'sign-in-of-two' as never }));
    await one.unlock();
    assert.equal(await one.round(), 'synced');
    assert.deepEqual(await names(one), ['one (here)', 'three']);
    const list = await world.cloud.object('devices', '0'.repeat(32));
    assert.isTrue(list.ok && list.value !== undefined);
  });

  it('have no names that an earlier key sealed, once the account is whole under the newest', async () => {
    const aead = await createAead();
    const { keys } = one.home.mounted;
    const { phrase } = value(await one.calls.draftRecoveryPhrase({}));
    value(await one.calls.renewKeys({ ...command(), secret: secret(), phrase: secret(phrase) }));
    const put = async (name: string) => {
      const found = await world.cloud.object('devices', '0'.repeat(32));
      const body = await sealDevices({ aead, random: systemRandom, keys }, [{ device: '1'.repeat(32), name, signIn: 'sign-in-of-one' as never }]);
      assert.isTrue(found.ok && (await world.cloud.putObject('devices', '0'.repeat(32), { rev: found.value!.rev, body })).ok);
    };
    one.before = () => 'unreachable';
    await one.unlock();
    await put('until then');
    one.before = undefined;
    assert.deepEqual(await names(one), ['until then (here)']);
    assert.equal(await one.round(), 'synced');
    assert.isTrue(await one.home.mounted.keyring.isWhole());
    await put('by the one that was removed');
    assert.deepEqual(await names(one), ['? (here)']);
    await one.syncing.closing();
    await one.unlock();
    await one.round();
    assert.deepEqual(await names(one), ['one (here)']);
  });
});
