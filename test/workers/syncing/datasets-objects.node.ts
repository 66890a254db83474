// Objects of what an app keeps that are not what a device of the person wrote: damaged, put elsewhere, of another key or release.
import { assert } from 'chai';
import { systemRandom } from '../../../src/crypto/random.ts';
import { APP_LIMITS } from '../../../src/workers/contract/app-protocol.ts';
import { type DatasetDevice, type DatasetWorld, openDatasetWorld, utf8 } from './datasets-world.ts';

describe('an object of what an app keeps', () => {
  let world: DatasetWorld;
  let one: DatasetDevice;
  let two: DatasetDevice;

  beforeEach(async () => {
    world = await openDatasetWorld('last-writer');
    [one, two] = await world.pair();
  });
  afterEach(() => world.end());

  it('is sent over what does not open, which no device takes', async () => {
    await one.put('k', 'v');
    await one.round();
    await two.round();
    const whole = (await world.bodyOf('k'))!.body;
    for (const body of [whole.map((byte, at) => (at === 40 ? byte ^ 1 : byte)), new Uint8Array(3), await world.seal(await world.idOf('k'), { v: 1, key: 'k', clock: [9, 0, new Uint8Array(16)], value: utf8('of another key') }, systemRandom(32))]) {
      await world.replace('k', body as Uint8Array<ArrayBuffer>);
      await two.round();
      await one.round();
      assert.deepEqual([await one.get('k'), await two.get('k')], ['v', 'v']);
      const third = await world.bodyOf('k');
      assert.notDeepEqual(third!.body, body);
    }
  });

  it('is not taken under another name, and what cannot be read is told of where nothing is here', async () => {
    await one.put('k', 'v');
    await one.round();
    await two.round();
    await world.replace('other', (await world.bodyOf('k'))!.body);
    await world.replace('third', await world.seal(await world.idOf('third'), { key: 'k', clock: [2 ** 47, 0, new Uint8Array(16)], value: utf8('lie') }));
    await two.round();
    assert.deepEqual([await two.get('k'), await two.get('other'), await two.get('third'), (await two.card())?.left], ['v', null, null, true]);
  });

  it('leaves alone what a later release wrote, also where it was changed here', async () => {
    await one.put('k', 'v');
    await one.round();
    await two.round();
    const id = await world.idOf('k');
    const body = await world.seal(id, { v: 2, key: 'k', wonders: true });
    await world.replace('k', body);
    await two.round();
    await two.put('k', 'mine');
    await two.round();
    await two.round();
    assert.deepEqual((await world.bodyOf('k'))!.body, body);
    assert.deepEqual([await two.get('k'), (await two.card())?.left], ['mine', true]);
  });

  it('refuses clocks that cannot be, and fields that are more than a field', async () => {
    const clock = [5, 0, new Uint8Array(16)];
    const bad: Record<string, unknown>[] = [
      { clock: [2 ** 49, 0, new Uint8Array(16)], value: utf8('x') }, { clock: [1, 0, new Uint8Array(15)], value: utf8('x') }, { clock: [1, 0], value: utf8('x') }, { clock, value: 'x' }, { clock, value: utf8('x'), deleted: true },
      { clock, fields: new Map([['a', new Map([['value', '1,"b":2']])]]) }, { clock, fields: new Map([['a', new Map([['value', '{']])]]) }, { clock, fields: new Map([['a', new Map<string, unknown>([['clock', [4, 0, new Uint8Array(16)]], ['value', '1']])]]) },
      { clock, value: new Uint8Array(APP_LIMITS.datasetValueBytes + 1) },
    ];
    for (const [at, fields] of bad.entries()) {
      await world.replace(`bad ${at}`, await world.seal(await world.idOf(`bad ${at}`), { key: `bad ${at}`, ...fields }));
    }
    await one.round();
    for (const at of bad.keys()) assert.isNull(await one.get(`bad ${at}`), `bad ${at}`);
  });
});
