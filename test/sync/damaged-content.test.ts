// Content that is damaged where it lies, in a home that is synced: what the server has comes again, and nothing else goes.
import { assert } from 'chai';
import { bytes, value, workPort } from '../workers/home/test-home.ts';
import { LARGE, openHolding } from './holding.ts';

describe('damaged content of a synced home', () => {
  it('is dropped to be brought again, but not where it was never sent', async () => {
    const { fleet, ada, write, here, extentsOf } = await openHolding();
    await write(ada, 'sent.bin', bytes(LARGE, 1));
    await fleet.settle();
    await write(ada, 'new.bin', bytes(LARGE, 2));
    await ada.home.deps.db.write(['extents'], async (tx) => {
      for (const row of await tx.list('extents')) {
        const data = new Uint8Array(row.data as ArrayBuffer).slice();
        data[100] = (data[100] ?? 0) ^ 1;
        await tx.put('extents', { ...row, data: data.buffer });
      }
    });
    const { faults } = value(await ada.home.surface.checkHome({ repair: true, content: true, port: workPort() }));
    assert.sameMembers(faults.map(({ fault, mended }) => `${fault} ${mended ? 'mended' : 'told'}`), ['extent.damaged mended', 'extent.damaged told']);
    assert.deepEqual(await here(ada), await extentsOf(ada, 'new.bin'));
    await ada.round();
    assert.includeMembers([...await here(ada)], [...await extentsOf(ada, 'sent.bin')]);
  });
});
