// The size budget counts what a page asks for at once, and nothing that comes later.
import { assert } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstScreenOf } from '../../tools/size-budget.mjs';

describe('the size budget', () => {
  const dist = mkdtempSync(join(tmpdir(), 'nexus-size-'));
  after(() => { rmSync(dist, { recursive: true }); });

  it('follows static imports and leaves lazy ones out', () => {
    mkdirSync(join(dist, 'assets'));
    writeFileSync(join(dist, 'index.html'), '<script type="module" crossorigin src="/assets/main.js"></script><link rel="modulepreload" crossorigin href="/assets/pre.js"><link rel="icon" href="/icon.svg">');
    writeFileSync(join(dist, 'assets/main.js'), 'import{a as b}from"./deep.js";import"./side.js";const l=()=>import("./lazy.js");');
    writeFileSync(join(dist, 'assets/deep.js'), 'var x=1;export{x as y}from"./deeper.js";');
    for (const name of ['pre', 'side', 'lazy', 'deeper']) writeFileSync(join(dist, `assets/${name}.js`), 'export{};');
    writeFileSync(join(dist, 'assets/nx-oobe-12.js'), 'import"./part.js";');
    writeFileSync(join(dist, 'assets/part.js'), 'export{};');
    assert.deepEqual(firstScreenOf(dist, 'index.html', 'nx-oobe'), ['deep', 'deeper', 'main', 'nx-oobe-12', 'part', 'pre', 'side'].map((name) => `assets/${name}.js`));
    assert.deepEqual(firstScreenOf(dist), ['deep', 'deeper', 'main', 'pre', 'side'].map((name) => `assets/${name}.js`));
  });
});
