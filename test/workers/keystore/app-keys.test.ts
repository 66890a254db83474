// The life of an app's keys: made, rotated, revoked, used; what each of these leaves possible, and what somebody can do to the rows.
import { assert } from 'chai';
import fc from 'fast-check';
import { domainKey } from '../../../src/crypto/home-keys.ts';
import { type Bytes, fromHex, owned, utf8 } from '../../../src/crypto/bytes.ts';
import { sha256 } from '../../../src/crypto/digest.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { sealFields } from '../../../src/crypto/sealed.ts';
import { APP_LIMITS, type AppKey } from '../../../src/workers/contract/app-protocol.ts';
import type { AppId } from '../../../src/workers/contract/ids.ts';
import { type AppKeys, createAppKeys } from '../../../src/workers/keystore/app-keys.ts';
import { codeOf, newHome, type TestHome, value } from '../home/test-home.ts';

const NOTES = { appId: '1'.repeat(32) as AppId, source: 'https://apps.test/notes/nexus-app.json' };
const OTHER = { appId: '2'.repeat(32) as AppId, source: 'https://else.test/' };
const AAD = utf8('row 7');
const DATA = utf8('what an app keeps');

const verified = async (publicKey: Bytes, signature: Bytes, data: Bytes): Promise<boolean> =>
  crypto.subtle.verify('Ed25519', await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']), signature, data);

describe('an app’s keys', () => {
  let home: TestHome;
  let keys: AppKeys;
  let now: number;
  const of = (app = NOTES, { mounted } = home): Promise<AppKeys> => createAppKeys(mounted, { random: systemRandom, clock: () => now }, app);
  const rows = () => home.deps.db.read(['apps'], (tx) => tx.list('apps', { prefix: `${NOTES.appId}/keys` }));
  const write = (key: string, bytes: Bytes) => home.deps.db.write(['apps'], (tx) => tx.put('apps', { key, bytes }));
  /** What the app’s row holds is sealed anew, with other fields. */
  const forge = async (fields: object) => {
    const id = (await sha256(owned(new Uint8Array([...fromHex(NOTES.appId)!, ...utf8('keys')])))).slice(0, 16);
    const name = { kind: 'grants' as const, homeId: home.mounted.homeId, id };
    await write(`${NOTES.appId}/keys`, sealFields({ aead: home.mounted.aead, random: systemRandom }, await domainKey(home.mounted.keys, 'grants'), name, fields as never));
  };

  beforeEach(async () => {
    home = await newHome();
    now = 1000;
    for (const { appId } of [NOTES, OTHER]) await write(`${appId}/app`, new Uint8Array(1));
    keys = await of();
  });
  afterEach(() => home.close());

  it('are made with what is told of them, and outlive a lock', async () => {
    const [signing, sealing] = [value(await keys.create('To sign releases', 'sign')), value(await keys.create('Drafts', 'seal'))];
    const { key, publicKeys, ...told } = signing;
    assert.match(key, /^[0-9a-f]{32}$/);
    assert.deepEqual(publicKeys.map(({ length }) => length), [32]);
    assert.deepEqual<object>(told, { purpose: 'To sign releases', use: 'sign', algorithm: 'Ed25519', state: 'active', version: 1, created: 1000 });
    assert.deepInclude(sealing, { use: 'seal', algorithm: 'XChaCha20-Poly1305', publicKeys: [] });
    assert.deepEqual(value(await (await of()).list()), [signing, sealing]);
    const { signature } = value(await (await of()).sign(key, DATA));
    assert.deepEqual(signature, value(await keys.sign(key, DATA)).signature, 'the same key');
  });

  it('after a rotation: the old public key verifies what it did, the new version signs and seals, and what was sealed opens', async () => {
    const [{ key: signing }, { key: sealing }] = [value(await keys.create('a', 'sign')), value(await keys.create('b', 'seal'))];
    const before = value(await keys.sign(signing, DATA));
    const old = value(await keys.seal(sealing, { data: DATA, aad: AAD }));
    now = 2000;
    const rotated = value(await keys.rotate(signing));
    value(await keys.rotate(sealing));
    assert.deepInclude(rotated, { key: signing, version: 2, created: 1000, rotated: 2000, state: 'active' });
    const after = value(await keys.sign(signing, DATA));
    assert.deepEqual([before.version, after.version], [1, 2]);
    const [first, second] = rotated.publicKeys;
    assert.isTrue(await verified(first!, before.signature, DATA));
    assert.isTrue(await verified(second!, after.signature, DATA));
    assert.isFalse(await verified(first!, after.signature, DATA));
    const fresh = value(await keys.seal(sealing, { data: DATA, aad: AAD }));
    assert.equal(fresh[24], 2, 'the header names the version');
    for (const sealed of [old, fresh]) assert.deepEqual(value(await keys.unseal({ sealed, aad: AAD })), DATA);
  });

  it('once revoked do nothing any more, and are remembered so', async () => {
    const [{ key: signing }, { key: sealing }] = [value(await keys.create('a', 'sign')), value(await keys.create('b', 'seal'))];
    const sealed = value(await keys.seal(sealing, { data: DATA, aad: AAD }));
    now = 3000;
    const revoked = value(await keys.revoke(signing));
    value(await keys.revoke(sealing));
    assert.deepInclude(revoked, { state: 'revoked', revoked: 3000 });
    assert.lengthOf(revoked.publicKeys, 1, 'what it signed is still to be checked');
    for (const mine of [keys, await of()]) {
      for (const answer of [mine.sign(signing, DATA), mine.rotate(signing), mine.revoke(signing), mine.seal(sealing, { data: DATA, aad: AAD }), mine.unseal({ sealed, aad: AAD }), mine.rotate(sealing)]) {
        assert.equal(codeOf(await answer), 'keystore.key_revoked');
      }
    }
  });

  it('of another app, for another use, or that never were, are unknown; what another app sealed does not open', async () => {
    const other = await of(OTHER);
    const [{ key: signing }, { key: sealing }] = [value(await keys.create('a', 'sign')), value(await keys.create('b', 'seal'))];
    const sealed = value(await keys.seal(sealing, { data: DATA, aad: AAD }));
    for (const answer of [
      other.sign(signing, DATA), other.rotate(signing), other.revoke(sealing), other.seal(sealing, { data: DATA, aad: AAD }),
      keys.sign(sealing, DATA), keys.seal(signing, { data: DATA, aad: AAD }), keys.sign('f'.repeat(32), DATA),
    ]) assert.equal(codeOf(await answer), 'keystore.key_unknown');
    assert.equal(codeOf(await other.unseal({ sealed, aad: AAD })), 'integrity.tampered');
    assert.deepEqual(value(await other.list()), []);
  });

  it('unseal nothing of a version that there is not yet, and nothing that was changed', async () => {
    const { key } = value(await keys.create('b', 'seal'));
    value(await keys.rotate(key));
    const written = value(await keys.list());
    value(await keys.rotate(key));
    const sealed = value(await keys.seal(key, { data: DATA, aad: AAD }));
    await forge({ keys: [{ id: fromHex(key), purpose: 'b', use: 'seal', version: written[0]!.version, created: 1000, publicKeys: [] }] });
    assert.equal(codeOf(await keys.unseal({ sealed, aad: AAD })), 'keystore.key_unknown', 'version 3 where 2 is the newest');
    const mine = value(await keys.seal(key, { data: DATA, aad: AAD }));
    const changed = (at: number): Bytes => mine.map((byte, index) => (index === at ? byte ^ 1 : byte));
    assert.equal(codeOf(await keys.unseal({ sealed: mine, aad: AAD })), 'ok');
    assert.equal(codeOf(await keys.unseal({ sealed: mine, aad: utf8('row 8') })), 'integrity.tampered');
    for (const [at, code] of [[0, 'format.malformed'], [4, 'format.unsupported'], [8, 'integrity.tampered'], [30, 'integrity.tampered'], [60, 'integrity.tampered'], [mine.length - 1, 'integrity.tampered']] as const) {
      assert.equal(codeOf(await keys.unseal({ sealed: changed(at), aad: AAD })), code, `byte ${at}`);
    }
  });

  it('still unseal where the home was restored and nothing is written of them; they sign and seal no more', async () => {
    const [{ key: signing }, { key: sealing }] = [value(await keys.create('a', 'sign')), value(await keys.create('b', 'seal'))];
    value(await keys.rotate(sealing));
    const sealed = value(await keys.seal(sealing, { data: DATA, aad: AAD }));
    const copy = await newHome({ keys: home.mounted.keys });
    const restored = await of(NOTES, copy);
    assert.deepEqual(value(await restored.unseal({ sealed, aad: AAD })), DATA);
    assert.equal(codeOf(await (await of(NOTES, await newHome())).unseal({ sealed, aad: AAD })), 'integrity.tampered', 'another home');
    assert.equal(codeOf(await restored.sign(signing, DATA)), 'keystore.key_unknown');
    assert.equal(codeOf(await restored.seal(sealing, { data: DATA, aad: AAD })), 'keystore.key_unknown');
  });

  it('whose row was changed, cut, or is another’s, are refused as a whole: nothing revoked comes back', async () => {
    const { key } = value(await keys.create('b', 'seal'));
    const sealed = value(await keys.seal(key, { data: DATA, aad: AAD }));
    value(await keys.revoke(key));
    const bytes = (await rows())[0]!.bytes;
    const other = await of(OTHER);
    value(await other.create('x', 'seal'));
    const theirs = await home.deps.db.read(['apps'], (tx) => tx.get('apps', `${OTHER.appId}/keys`));
    for (const hurt of [bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte)), bytes.slice(0, -1), new Uint8Array(0), theirs!.bytes]) {
      await write(`${NOTES.appId}/keys`, hurt);
      for (const answer of [keys.list(), keys.create('c', 'seal'), keys.seal(key, { data: DATA, aad: AAD }), keys.unseal({ sealed, aad: AAD }), keys.rotate(key)]) assert.equal(codeOf(await answer), 'integrity.tampered');
    }
    for (const fields of [{ keys: 7 }, { keys: [7] }, {}, { keys: [{ id: fromHex(key), purpose: 'b', use: 'seal', version: 0, created: 1, publicKeys: [] }] }, { keys: [{ id: fromHex(key), purpose: 'b', use: 'sign', version: 2, created: 1, publicKeys: [new Uint8Array(32)] }] }]) {
      await forge(fields);
      assert.equal(codeOf(await keys.list()), 'integrity.tampered', JSON.stringify(fields));
    }
  });

  it('are bounded in number and versions, for many at once too', async () => {
    const made = await Promise.all(Array.from({ length: APP_LIMITS.keys + 3 }, () => keys.create('a', 'seal')));
    assert.lengthOf(made.filter(({ ok }) => ok), APP_LIMITS.keys);
    assert.equal(codeOf(made.at(-1)!), 'grants.limit');
    const { key } = value(made[0]!);
    for (let version = 2; version <= APP_LIMITS.keyVersions; version += 1) assert.equal(value(await keys.rotate(key)).version, version);
    assert.equal(codeOf(await keys.rotate(key)), 'grants.limit');
    value(await keys.revoke(key));
    assert.equal(codeOf(await keys.create('a', 'seal')), 'ok', 'one that is revoked makes room');
  });

  it('that were revoked are remembered, and at last no more are made', async () => {
    const known = Array.from({ length: APP_LIMITS.keysEver }, () => ({ id: systemRandom(16), purpose: 'a', use: 'seal', version: 1, created: 1, revoked: 2, publicKeys: [] }));
    await forge({ keys: known });
    assert.equal(codeOf(await keys.create('a', 'seal')), 'grants.limit');
    await forge({ keys: known.slice(1) });
    assert.equal(codeOf(await keys.create('a', 'seal')), 'ok');
  });

  it('of an app that was removed are not written down again', async () => {
    const { key } = value(await keys.create('a', 'seal'));
    await home.deps.db.write(['apps'], (tx) => tx.remove('apps', { prefix: `${NOTES.appId}/` }));
    assert.equal(codeOf(await keys.create('a', 'seal')), 'apps.unknown');
    assert.equal(codeOf(await keys.rotate(key)), 'keystore.key_unknown');
    assert.deepEqual(await rows(), []);
  });

  it('open whatever they sealed, through any number of rotations', async () => {
    const { key } = value(await keys.create('a', 'seal'));
    const sealed: { readonly bytes: Bytes; readonly data: Bytes; readonly aad: Bytes }[] = [];
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 40 }), fc.boolean(), async (content, beside, rotates) => {
      const [data, aad] = [owned(content), owned(beside)];
      sealed.push({ data, aad, bytes: value(await keys.seal(key, { data, aad })) });
      if (rotates) await keys.rotate(key);
      for (const each of sealed) assert.deepEqual(value(await keys.unseal({ sealed: each.bytes, aad: each.aad })), each.data);
    }), { numRuns: 30 });
    const [{ version }] = value(await keys.list()) as [AppKey];
    assert.isAbove(version, 1);
  });
});
