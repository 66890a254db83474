// Keys renewed on one device, taken over on the others, with a server between them that may lie and workers that end anywhere.
import { assert } from 'chai';
import { createAead } from '../../../src/crypto/aead.ts';
import { toHex, utf8 } from '../../../src/crypto/bytes.ts';
import { epochOf } from '../../../src/crypto/home-keys.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { createNodeCodec } from '../../../src/workers/home/node-codec.ts';
import type { SignInId } from '../../../src/workers/contract/ids.ts';
import { PASSWORD } from '../session/device.ts';
import { bytes, codeOf, command, value, workPort } from '../home/test-home.ts';
import { all, contents, FILES, openRenewalWorld, opensAtServer, renew, type RenewalDevice, type RenewalWorld, take } from './renewal-world.ts';

const text = (read: Uint8Array) => new TextDecoder().decode(read);
const secret = (words = PASSWORD) => utf8(words);
describe('renewing the keys of a home', () => {
  let world: RenewalWorld;
  let one: RenewalDevice;

  beforeEach(async () => {
    world = await openRenewalWorld();
    one = await world.first();
    await one.home.add({ ...FILES });
    assert.equal(await one.round(), 'synced');
  });
  afterEach(() => world.end());

  it('locks it, and from then on only the password and the new phrase open it', async () => {
    value(await one.calls.setPin({ ...command(), secret: secret(), pin: utf8('123456') }));
    const { keystore } = one;
    const home = toHex(one.home.mounted.homeId);
    const phrase = await renew(one);
    assert.isTrue(one.locked);
    assert.isFalse(await keystore.has(home, 'pin'));
    assert.equal(await one.unlock('wrong'), 'auth.rejected');
    assert.equal(await one.unlock(), 'ok');
    assert.equal(epochOf(one.home.mounted.keys), 1);
    assert.isTrue(value(await one.calls.tryRecoveryPhrase({ secret: secret(phrase) })));
  });

  it('leaves nothing at the server that the old key opens but content from before, and all of it is read here', async () => {
    const before = one.home.mounted.keys;
    assert.notInclude(await opensAtServer(world, one, before), false);
    await renew(one);
    await one.unlock();
    assert.deepEqual(await contents(one), all);
    assert.equal(await one.round(), 'synced');
    assert.notInclude(await opensAtServer(world, one, before), true);
    assert.notInclude(await opensAtServer(world, one, one.home.mounted.keys), false);
    await one.home.add({ 'small.txt': 'changed' }, { clash: 'replace' });
    await one.home.add({ 'new.bin': bytes(40_000) });
    assert.equal(await one.round(), 'synced');
    const node = await one.home.mounted.node(await one.home.find('new.bin'));
    assert.equal(node !== 'damaged' && node?.kind === 'file' && node.content.epoch, 1);
    assert.deepEqual(await one.home.read(await one.home.find('new.bin')), bytes(40_000));
  });

  for (const [what, spoil] of [
    ['not here', async ({ home }: RenewalDevice) => home.mounted.db.write(['extents'], (tx) => tx.remove('extents', { prefix: '' }))],
    ['damaged', async ({ home }: RenewalDevice) => home.mounted.db.write(['extents'], async (tx) => { for (const row of await tx.list('extents')) await tx.put('extents', { ...row, data: new ArrayBuffer(row.size) }); })],
  ] as const) it(`lets a file of before give way to another of the same size, though its content is ${what}`, async () => {
    await renew(one);
    await one.unlock();
    one.before = () => 'unreachable';
    await spoil(one);
    await one.home.add({ 'large.bin': bytes(5_000_000, 4) }, { clash: 'replace' });
    assert.deepEqual(await one.home.read(await one.home.find('large.bin')), bytes(5_000_000, 4));
  });

  it('refuses a wrong password, and then nothing has changed and nobody was signed out', async () => {
    const { phrase } = value(await one.calls.draftRecoveryPhrase({}));
    assert.equal(codeOf(await one.calls.renewKeys({ ...command(), secret: secret('wrong one'), phrase: secret(phrase), signInId: world.signIns[0]!.signInId })), 'auth.rejected');
    assert.isFalse(one.locked);
    assert.isEmpty(world.ended);
    assert.equal(await one.round(), 'synced');
  });

  it('needs the server where the home is synced, and says so', async () => {
    one.before = () => 'unreachable';
    const { phrase } = value(await one.calls.draftRecoveryPhrase({}));
    assert.equal(codeOf(await one.calls.renewKeys({ ...command(), secret: secret(), phrase: secret(phrase) })), 'account.provider_unreachable');
    one.before = undefined;
    assert.equal(await one.round(), 'synced');
  });

  it('needs no server where the home is not synced; beside others who carry it there it is not done', async () => {
    await one.syncing.calls.stopSync(command()).then(value);
    const { phrase } = value(await one.calls.draftRecoveryPhrase({}));
    assert.equal(codeOf(await one.calls.renewKeys({ ...command(), secret: secret(), phrase: secret(phrase) })), 'sync.not_linked');
    one.signedOut = true;
    await renew(one);
    assert.equal(await one.unlock(), 'ok');
    assert.equal(epochOf(one.home.mounted.keys), 1);
    assert.deepEqual(await contents(one), all);
  });

  it('is done again and again: content of every time is read', async () => {
    for (let times = 1; times <= 3; times += 1) {
      await renew(one);
      await one.unlock();
      assert.equal(epochOf(one.home.mounted.keys), times);
      await one.home.add({ [`of-${times}.bin`]: bytes(40_000, times) });
      assert.equal(await one.round(), 'synced');
    }
    assert.deepEqual(await contents(one), all);
    for (let times = 1; times <= 3; times += 1) assert.deepEqual(await one.home.read(await one.home.find(`of-${times}.bin`)), bytes(40_000, times));
  });

  it('ends the sign-in of a device that is removed', async () => {
    const two = await world.join(one, 'two');
    await renew(one, { signInId: `sign-in-of-${two.name}` as SignInId });
    assert.deepEqual(world.ended, ['sign-in-of-two']);
  });

  describe('and another device', () => {
    let two: RenewalDevice;
    beforeEach(async () => {
      two = await world.join(one, 'two');
      assert.deepEqual(await contents(two), all);
    });

    it('says so, sends nothing more, and loses nothing of what it changes until it has them by the phrase', async () => {
      const phrase = await renew(one);
      await one.unlock();
      assert.equal(await one.round(), 'synced');
      await one.home.add({ 'of-one.txt': 'of one' });
      assert.equal(await one.round(), 'synced');
      await two.home.add({ 'of-two.txt': 'of two', 'small.txt': 'changed on two' }, { clash: 'replace' });
      two.sent.length = 0;
      assert.equal(await two.round(), 'renewed');
      assert.isEmpty(two.sent.filter(({ method, path }) => method === 'PUT' || path.startsWith('/batch')));
      assert.equal(codeOf(await take(two, phrase, 'not the password')), 'auth.rejected');
      assert.equal(codeOf(await take(two, 'legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title')), 'auth.rejected');
      assert.isFalse(two.locked);
      value(await take(two, phrase));
      assert.isTrue(two.locked);
      assert.equal(await two.unlock(), 'ok');
      assert.equal(await two.round(), 'synced');
      assert.equal(await one.round(), 'synced');
      for (const device of [one, two]) {
        assert.deepEqual(await device.home.names(), ['docs', 'large.bin', 'of-one.txt', 'of-two.txt', 'small.txt']);
        assert.equal(text(await device.home.read(await device.home.find('small.txt'))), 'changed on two');
        assert.equal(value(await device.syncing.calls.syncStatus({})).unreadable, 0);
      }
      assert.notInclude(await opensAtServer(world, two, one.home.mounted.keys), false);
      assert.isTrue(value(await two.calls.tryRecoveryPhrase({ secret: secret(phrase) })));
    });

    it('takes them over by the approval of the device that has them, and no phrase', async () => {
      const phrase = await renew(one);
      await one.unlock();
      await one.round();
      assert.equal(await two.round(), 'renewed');
      const taken = take(two);
      let [asks] = value(await one.calls.waitingDevices({}));
      while (!asks) [asks] = value(await one.calls.waitingDevices({}));
      const { digits } = value(await one.calls.compareDevice({ ...command(), id: asks.id, port: workPort() }));
      while (two.digits.length === 0) await new Promise((resolve) => { setImmediate(resolve); });
      assert.equal(two.digits[0], digits);
      value(await one.calls.approveDevice({ ...command(), id: asks.id, secret: secret(), kind: 'password' }));
      value(await taken);
      assert.equal(await two.unlock(), 'ok');
      assert.equal(await two.round(), 'synced');
      assert.deepEqual(await contents(two), all);
      assert.isTrue(value(await two.calls.tryRecoveryPhrase({ secret: secret(phrase) })), 'the phrase came along');
    });

    it('that renews them at the same time is second, and takes over what the first one made', async () => {
      const { phrase } = value(await two.calls.draftRecoveryPhrase({}));
      let first: string | undefined;
      two.before = async ({ method, path }) => {
        // Two found the card as it was, and one is faster.
        if (method === 'PUT' && path.startsWith('/objects/envelopes')) first ??= await renew(one);
        return undefined;
      };
      assert.equal(codeOf(await two.calls.renewKeys({ ...command(), secret: secret(), phrase: secret(phrase) })), 'sync.keys_renewed');
      assert.isFalse(two.locked);
      assert.equal(codeOf(await two.calls.renewKeys({ ...command(), secret: secret(), phrase: secret(phrase) })), 'sync.keys_renewed');
      value(await take(two, first));
      await two.unlock();
      assert.equal(await two.round(), 'synced');
      assert.deepEqual(await contents(two), all);
    });

    it('has nothing to take over where nobody renewed them', async () => {
      assert.equal(codeOf(await take(two, 'x')), 'sync.not_renewed');
      assert.isFalse(two.locked);
    });

    it('that sent something with the old key meanwhile hurts nobody, and sends it anew', async () => {
      const before = two.home.mounted.keys;
      const phrase = await renew(one);
      await one.unlock();
      assert.equal(await one.round(), 'synced');
      // As the courier of a device that has not heard yet: over the record that is there, and beside it.
      const codec = await createNodeCodec(before, await createAead(), systemRandom);
      await two.home.add({ 'late.txt': 'late', 'small.txt': 'late too' }, { clash: 'replace' });
      for (const name of ['late.txt', 'small.txt']) {
        const id = await two.home.find(name);
        const node = await two.home.mounted.node(id);
        if (node === 'damaged' || !node) throw new Error('no node');
        const there = await world.cloud.nodes([id]);
        const { record } = await codec.seal(node);
        await world.cloud.write([{ id, body: record, ...(there.ok && there.value[0] && { baseRev: there.value[0].rev }) }], undefined);
      }
      assert.equal(await one.round(), 'synced');
      assert.equal(value(await one.syncing.calls.syncStatus({})).unreadable, 0);
      assert.deepEqual(await contents(one), all);
      value(await take(two, phrase));
      await two.unlock();
      assert.equal(await two.round(), 'synced');
      assert.equal(await one.round(), 'synced');
      for (const device of [one, two]) {
        assert.equal(text(await device.home.read(await device.home.find('late.txt'))), 'late');
        assert.equal(text(await device.home.read(await device.home.find('small.txt'))), 'late too');
      }
    });
  });
});
