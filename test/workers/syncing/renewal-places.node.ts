// Places of nodes whose folder the account has of an earlier key: they are kept until somebody sends the folder anew.
import { assert } from 'chai';
import { createAead } from '../../../src/crypto/aead.ts';
import { fromHex, toHex } from '../../../src/crypto/bytes.ts';
import type { HomeKeys } from '../../../src/crypto/home-keys.ts';
import type { HomeNode } from '../../../src/crypto/node.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { graveOf } from '../../../src/workers/home/grave.ts';
import { createNodeCodec } from '../../../src/workers/home/node-codec.ts';
import { all, contents, FILES, openRenewalWorld, renew, type RenewalDevice, type RenewalWorld } from './renewal-world.ts';

describe('a folder that the account has of an earlier key', () => {
  let world: RenewalWorld;
  let one: RenewalDevice;
  let two: RenewalDevice;
  let docs: string;
  let deep: string;

  async function put(keys: HomeKeys, node: HomeNode): Promise<void> {
    const there = await world.cloud.nodes([docs]);
    const { record } = await (await createNodeCodec(keys, await createAead(), systemRandom)).seal(node);
    const written = await world.cloud.write([{ id: docs, body: record, ...(there.ok && there.value[0] && { baseRev: there.value[0].rev }) }], undefined);
    assert.isTrue(written.ok && written.value[0]?.done);
  }

  const placeOf = async (device: RenewalDevice) => {
    const node = await device.home.mounted.node(deep);
    return node && node !== 'damaged' ? toHex(node.parent) : undefined;
  };

  beforeEach(async () => {
    world = await openRenewalWorld();
    one = await world.first();
    await one.home.add(FILES);
    assert.equal(await one.round(), 'synced');
    const before = one.home.mounted.keys;
    docs = await one.home.find('docs');
    deep = await one.home.find('deep.txt', docs as never);
    const phrase = await renew(one);
    await one.unlock();
    assert.equal(await one.round(), 'synced');
    // As the courier of a device that has not heard yet.
    await put(before, (await one.home.mounted.node(docs)) as HomeNode);
    two = await world.join(one, 'two', phrase);
  });
  afterEach(() => world.end());

  it('keeps what lies in it where it is, also on a device that has only just come, and in its next life', async () => {
    assert.equal(await placeOf(two), docs);
    await two.home.mounted.db.write(['meta'], async (tx) => tx.put('meta', { ...(await tx.get('meta', 'feed')), key: 'feed', mending: true }));
    await two.syncing.closing();
    await two.unlock();
    assert.equal(await two.round(), 'synced');
    assert.equal(await placeOf(two), docs);
    assert.deepEqual(await two.home.names(), ['large.bin', 'small.txt']);
    assert.equal(await one.round(), 'synced');
    assert.equal(await two.round(), 'synced');
    for (const device of [one, two]) assert.deepEqual(await contents(device), all);
    assert.isUndefined((await two.home.mounted.db.read(['meta'], (tx) => tx.get('meta', 'feed')))?.passed);
  });

  it('gives what lies in it to the root once it is gone for good', async () => {
    await put(one.home.mounted.keys, graveOf(fromHex(docs, 16)!, { clock: [Date.now() + 60_000, 0], device: systemRandom(16), now: Date.now() }));
    assert.equal(await two.round(), 'synced');
    assert.equal(await placeOf(two), toHex(two.home.mounted.homeId));
    assert.include(await two.home.names(), 'deep.txt');
  });
});
