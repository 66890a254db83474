// The wall checker finds what is planted and lets pass what the table allows.
import { assert } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { importsOf, wallFaults } from '../../tools/import-walls.mjs';

describe('the import walls', () => {
  let root: string;
  beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'nexus-walls-')); });
  afterEach(() => { rmSync(root, { recursive: true }); });

  const plant = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return wallFaults(root);
  };

  it('let pass what the table allows', () => {
    assert.deepEqual(plant({
      'src/ui/main.ts': "import { html } from 'lit';\nimport type { A } from '../workers/contract/a.ts';\nconst view = () => import('./view.ts');",
      'src/ui/view.ts': "import { connect } from '../workers/door/page/connect.ts';",
      'src/workers/door/page/connect.ts': "import { wrap } from 'comlink';\nnew Worker(new " + "URL('../../authority.worker.ts', import.meta.url));",
      'src/workers/home/home.ts': "import { seal } from '../../crypto/seal.ts';\nimport type { K } from '../keystore/keystore.ts';",
      'server/main.ts': "import { join } from 'node:path';",
    }), []);
  });

  const violations: [string, string, string][] = [
    ['src/ui/main.ts', "import { seal } from '../crypto/seal.ts';", 'ui may not import crypto'],
    ['src/ui/main.ts', "import type { K } from '../workers/keystore/keystore.ts';", 'ui may not import keystore'],
    ['src/ui/main.ts', "const late = await import('../workers/home/home.ts');", 'ui may not import home'],
    ['src/ui/main.ts', "import { wrap } from 'comlink';", 'ui may not use the package comlink'],
    ['src/crypto/seal.ts', "import { LIMITS } from '../workers/contract/limits.ts';", 'crypto may not import contract'],
    ['src/crypto/seal.ts', "import { readFileSync } from 'node:fs';", "crypto may not use Node's node:fs"],
    ['src/workers/contract/a.ts', "export type { X } from '../store/database.ts';", 'contract may not import store'],
    ['src/workers/service.worker.ts', "import '../crypto/seal.ts';", 'service may not import crypto'],
    ['src/workers/shell/shell.ts', "import { home } from '../home/home.ts';", 'shell may not import home'],
    ['src/workers/home/home.ts', "import {\n  open,\n} from '../keystore/keystore.ts';", 'home may not import keystore'],
    ['src/workers/home/home.ts', "import { openDB } from 'idb';", 'home may not use the package idb'],
    ['src/sync/engine.ts', "import { seal } from '../crypto/seal.ts';", 'sync may not import crypto'],
    ['server/main.ts', "import { policy } from '../src/ui/policy.ts';", 'server may not import ui'],
    ['tools/x.mjs', "import { seal } from '../src/crypto/seal.ts';", 'tools may not import crypto'],
    ['src/ui/main.ts', "import x from '../../elsewhere/x.ts';", 'outside every area'],
  ];
  for (const [path, text, fault] of violations) {
    it(`find that ${fault}`, () => {
      const faults = plant({ [path]: text });
      assert.lengthOf(faults, 1);
      assert.include(faults[0], `${path}:`);
      assert.include(faults[0], fault);
    });
  }

  it('find a circle, but not one that only types or a lazy import close', () => {
    assert.deepEqual(plant({
      'src/crypto/a.ts': "import { b } from './b.ts';", 'src/crypto/b.ts': "import type { a } from './a.ts';\nconst late = () => import('./a.ts');",
    }), []);
    assert.deepEqual(plant({ 'src/crypto/b.ts': "import { a } from './a.ts';" }), ['circle: src/crypto/a.ts → src/crypto/b.ts → src/crypto/a.ts']);
  });

  it('read every form of import', () => {
    const text = "import 'a';\nimport type { B } from 'b';\nexport * from 'c';\nimport d, {\n  e,\n} from 'd';\nconst f = import('f');\n// import 'g';\nconst said = \"from 'h'\";\n";
    assert.deepEqual(importsOf(text).map(({ spec }) => spec), ['a', 'b', 'c', 'd', 'f']);
    assert.deepEqual(importsOf(text).map(({ typeOnly }) => typeOnly), [false, true, false, false, false]);
  });
});
