import { assert } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAead } from '../../../src/crypto/aead.ts';
import { smallHome } from '../../support/bundle-home.ts';

const has = (tool: string): boolean => spawnSync(tool, ['--help']).error === undefined;
const missing = ['unzip', 'sha256sum'].filter((tool) => !has(tool));

describe('a bundle in the hands of stock tools', () => {
  const test = missing.length > 0 ? it.skip : it;
  test(missing.length > 0 ? `is whole (skipped: ${missing.join(', ')} not installed)` : 'is whole for unzip and sha256sum', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nbk-'));
    try {
      const { bytes } = await (await smallHome(await createAead())).bundle({ prefs: true });
      await writeFile(join(folder, 'x.nbk'), bytes);
      const run = (command: string, ...args: string[]) => spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
      const tested = run('unzip', '-t', 'x.nbk');
      assert.equal(tested.status, 0, tested.stdout);
      assert.equal(run('unzip', '-q', 'x.nbk').status, 0);
      const checked = run('sha256sum', '--strict', '-c', 'checksums.sha256');
      assert.equal(checked.status, 0, checked.stdout + checked.stderr);
      await writeFile(join(folder, 'manifest.seal'), 'x');
      assert.notEqual(run('sha256sum', '-c', 'checksums.sha256').status, 0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
