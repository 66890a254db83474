// What is here of what the server has: the same whether little or much waits to be sent.
import { assert } from 'chai';
import { readHere } from '../../../src/workers/home/here.ts';
import { createIdsHere } from '../../../src/workers/home/ids-here.ts';
import { command, newHome, type TestHome, value } from './test-home.ts';

async function changedHome(folders: number): Promise<{ readonly home: TestHome; readonly ids: readonly string[] }> {
  const home = await newHome();
  await home.mounted.sync.link.begin('account');
  const ids: string[] = [];
  for (let at = 0; at < folders; at += 1) ids.push(value(await home.surface.createFolder({ ...command(), parent: home.root, name: `folder ${at}` })).id);
  return { home, ids };
}

describe('what is here of what the server has', () => {
  for (const folders of [3, 300]) {
    it(`is told of what waits and of what does not, where ${folders} wait`, async () => {
      const { home, ids } = await changedHome(folders);
      const unknown = 'f'.repeat(32);
      const here = await readHere({ ...home.deps, idsHere: createIdsHere({ everyId: () => Promise.resolve([]) }) }, [ids[1]!, home.root, unknown]);
      assert.deepEqual([...here.keys()], [ids[1], home.root, unknown]);
      const { row, queued } = here.get(ids[1]!)!;
      assert.equal(row?.id, ids[1]);
      assert.equal(queued?.name, `nodes/${ids[1]}`);
      assert.isDefined(here.get(home.root)?.row);
      assert.isUndefined(here.get(home.root)?.queued);
      assert.deepEqual(here.get(unknown), { row: undefined, queued: undefined });
    });
  }
});
