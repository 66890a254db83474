// Sync that is begun and stopped while the home is closed, or the disk is full: it runs where the home is linked and open, and nowhere else.
import { assert } from 'chai';
import { StorageError } from '../../../src/workers/store/database.ts';
import { command, value } from '../home/test-home.ts';
import { openSettingsWorld, type SettingsDevice, type SettingsWorld } from './settings-world.ts';

describe('sync that is begun and stopped', () => {
  let world: SettingsWorld;
  let device: SettingsDevice;
  let sent: string[];

  beforeEach(async () => {
    world = await openSettingsWorld();
    device = await world.device();
    sent = [];
    device.sending = ({ method, path }) => Promise.resolve(void sent.push(`${method} ${path}`));
  });
  afterEach(() => world.end());

  const status = async () => value(await device.syncing.calls.syncStatus({}));

  it('goes on where there was no room to say that it is stopped', async () => {
    const { link } = device.home.mounted.sync;
    const { end } = link;
    link.end = () => Promise.reject(new StorageError('quota'));
    await device.syncing.calls.stopSync(command()).then(() => { assert.fail('it was stopped'); }, (fault: unknown) => { assert.instanceOf(fault, StorageError); });
    link.end = end;
    assert.notEqual((await status()).state, 'off');
    await device.home.add({ 'note.txt': 'sent' });
    await device.round();
    assert.deepInclude(await status(), { state: 'synced', waiting: 0 });
    value(await device.syncing.calls.stopSync(command()));
    assert.equal((await status()).state, 'off');
  });

  it('does not run in a home that was closed before it was begun', async () => {
    value(await device.syncing.calls.stopSync(command()));
    const { link } = device.home.mounted.sync;
    const { begin } = link;
    link.begin = async (...args) => {
      await begin(...args);
      await device.syncing.closing();
    };
    value(await device.syncing.calls.startSync(command()));
    link.begin = begin;
    assert.equal((await status()).state, 'off');
    sent.length = 0;
    await device.home.add({ 'note.txt': 'not sent' });
    device.syncing.homeChanged();
    device.clock.pass(60_000);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    assert.isEmpty(sent);
  });

  it('does not run in a home that is closed while it is opened', async () => {
    await device.syncing.closing();
    sent.length = 0;
    const opening = device.syncing.opened(device.home.mounted);
    await device.syncing.closing();
    await opening;
    assert.equal((await status()).state, 'off');
    assert.isEmpty(sent);
  });
});
