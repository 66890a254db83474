// What a build holds: the same bytes wherever it is made, hashes that fit, and nothing that the policy would refuse.
import { assert } from 'chai';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Release } from '../../tools/build/release.ts';
import { filesUnder, inputsOf, pagesOf, sha256 } from '../../tools/build/source-release.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Builds a copy of what a build needs, and of nothing else, in a folder of its own; gives the folder of the build. */
async function buildCopy(): Promise<{ folder: string; dist: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-build-'));
  for (const path of inputsOf(ROOT)) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const dist = join(folder, 'dist');
  const child = spawn(process.execPath, ['tools/build/build.ts'], { cwd: folder, env: { ...process.env, NEXUS_DIST: dist }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, [code]] = await Promise.all([child.stderr.toArray(), once(child, 'exit')]);
  assert.equal(code, 0, said.join(''));
  return { folder, dist };
}

describe('a build', () => {
  let one: { folder: string; dist: string };
  const text = (path: string) => readFileSync(join(one.dist, path), 'utf8');
  const files = () => filesUnder(one.dist, '');
  const scripts = () => files().filter((path) => path.endsWith('.js'));

  before(async () => { one = await buildCopy(); });
  after(() => { rmSync(one.folder, { recursive: true }); });

  it('is the same, byte for byte, when made again elsewhere', async () => {
    const other = await buildCopy();
    try {
      assert.deepEqual(filesUnder(other.dist, ''), files());
      for (const path of files()) assert.isTrue(readFileSync(join(other.dist, path)).equals(readFileSync(join(one.dist, path))), path);
    } finally {
      rmSync(other.folder, { recursive: true });
    }
  });

  it('lists every file with its hash, and one digest over them', () => {
    const release = JSON.parse(text('release.json')) as Release;
    const listed = files().filter((path) => path !== 'release.json' && !/\.(br|gz)$/.test(path));
    assert.deepEqual(release.files.map(({ path }) => path), listed);
    for (const file of release.files) assert.equal(file.sha256, sha256(readFileSync(join(one.dist, file.path))), file.path);
    assert.equal(release.digest, sha256(release.files.map((file) => `${file.sha256}  ${file.path}\n`).join('')));
    assert.match(release.release, /^\d+\.\d+\.\d+\+[0-9a-f]{12}$/);
    assert.isTrue(scripts().some((path) => text(path).includes(release.release)), 'no script knows its release');
  });

  it('lets one script start in the frame of apps, by its hash, and nothing that has an address', () => {
    const html = text('frame.html');
    const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? '';
    const policies = [...html.matchAll(/Content-Security-Policy" content="([^"]*)"/g)].map(([, policy]) => policy ?? '');
    assert.lengthOf(policies, 2);
    assert.include(policies[0], `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}' 'strict-dynamic'`);
    assert.include(policies[0], "default-src 'none'");
    assert.equal(policies[1], "script-src 'unsafe-inline' blob:");
    assert.isBelow(html.lastIndexOf('Content-Security-Policy'), html.indexOf('<script'));
  });

  it('brings the apps that come along, each a manifest and the script that it names', () => {
    for (const name of ['notes', 'photos']) {
      const manifest = JSON.parse(text(`apps/${name}/nexus-app.json`)) as { start: string };
      assert.notMatch(text(`apps/${name}/${manifest.start}`), /\bimport\s*(?:[{*"'(]|\w+\s+from\b)/, name);
    }
  });

  it('carries the policy in each page, before any script, and no inline script or style', () => {
    for (const page of pagesOf(ROOT)) {
      const html = text(page);
      assert.isBelow(html.indexOf('Content-Security-Policy'), html.indexOf('<script'), page);
      assert.include(html, "require-trusted-types-for 'script'", page);
      assert.notMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/, page);
    }
  });

  it('has one service worker at the root that imports nothing and keeps every file', () => {
    const worker = text('service-worker.js');
    assert.notMatch(worker, /\bimport\b\s*[({*"']|\bexport\b|importScripts\s*\(/);
    assert.notInclude(worker, '__WB_MANIFEST');
    const kept = files().filter((path) => /\.(html|js|css|svg|png|webmanifest)$/.test(path) && path !== 'service-worker.js');
    for (const path of kept) assert.include(worker, path);
  });

  it('holds nothing that makes code from text', () => {
    for (const path of scripts()) assert.notMatch(text(path), /\beval\s*\(|\bnew Function\b|\bFunction\s*\(\s*["'`]/, path);
  });

  it('loads libsodium in the authority worker alone', () => {
    const sodium = scripts().filter((path) => path.includes('libsodium')).map((path) => path.replace('assets/', ''));
    assert.lengthOf(sodium, 1);
    const reach = (path: string, seen = new Set<string>()): Set<string> => {
      if (seen.has(path)) return seen;
      seen.add(path);
      for (const name of scripts()) {
        const linked = text(path).includes(name.replace('assets/', '')) && !/authority\.worker|service-worker/.test(name);
        if (linked) reach(name, seen);
      }
      return seen;
    };
    const reached = pagesOf(ROOT).flatMap((page) => [...reach(page)]);
    assert.isFalse(reached.some((path) => path.includes('libsodium')), reached.join());
    const worker = scripts().find((path) => path.includes('authority.worker'));
    assert.isTrue([...reach(worker ?? '')].some((path) => path.includes('libsodium')));
  });

  it('is put in place whole: nothing unfinished stays beside it', () => {
    assert.deepEqual(filesUnder(one.folder, '').filter((path) => path.startsWith('dist.')), []);
    assert.isTrue(existsSync(join(one.dist, 'index.html.br')));
  });
});
