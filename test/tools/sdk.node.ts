// What authors of apps take: one small module that imports nothing, with types that hold.
import { assert } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const ROOT = join(import.meta.dirname, '../..');

async function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<{ readonly code: number; readonly said: string }> {
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([child.stdout.toArray(), child.stderr.toArray(), once(child, 'exit')]) as [string[], string[], [number]];
  return { code, said: [...out, ...err].join('') };
}

describe('the SDK', () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nexus-sdk-'));
    const built = await run(['tools/build/sdk.ts'], { ...process.env, NEXUS_SDK_DIST: join(folder, 'sdk') });
    assert.equal(built.code, 0, built.said);
  });
  after(() => { rmSync(folder, { recursive: true }); });

  it('is one module of at most 5 KiB compressed, and imports nothing', () => {
    const text = readFileSync(join(folder, 'sdk/nexus.js'), 'utf8');
    assert.isAtMost(gzipSync(text, { level: 9 }).length, 5 * 1024);
    assert.notMatch(text, /\bimport\b/);
    assert.match(text, /export\s*\{[^}]*openNexus/);
  });

  it('has types that hold for who uses it, and that refuse what it does not take', async () => {
    const use = (body: string) => `import { openNexus } from './sdk/types/sdk/nexus.js';\nconst nexus = await openNexus();\n${body}\nexport {};\n`;
    const compile = async (body: string) => {
      writeFileSync(join(folder, 'use.ts'), use(body));
      return run(['node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--target', 'es2023', '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2024,dom,dom.asynciterable', join(folder, 'use.ts')]);
    };
    const right = await compile("const files = await nexus.files('home:/Notes/*', ['read:files']);\nconst text: string = await (await files.read('a.md')).text();\nvoid text;");
    assert.equal(right.code, 0, right.said);
    assert.notEqual((await compile("await nexus.files('home:/Notes/*', ['read:everything']);")).code, 0);
  });
});
