// A renewal of keys on a device whose disk has no room to seal the home anew.
import { assert } from 'chai';
import { createAead } from '../../../src/crypto/aead.ts';
import { ownerOf, parseCard } from '../../../src/workers/syncing/home-card.ts';
import { codeOf, command, value } from '../home/test-home.ts';
import { utf8 } from '../../../src/crypto/bytes.ts';
import { PASSWORD } from '../session/device.ts';
import { all, contents, FILES, openRenewalWorld, opensAtServer, renew, type RenewalDevice, type RenewalWorld } from './renewal-world.ts';

describe('renewing the keys of a home without room on the disk', () => {
  let world: RenewalWorld;
  let one: RenewalDevice;

  beforeEach(async () => {
    world = await openRenewalWorld();
    one = await world.first();
    await one.home.add(FILES);
    assert.equal(await one.round(), 'synced');
    await renew(one);
    one.noRoom = true;
    one.sent.length = 0;
    assert.equal(await one.unlock(), 'ok');
  });
  afterEach(() => world.end());

  const isWhole = async (): Promise<boolean> => {
    const found = await world.cloud.object('envelopes', '0'.repeat(32));
    const card = found.ok && found.value ? parseCard(found.value.body) : undefined;
    return (card && (await ownerOf(await createAead(), one.home.mounted.keys, card)))?.whole === true;
  };

  it('opens it, and sends nothing and says nothing of the account before there is room; then all of it', async () => {
    assert.deepEqual(await contents(one), all);
    assert.equal(await one.round(), 'no_room');
    assert.isEmpty(one.sent);
    assert.isFalse(await isWhole());
    one.noRoom = false;
    await one.home.add({ 'new.txt': 'new' });
    assert.equal(await one.round(), 'synced');
    assert.notInclude(await opensAtServer(world, one, one.home.mounted.keys), false);
    assert.isTrue(await isWhole());
    assert.deepEqual(await contents(one), all);
  });

  it('does not take what others changed, nor renew again, before there is room', async () => {
    const { phrase } = value(await one.calls.draftRecoveryPhrase({}));
    assert.equal(codeOf(await one.calls.renewKeys({ ...command(), secret: utf8(PASSWORD), phrase: utf8(phrase) })), 'storage.quota');
    assert.isFalse(one.locked);
    one.noRoom = false;
    assert.equal(await one.round(), 'synced');
    await renew(one);
    assert.equal(await one.unlock(), 'ok');
    assert.deepEqual(await contents(one), all);
  });
});
