// What is believed of a checkpoint: only what this home's keys sealed, for the device whose object it is, in the form that it has.
import { assert } from 'chai';
import { type Aead, createAead } from '../../../src/crypto/aead.ts';
import { fromHex } from '../../../src/crypto/bytes.ts';
import { domainKey, type HomeKeys, importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { type Random, systemRandom } from '../../../src/crypto/random.ts';
import { sealFields } from '../../../src/crypto/sealed.ts';
import { type Checkpoint, checkpointId, openCheckpoint, sealCheckpoint } from '../../../src/workers/syncing/checkpoint.ts';

const SAID: Checkpoint = { device: 'ab'.repeat(16), name: 'The old phone', at: 1_800_000_000_000, generation: '0123456789abcdef', seq: 12, nodes: 3, set: new Uint8Array(32).fill(7) };

describe('a checkpoint', () => {
  let aead: Aead;
  let deps: { readonly aead: Aead; readonly random: Random };
  let keys: HomeKeys;
  let id: string;
  before(async () => {
    aead = await createAead();
    deps = { aead, random: systemRandom };
  });
  beforeEach(async () => {
    keys = await importHomeKeys(systemRandom(16), systemRandom(32));
    id = await checkpointId(keys.homeId, SAID.device);
  });

  it('says what was put into it, and what a device says that took nothing yet', async () => {
    for (const said of [SAID, { ...SAID, generation: '', seq: 0, nodes: 0, set: new Uint8Array(0) }]) {
      assert.deepEqual(await openCheckpoint(aead, keys, { id, body: await sealCheckpoint({ ...deps, keys }, said) }), said);
    }
  });

  it('is none of another home, of another object, or once it was changed', async () => {
    const body = await sealCheckpoint({ ...deps, keys }, SAID);
    const others = await importHomeKeys(keys.homeId, systemRandom(32));
    assert.isUndefined(await openCheckpoint(aead, others, { id, body }));
    assert.isUndefined(await openCheckpoint(aead, keys, { id: 'cd'.repeat(16), body }));
    for (const at of [0, 30, body.length - 1]) assert.isUndefined(await openCheckpoint(aead, keys, { id, body: body.map((byte, here) => (here === at ? byte ^ 1 : byte)) }));
    assert.isUndefined(await openCheckpoint(aead, keys, { id, body: new Uint8Array(0) }));
    assert.isUndefined(await openCheckpoint(aead, keys, { id, body: new Uint8Array(5000) }));
  });

  it('stands for two homes on one device under names that do not say so', async () => {
    assert.notEqual(await checkpointId(systemRandom(16), SAID.device), id);
  });

  const WRONG: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'another version': { v: 2 }, 'no device': { device: undefined }, 'the device of another object': { device: new Uint8Array(16) }, 'a device too short': { device: new Uint8Array(15) }, 'no name': { name: '' },
    'a name of two lines': { name: 'a\nb' }, 'a number below nothing': { seq: -1 }, 'a number that is text': { seq: '12' }, 'no time': { at: undefined }, 'half a node': { nodes: 0.5 }, 'a life of another form': { generation: '../0123456789abc' },
    'a hash too short': { set: new Uint8Array(31) }, 'a hash of nothing taken': { generation: '' }, 'nothing taken, in a life': { set: new Uint8Array(0) },
  };
  for (const [what, wrong] of Object.entries(WRONG)) it(`is none with ${what}, though a key of this home sealed it`, async () => {
    const fields = Object.fromEntries(Object.entries({ ...SAID, device: fromHex(SAID.device, 16), ...wrong }).filter(([, value]) => value !== undefined));
    const body = sealFields(deps, await domainKey(keys, 'checkpoint'), { kind: 'checkpoint', homeId: keys.homeId, id: fromHex(id, 16)! }, fields);
    assert.isUndefined(await openCheckpoint(aead, keys, { id, body }));
  });
});
