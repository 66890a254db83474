// The order in which steps of a whole run begin: side by side where they may, alone where they must.
import { assert } from 'chai';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const LANES = join(import.meta.dirname, '../../tools/lanes.mjs');

/** What begins and ends, in order, where each job takes so many turns. */
function orderOf(jobs: readonly { name: string; turns: number; alone?: boolean }[]): string {
  const script = `
    import { inLanes } from ${JSON.stringify(LANES)};
    const said = [];
    await inLanes(${JSON.stringify(jobs)}, async ({ name, turns }) => {
      said.push('+' + name);
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => { setImmediate(resolve); });
      said.push('-' + name);
    });
    console.log(said.join(' '));`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim();
}

describe('lanes', () => {
  it('are filled in order, and the next job begins where one has ended', () => {
    assert.equal(orderOf([{ name: 'a', turns: 9 }, { name: 'b', turns: 3 }, { name: 'c', turns: 3 }]), '+a +b -b +c -c -a');
  });

  it('leave a job alone that must be', () => {
    assert.equal(orderOf([{ name: 'a', turns: 3 }, { name: 'b', turns: 9, alone: true }, { name: 'c', turns: 3 }, { name: 'd', turns: 9 }]), '+a -a +b -b +c +d -c -d');
  });
});
