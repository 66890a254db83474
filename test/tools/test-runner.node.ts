// The test runner's own words: whoever reads its last line reads the counts and nothing else.
import { assert } from 'chai';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const RUNNER = join(import.meta.dirname, '../../tools/test.mjs');
const run = (...args: string[]) => spawnSync(process.execPath, [RUNNER, ...args], { encoding: 'utf8' });

describe('the test runner', () => {
  it('ends with the counts, and exits as they say', () => {
    const { stdout, status } = run('--only', 'text');
    const lines = stdout.trimEnd().split('\n');
    const counts = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1) ?? '');
    assert.isNotNull(counts, stdout);
    assert.equal(status, counts?.[2] === '0' ? 0 : 1);
    assert.match(lines.at(-2) ?? '', /^\d+ skipped$/);
  });

  it('quotes each of two steps that run side by side whole, between its name and its end', () => {
    const { stdout } = run('--only', 'walls,text');
    for (const name of ['walls', 'text']) {
      const quoted = new RegExp(`^— ${name}\\n([^]*?)^— ${name}: (?:ok|FAILED) in \\d+ s$`, 'm').exec(stdout)?.[1];
      assert.isDefined(quoted, stdout);
      assert.notInclude(quoted, '—');
    }
    assert.match(stdout, /^2 passed, 0 failed$/m);
  });

  it('runs nothing for a step that it does not have', () => {
    const { stdout, status } = run('--only', 'nothing');
    assert.equal(status, 2);
    assert.match(stdout, /^no such step: nothing; there are types, /);
  });
});
