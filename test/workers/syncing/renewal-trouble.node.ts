// Renewing keys where something goes wrong: workers that end, a renewal that was cut short, a server that lies, a device that is lost.
import { assert } from 'chai';
import { createAead } from '../../../src/crypto/aead.ts';
import { toHex, utf8 } from '../../../src/crypto/bytes.ts';
import { decodeMap, encodeMap } from '../../../src/crypto/canonical-cbor.ts';
import { epochOf, importHomeKeys, keysAt } from '../../../src/crypto/home-keys.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { createNodeCodec } from '../../../src/workers/home/node-codec.ts';
import { openSettings, sealSettings } from '../../../src/workers/session/settings-object.ts';
import { ownerOf, parseCard } from '../../../src/workers/syncing/home-card.ts';
import { PASSWORD } from '../session/device.ts';
import { codeOf, command, value } from '../home/test-home.ts';
import { all, contents, FILES, openRenewalWorld, opensAtServer, renew, type RenewalDevice, type RenewalWorld, take } from './renewal-world.ts';

const secret = (words = PASSWORD) => utf8(words);
const CARD = ['envelopes', '0'.repeat(32)] as const;

describe('renewing the keys of a home, in trouble', () => {
  let world: RenewalWorld;
  let one: RenewalDevice;

  beforeEach(async () => {
    world = await openRenewalWorld();
    one = await world.first();
    await one.home.add(FILES);
    assert.equal(await one.round(), 'synced');
  });
  afterEach(() => world.end());

  const attempt = async () => {
    const { phrase } = value(await one.calls.draftRecoveryPhrase({}));
    return one.calls.renewKeys({ ...command(), secret: secret(), phrase: secret(phrase) });
  };

  it('goes on wherever a worker ends', async () => {
    const keys = one.home.mounted.keys;
    for (const stop of ['before the slots', 'in the midst of sealing'] as const) {
      const { exchange } = one.keystore;
      if (stop === 'before the slots') {
        Object.assign(one.keystore, { exchange: () => Promise.reject(new Error('ended')) });
        const { phrase } = value(await one.calls.draftRecoveryPhrase({}));
        // The card says so already: the phrase, which the person has, is the way on.
        await one.calls.renewKeys({ ...command(), secret: secret(), phrase: secret(phrase) }).catch(() => undefined);
        Object.assign(one.keystore, { exchange });
        assert.equal(await one.unlock(), 'ok');
        assert.deepEqual(await contents(one), all);
        assert.equal(await one.state(), 'renewed');
        value(await take(one, phrase));
      } else await renew(one);
      const { db } = one.home.mounted;
      await one.unlock();
      if (stop === 'in the midst of sealing') {
        // As if the last window had not been reached: one record of the key before is still there.
        const codec = await createNodeCodec(keysAt(one.home.mounted.keys, 1)!, await createAead(), systemRandom);
        const id = await one.home.find('small.txt');
        const node = await one.home.mounted.node(id);
        if (node === 'damaged' || !node) throw new Error('no node');
        const row = await codec.seal(node);
        await db.write(['nodes', 'meta'], async (tx) => {
          await tx.put('nodes', { ...(await tx.get('nodes', id))!, record: row.record, digest: row.digest });
          await tx.put('meta', { key: 'reseal', after: '' });
        });
        await one.syncing.closing();
        await one.unlock();
      }
      assert.deepEqual(await contents(one), all);
      assert.equal(await one.round(), 'synced');
      assert.notInclude(await opensAtServer(world, one, keys), true);
    }
    assert.equal(epochOf(one.home.mounted.keys), 2);
  });

  it('is not done where a way in is changed meanwhile, which stays', async () => {
    const home = toHex(one.home.mounted.homeId);
    const { create } = one.keystore;
    let changed: Promise<unknown> = Promise.resolve();
    // In the turn that comes after that of the new key.
    Object.assign(one.keystore, { create: (...args: Parameters<typeof create>) => {
      changed = one.calls.setPin({ ...command(), secret: secret(), pin: utf8('123456') }).then(value);
      return create(...args);
    } });
    const sent = one.sent.length;
    assert.equal(codeOf(await attempt()), 'keystore.slots_changed');
    await changed;
    assert.isFalse(one.locked);
    assert.isTrue(await one.keystore.has(home, 'pin'));
    assert.isEmpty(one.sent.slice(sent).filter(({ method }) => method === 'PUT'));
    assert.equal(await one.round(), 'synced');
  });

  it('puts nothing in place of a way in that is changed when the card is there already; the phrase is the way on', async () => {
    const { phrase } = value(await one.calls.draftRecoveryPhrase({}));
    one.before = async ({ method, path }) => {
      if (method === 'PUT' && path.startsWith('/objects/envelopes')) value(await one.calls.setPin({ ...command(), secret: secret(), pin: utf8('123456') }));
      return undefined;
    };
    assert.equal(codeOf(await one.calls.renewKeys({ ...command(), secret: secret(), phrase: secret(phrase) })), 'keystore.slots_changed');
    one.before = undefined;
    assert.isFalse(one.locked);
    assert.isTrue(await one.keystore.has(toHex(one.home.mounted.homeId), 'pin'));
    assert.isEmpty(await one.home.mounted.db.read(['sealed'], (tx) => tx.keys('sealed', { prefix: 'keyring' })));
    assert.equal(await one.round(), 'renewed');
    value(await take(one, phrase));
    assert.equal(await one.unlock(), 'ok');
    assert.equal(await one.round(), 'synced');
    assert.deepEqual(await contents(one), all);
  });

  it('puts the card again where the server has an older one back', async () => {
    const before = await world.cloud.object('envelopes', '0'.repeat(32));
    await renew(one);
    await one.unlock();
    await one.round();
    const now = await world.cloud.object('envelopes', '0'.repeat(32));
    if (!before.ok || !before.value || !now.ok || !now.value) throw new Error('no card');
    assert.isTrue((await world.cloud.putObject('envelopes', '0'.repeat(32), { rev: now.value.rev, body: before.value.body })).ok);
    assert.equal(await one.round(), 'synced');
    const after = await world.cloud.object('envelopes', '0'.repeat(32));
    assert.notDeepEqual(after.ok && after.value?.body, before.value.body);
  });

  it('loses no key where the last step fails, nor where the home goes on under the key before', async () => {
    await one.syncing.calls.stopSync(command()).then(value);
    one.signedOut = true;
    const { identity } = one.core.deps;
    const { edit } = identity;
    Object.assign(identity, { edit: () => Promise.reject(new Error('no room')) });
    await attempt().catch(() => undefined);
    Object.assign(identity, { edit });
    assert.isTrue(one.locked);
    assert.equal(await one.unlock(), 'ok');
    assert.deepEqual(await contents(one), all);
    // As a worker that took over with the key from before, since the one that renewed was ended in its last step.
    const { leave } = one.core;
    Object.assign(one.core, { leave: () => Promise.resolve() });
    value(await attempt());
    Object.assign(one.core, { leave });
    assert.isFalse(one.locked);
    assert.equal(codeOf(await attempt()), 'session.locked');
    assert.isTrue(one.locked);
    assert.equal(await one.unlock(), 'ok');
    assert.equal(epochOf(one.home.mounted.keys), 2);
    assert.deepEqual(await contents(one), all);
  });

  it('leaves an account that gives the home back, though the device that renewed never came to send it anew', async () => {
    const before = one.home.mounted.keys;
    const phrase = await renew(one);
    const two = await world.join(one, 'two', phrase);
    assert.deepEqual(await contents(two), all);
    assert.equal(await two.round(), 'synced');
    assert.notInclude(await opensAtServer(world, two, two.home.mounted.keys), false);
    assert.notInclude(await opensAtServer(world, two, before), true);
    assert.isTrue(await two.home.mounted.keyring.isWhole());
    assert.equal(await one.unlock(), 'ok');
    assert.equal(await one.round(), 'synced');
    assert.deepEqual(await contents(one), all);
  });

  it('takes nothing of an earlier key once the account is whole, and says so to those that come', async () => {
    const before = one.home.mounted.keys;
    const phrase = await renew(one);
    await one.unlock();
    assert.equal(await one.round(), 'synced');
    assert.isTrue(await one.home.mounted.keyring.isWhole());
    const codec = await createNodeCodec(before, await createAead(), systemRandom);
    const id = systemRandom(16);
    const forged = await codec.seal({ kind: 'folder', id, parent: before.homeId, name: 'forged', clock: [Date.now(), 0], device: systemRandom(16) });
    assert.isTrue((await world.cloud.write([{ id: forged.id, body: forged.record }], undefined)).ok);
    const two = await world.join(one, 'two', phrase);
    await two.round();
    assert.equal(await one.round(), 'synced');
    for (const device of [one, two]) assert.notInclude(await device.home.names(), 'forged');
  });

  it('gives no card that opens without its keyring', async () => {
    await renew(one);
    await one.unlock();
    assert.equal(await one.round(), 'synced');
    const found = await world.cloud.object(...CARD);
    const map = found.ok && found.value ? decodeMap(found.value.body, 'card') : undefined;
    if (!map?.ok) throw new Error('no card');
    const { keyring, ...rest } = Object.fromEntries(map.value);
    assert.isDefined(keyring);
    const { homeId, mek } = one.home.mounted.keys;
    assert.isDefined(await ownerOf(await createAead(), { homeId, mek }, parseCard(encodeMap({ ...rest, keyring }))!));
    assert.isUndefined(await ownerOf(await createAead(), { homeId, mek }, parseCard(encodeMap(rest))!));
  });

  it('makes settings of an earlier key nothing, and those of a strange one unreadable', async () => {
    const before = one.home.mounted;
    const settings = new Map([['language', { clock: [1, 0, systemRandom(16)], stored: new Map([['value', 'de']]) }]]) as never;
    const old = await sealSettings(before, systemRandom, settings);
    await renew(one);
    await one.unlock();
    const now = one.home.mounted;
    assert.equal((await openSettings(now, old))?.size, 0);
    assert.equal((await openSettings(now, await sealSettings(now, systemRandom, settings)))?.size, 1);
    const strange = { ...now, keys: await importHomeKeys(now.homeId, systemRandom(32)) };
    assert.isUndefined(await openSettings(now, await sealSettings(strange, systemRandom, settings)));
  });
});
