// The text checker finds what no file may say.
import { assert } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textFaults } from '../../tools/text-check.mjs';

describe('the text check', () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'nexus-text-'));
    mkdirSync(join(root, 'src'));
  });
  after(() => { rmSync(root, { recursive: true }); });

  const cases: [string, string, string | undefined][] = [
    ['src/fine.ts', 'const path = `a/work`;\n', undefined],
    ['src/machine.ts', `// see ${['', 'work', 'main'].join('/')}\n`, 'src/machine.ts:1: names a path of one machine'],
    ['docs.md', `one\ntwo ${['..', 'shared', 'x'].join('/')}\n`, 'docs.md:2: points outside the project'],
    ['lock.json', `"resolved": "${'http'}s://a.example/b.tgz"\n`, 'lock.json:1: names a package registry'],
    ['src/later.ts', `// ${'TO'}${'DO'} more\n`, 'src/later.ts:1: leaves something for later'],
    ['src/CamelCase.ts', '\n', 'src/CamelCase.ts: is not named in kebab-case'],
    ['src/blank.ts', 'a \n', 'src/blank.ts:1: ends a line in blanks'],
  ];
  for (const [path, text, fault] of cases) {
    it(fault ? `says: ${fault}` : 'lets other text pass', () => {
      writeFileSync(join(root, path), text);
      assert.deepEqual(textFaults(root), fault ? [fault] : []);
      rmSync(join(root, path));
    });
  }
});
