// A server that shows another card than the home's devices put there: work goes on, sync rests and says so, and nothing is sent
// or deleted by it.
import { assert } from 'chai';
import { concat, u32 } from '../../../src/crypto/bytes.ts';
import { decodeMap, encodeMap } from '../../../src/crypto/canonical-cbor.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { MOST_EPOCHS } from '../../../src/crypto/keyring.ts';
import { bytes, codeOf } from '../home/test-home.ts';
import { all, contents, FILES, openRenewalWorld, renew, type RenewalDevice, type RenewalWorld, take } from './renewal-world.ts';

type Body = Uint8Array<ArrayBuffer>;
const CARD = ['envelopes', '0'.repeat(32)] as const;

/** The card with some of its fields made up. */
function forged(card: Body, fields: Readonly<Record<string, unknown>>): Body {
  const map = decodeMap(card, 'card');
  if (!map.ok) throw new Error('no card');
  return encodeMap({ ...Object.fromEntries(map.value), ...fields });
}

const LIES: readonly (readonly [what: string, state: string, made: (card: Body) => Body])[] = [
  ['of a far later epoch', 'renewed', (card) => forged(card, { keyring: concat(u32(MOST_EPOCHS - 1), bytes(400)) })],
  ['of an epoch that there cannot be', 'refused', (card) => forged(card, { keyring: concat(u32(0xffff_ffff), bytes(400)) })],
  ['that is no card', 'refused', () => bytes(300)],
  ['that is empty', 'refused', () => new Uint8Array(0)],
  ['of another home', 'refused', (card) => forged(card, { home_id: systemRandom(16) })],
];

describe('a server that shows a card', () => {
  let world: RenewalWorld;
  let one: RenewalDevice;
  let card: Body;
  let rev: string;

  beforeEach(async () => {
    world = await openRenewalWorld();
    one = await world.first();
    await one.home.add(FILES);
    await renew(one);
    await one.unlock();
    assert.equal(await one.round(), 'synced');
    const found = await world.cloud.object(...CARD);
    if (!found.ok || !found.value) throw new Error('no card');
    [card, rev] = [found.value.body, found.value.rev];
  });
  afterEach(() => world.end());

  async function show(body: Body): Promise<void> {
    assert.isTrue((await world.cloud.putObject(...CARD, { rev, body })).ok);
    const found = await world.cloud.object(...CARD);
    if (found.ok && found.value) rev = found.value.rev;
  }

  const sentBy = (device: RenewalDevice) => device.sent.filter(({ method, path }) => method === 'PUT' || method === 'DELETE' || path.startsWith('/batch'));

  for (const [what, state, made] of LIES) {
    it(`${what} lets sync rest and nothing else, until the true one is back`, async () => {
      await show(made(card));
      one.sent.length = 0;
      await one.home.mounted.db.write(['courier'], (tx) => tx.put('courier', { key: 'pass' } as never));
      await one.home.add({ 'meanwhile.txt': 'meanwhile' });
      for (let times = 0; times < 2; times += 1) assert.equal(await one.round(), state);
      // The next worker sees nothing but the lie.
      await one.syncing.closing();
      assert.equal(await one.unlock(), 'ok');
      assert.equal(await one.round(), state);
      assert.isEmpty(await one.home.mounted.db.read(['courier'], (tx) => tx.list('courier')), 'nothing is carried while the home is locked');
      assert.isEmpty(sentBy(one));
      assert.include(await one.home.names(), 'meanwhile.txt');
      assert.deepEqual(await contents(one), all);
      assert.notEqual(codeOf(await take(one, 'legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title')), 'ok');
      assert.isFalse(one.locked);
      await show(card);
      assert.equal(await one.round(), 'synced');
      assert.equal(one.home.mounted.sync.reconciler.waiting(), 0);
      assert.deepEqual(await contents(one), all);
    });
  }
});
