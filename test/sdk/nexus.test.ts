// The SDK over the real authority: what an author writes with it works, goes on over the end of a binding, and fails in words of its list.
import { assert } from 'chai';
import { type Files, type Nexus, NexusFailure, openNexus } from '../../sdk/nexus.ts';
import type { AppId } from '../../src/workers/contract/ids.ts';
import { GRANTS } from '../../src/workers/contract/limits.ts';
import { APP_URL, type AppWorld, createAppWorld, FOR_LONG, manifest, nextLeash, NOTES, NOTES_ASKS, settled } from '../workers/grants/app-world.ts';
import { command, value } from '../workers/home/test-home.ts';

const FOLDER = 'home:/Notes/*';
const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', (fault: unknown) => (fault instanceof NexusFailure ? fault.code : String(fault)));

describe('the SDK', () => {
  let world: AppWorld;
  let appId: AppId;
  let nexus: Nexus;
  const given = globalThis as { nexusPort?: MessagePort };

  beforeEach(async () => {
    world = await createAppWorld();
    world.person = ({ items }) => items.map(() => FOR_LONG);
    nexus = await opened(APP_URL);
    ({ appId } = value(await world.grants.calls.listApps({}))[0]!);
  });
  afterEach(async () => {
    delete given.nexusPort;
    await world.grants.closing();
    world.close();
  });
  /** An app from there, installed anew and running. */
  async function opened(url: string): Promise<Nexus> {
    const { hash } = value(await world.grants.calls.planInstall({ url }));
    const app = value(await world.grants.calls.installApp({ ...command(), url, hash }));
    const { port1, port2 } = new MessageChannel();
    value(await world.grants.calls.openApp({ appId: app.appId, line: port2, leash: nextLeash() }));
    given.nexusPort = port1;
    return openNexus();
  }

  const notes = (): Promise<Files> => nexus.files(FOLDER, ['read:files', 'write:files']);

  it('knows where it runs, and writes and reads text, bytes and streams', async () => {
    assert.deepInclude({ name: nexus.name, embedded: nexus.embedded }, { name: 'Notes', embedded: true });
    const files = await notes();
    assert.equal(files.name, 'Notes');
    await files.write('a/b.md', 'hello');
    const large = new Uint8Array(9 * 1024 * 1024).map((_, index) => index % 251);
    await files.write('large.bin', new Blob([large], { type: 'application/x-large' }));
    assert.equal(await (await files.read('a/b.md')).text(), 'hello');
    const read = await files.read('large.bin');
    assert.equal(read.type, 'application/x-large');
    assert.deepEqual(new Uint8Array(await read.arrayBuffer()), large);
    assert.deepEqual((await files.list()).map(({ name }) => name), ['a', 'large.bin']);
    await files.rename('large.bin', 'other.bin');
    await files.remove('other.bin');
    assert.deepEqual((await files.list()).map(({ name }) => name), ['a']);
  });

  it('goes on where a binding is over and the consent is not, also for many at once and for two who hold the same', async () => {
    const [files, again] = [await notes(), await notes()];
    await files.write('a.md', 'a');
    assert.deepEqual(await Promise.all([codeOf(files.list()), codeOf(again.list())]), ['ok', 'ok']);
    world.clock.pass(GRANTS.bindingMs);
    assert.deepEqual(await Promise.all([files.list(), files.stat('a.md'), files.read('a.md'), again.list()].map(codeOf)), ['ok', 'ok', 'ok', 'ok']);
    assert.lengthOf(world.asked, 1);
  });

  it('hears of changes after that, too', async () => {
    const files = await notes();
    let changes = 0;
    const stop = await files.watch(() => { changes += 1; });
    const folder = await world.home.find('Notes');
    const change = async () => {
      world.grants.homeChanged([folder]);
      await settled();
      await settled();
    };
    await change();
    assert.equal(changes, 1);
    world.clock.pass(GRANTS.bindingMs);
    await change();
    await change();
    assert.equal(changes, 2);
    stop();
    await change();
    assert.equal(changes, 2);
  });

  it('keeps a dataset, and asks for several things in one question', async () => {
    await nexus.ask([...NOTES, { scope: 'read:dataset', resource: 'dataset:self' }, { scope: 'write:dataset', resource: 'dataset:self' }]);
    const dataset = await nexus.dataset();
    await dataset.put('order', new TextEncoder().encode('title'));
    assert.deepEqual(await dataset.keys(), ['order']);
    assert.equal(new TextDecoder().decode((await dataset.get('order'))!), 'title');
    await notes();
    assert.lengthOf(world.asked, 1);
  });

  it('keeps keys and a vault: made, rotated, revoked, used; and goes on where the binding is over', async () => {
    const [keys, vault] = [await nexus.keys(), await nexus.vault()];
    assert.lengthOf(world.asked, 1, 'one question for both');
    const data = new TextEncoder().encode('data');
    const signing = await keys.create('To sign', 'sign');
    const { signature, version } = await keys.sign(signing.key, data);
    const publicKey = await crypto.subtle.importKey('raw', signing.publicKeys[version - 1]!, 'Ed25519', false, ['verify']);
    assert.isTrue(await crypto.subtle.verify('Ed25519', publicKey, signature, data));
    const { key } = await keys.create('To seal', 'seal');
    const [bare, bound] = [await keys.seal(key, data), await keys.seal(key, data, new TextEncoder().encode('row 7'))];
    await vault.put('token', data);
    world.clock.pass(GRANTS.bindingMs);
    assert.equal((await keys.rotate(key)).version, 2);
    assert.deepEqual(await keys.unseal(bare), data);
    assert.deepEqual(await keys.unseal(bound, new TextEncoder().encode('row 7')), data);
    assert.equal(await codeOf(keys.unseal(bound)), 'integrity.tampered');
    assert.deepEqual([await vault.list(), await vault.get('token'), await vault.get('none')], [['token'], data, null]);
    await vault.delete('token');
    assert.deepEqual(await vault.list(), []);
    assert.equal((await keys.revoke(key)).state, 'revoked');
    assert.deepEqual([await codeOf(keys.unseal(bare)), await codeOf(keys.seal(key, data)), await codeOf(keys.sign('f'.repeat(32), data))], ['keystore.key_revoked', 'keystore.key_revoked', 'keystore.key_unknown']);
    assert.deepEqual((await keys.list()).map(({ state }) => state), ['active', 'revoked']);
    assert.lengthOf(world.asked, 1);
  });

  it('passes a part on to another app, which works with it until it is over', async () => {
    const declares = manifest({ scopes: [...NOTES_ASKS, { scope: 'grant:delegate', why: 'To let another app print them.' }] });
    const printer = 'https://apps.test/print/nexus-app.json';
    for (const url of [APP_URL, printer]) world.network.set(url, declares);
    world.network.set('https://apps.test/print/app.js', 'export {};');
    const [giver, taker] = [await opened(APP_URL), await opened(printer)];
    const files = await giver.files(FOLDER, ['read:files', 'write:files']);
    await files.write('shared/a.md', 'hello');
    await files.write('mine.md', 'secret');
    const ticket = await files.delegate(printer, { path: 'shared', scopes: ['read:files'] });
    assert.equal(await codeOf(giver.accept(ticket)), 'grants.revoked', 'it is for the other');
    const shared = await taker.accept(ticket);
    assert.equal(shared.name, 'shared');
    assert.equal(await (await shared.read('a.md')).text(), 'hello');
    assert.equal(await codeOf(shared.read('mine.md')), 'home.not_found');
    assert.equal(await codeOf(shared.write('b.md', 'x')), 'grants.not_granted');
    assert.equal(await codeOf(taker.accept(ticket)), 'grants.revoked', 'once');
    world.clock.pass(GRANTS.bindingMs);
    assert.equal(await codeOf(shared.list()), 'grants.expired', 'only the giver can pass it on again');
  });

  it('fails in words of the list: denied, withdrawn, gone', async () => {
    const files = await notes();
    world.person = () => 'no';
    assert.equal(await codeOf(nexus.profile()), 'grants.denied');
    assert.equal(await codeOf(files.read('none.md')), 'home.not_found');
    value(await world.grants.calls.revokeAccess({ ...command(), appId }));
    assert.equal(await codeOf(files.list()), 'grants.revoked', 'what was withdrawn is not asked for again unasked');
    await world.grants.closing();
    await nexus.closed;
    assert.equal(await codeOf(files.list()), 'app.disconnected');
  });

  it('says so where there is no Nexus to come to', async () => {
    delete given.nexusPort;
    assert.equal(await codeOf(openNexus()), 'app.no_server');
  });
});
