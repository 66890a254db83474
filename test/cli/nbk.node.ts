import { assert } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusedByDisk } from '../../cli/disk-names.ts';
import { shown } from '../../cli/telling.ts';
import type { RestoreLine } from '../../src/crypto/nbk/restore-plan.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BUNDLE = join(ROOT, 'test/vectors/reference.nbk');
const { password, phrase } = JSON.parse(readFileSync(join(ROOT, 'test/vectors/securefs-v1.json'), 'utf8')) as { password: string; phrase: string };

describe('nx nbk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-cli-'));
  const secret = join(folder, 'password');
  const words = join(folder, 'phrase');
  const wrong = join(folder, 'wrong');
  before(() => {
    writeFileSync(secret, `${password}\n`);
    writeFileSync(words, phrase);
    writeFileSync(wrong, 'not my password');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const nx = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('node', [join(ROOT, 'cli/nx.mjs'), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return { status, stdout, stderr };
  };
  const damagedCopy = (change: (bytes: Buffer) => Buffer) => {
    const path = join(folder, `damaged-${Math.random()}.nbk`);
    writeFileSync(path, change(readFileSync(BUNDLE)));
    return path;
  };
  const flipped = (at: number) => damagedCopy((bytes) => {
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  });

  it('lists what is in a bundle, by password and by phrase', () => {
    const byPassword = nx('nbk', 'list', BUNDLE, '--password-file', secret);
    assert.equal(byPassword.status, 0, byPassword.stderr);
    assert.include(byPassword.stdout, 'Documents/');
    assert.equal(nx('nbk', 'list', BUNDLE, '--phrase-file', words).stdout, byPassword.stdout);
  });

  it('lists as JSON, and one path alone', () => {
    const { entries } = JSON.parse(nx('nbk', 'list', BUNDLE, '--password-file', secret, '--json', '--path', 'Documents').stdout) as { entries: { path: string; kind: string }[] };
    assert.isTrue(entries.length > 0 && entries.every(({ path }) => path === 'Documents' || path.startsWith('Documents/')));
  });

  for (const depth of ['quick', 'sample', 'full']) {
    it(`verifies, ${depth}, with and without a secret`, () => {
      assert.equal(nx('nbk', 'verify', BUNDLE, '--depth', depth, '--password-file', secret).status, 0);
      assert.equal(nx('nbk', 'verify', BUNDLE, '--depth', depth, '--no-secret').status, 0);
    });
  }

  it('restores every file with its date, into a folder that was not there', () => {
    const to = join(folder, 'restored');
    const { status, stderr } = nx('nbk', 'restore', BUNDLE, '--password-file', secret, '--to', to);
    assert.equal(status, 0, stderr);
    const { entries } = JSON.parse(nx('nbk', 'list', BUNDLE, '--password-file', secret, '--json').stdout) as { entries: { path: string; kind: string; size: number; modified?: number }[] };
    for (const { path, kind, size, modified } of entries) {
      const stat = statSync(join(to, path));
      if (kind === 'folder') assert.isTrue(stat.isDirectory(), path);
      else assert.deepEqual([stat.size, Math.round(stat.mtimeMs)], [size, modified ?? 0], path);
    }
    assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('.restored')), []);
  });

  it('restores one folder alone', () => {
    const to = join(folder, 'one');
    assert.equal(nx('nbk', 'restore', BUNDLE, '--password-file', secret, '--to', to, '--path', 'Documents').status, 0);
    assert.deepEqual(readdirSync(to), ['Documents']);
  });

  it('says what it would write, and writes nothing', () => {
    const to = join(folder, 'dry');
    const { status, stdout } = nx('nbk', 'restore', BUNDLE, '--password-file', secret, '--to', to, '--dry-run');
    assert.equal(status, 0);
    assert.match(stdout, /^create {2}Documents$/m);
    assert.isFalse(existsSync(to));
  });

  it('writes over nothing', () => {
    const to = join(folder, 'full');
    mkdirSync(to);
    writeFileSync(join(to, 'mine'), 'mine');
    assert.equal(nx('nbk', 'restore', BUNDLE, '--password-file', secret, '--to', to).status, 1);
    assert.deepEqual(readdirSync(to), ['mine']);
  });

  it('tells a wrong secret, whatever the command', () => {
    for (const command of [['list'], ['verify'], ['restore', '--to', join(folder, 'never')]]) {
      const [name = '', ...rest] = command;
      const { status, stderr, stdout } = nx('nbk', name, BUNDLE, '--password-file', wrong, ...rest);
      assert.deepEqual([status, stdout], [3, ''], stderr);
    }
    assert.isFalse(existsSync(join(folder, 'never')));
  });

  it('tells damage, and restores everything else', () => {
    const bundle = flipped(2_000_000);
    const checked = nx('nbk', 'verify', bundle, '--password-file', secret);
    assert.equal(checked.status, 4);
    const path = /^damaged {2}(.*) {2}\(/m.exec(checked.stdout)?.[1] ?? '';
    assert.notEqual(path, '');
    const to = join(folder, 'rest');
    const restored = nx('nbk', 'restore', bundle, '--password-file', secret, '--to', to);
    assert.equal(restored.status, 4);
    assert.include(restored.stdout, `damaged  ${path}`);
    assert.isFalse(existsSync(join(to, path)));
    assert.isTrue(existsSync(join(to, 'Documents')));
  });

  it('refuses a cut bundle, another file and no file', () => {
    assert.equal(nx('nbk', 'verify', damagedCopy((bytes) => bytes.subarray(0, -50)), '--no-secret').status, 4);
    assert.equal(nx('nbk', 'verify', secret, '--no-secret').status, 4);
    assert.equal(nx('nbk', 'verify', join(folder, 'nowhere'), '--no-secret').status, 1);
  });

  it('tells wrong usage', () => {
    const wrongs = [[], ['nbk'], ['nbk', 'list'], ['nbk', 'eat', BUNDLE], ['nbk', 'list', BUNDLE, '--no-secret'], ['nbk', 'verify', BUNDLE, '--depth', 'deep'], ['nbk', 'verify', BUNDLE, '--percent', '0', '--no-secret'],
      ['nbk', 'restore', BUNDLE, '--password-file', secret], ['nbk', 'list', BUNDLE, '--to', folder], ['nbk', 'verify', BUNDLE, '--bogus'], ['nbk', 'verify', BUNDLE], ['nbk', 'verify', BUNDLE, '--no-secret', '--password-file', secret]];
    for (const args of wrongs) assert.equal(nx(...args).status, 2, args.join(' '));
    assert.equal(nx('--help').status, 0);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const beside = join(folder, 'interrupted');
    mkdirSync(beside);
    const child = spawn('node', [join(ROOT, 'cli/nx.mjs'), 'nbk', 'restore', BUNDLE, '--password-file', secret, '--to', join(beside, 'to')], { stdio: 'ignore' });
    // Its own folder beside the target shows that it has begun.
    while (child.exitCode === null && readdirSync(beside).length === 0) await new Promise((resolve) => { setImmediate(resolve); });
    child.kill('SIGINT');
    const [code] = child.exitCode === null ? await once(child, 'exit') as [number] : [child.exitCode];
    assert.include([130, 0], code);
    assert.deepEqual(readdirSync(beside), code === 130 ? [] : ['to']);
  });

  it('runs as `npx nx`', () => {
    const { status, stdout } = spawnSync('npx', ['nx', '--help'], { cwd: ROOT, encoding: 'utf8' });
    assert.equal(status, 0);
    assert.include(stdout, 'nx nbk list FILE');
  });
});

describe('what a disk can hold', () => {
  const line = (path: string) => ({ entry: { path } }) as RestoreLine;

  it('refuses names of the system and names that fold to one, on the systems that do', () => {
    const lines = ['a', 'A', 'con.txt', 'ok?', 'ok?/below'].map(line);
    assert.deepEqual([...refusedByDisk(lines, 'linux').keys()], []);
    assert.deepEqual([...refusedByDisk(lines, 'win32')], [['A', 'same_name'], ['con.txt', 'name_of_the_system'], ['ok?', 'name_of_the_system'], ['ok?/below', 'name_of_the_system']]);
    assert.deepEqual([...refusedByDisk(lines, 'darwin').keys()], ['A']);
  });

  it('shows control characters as what they are', () => assert.equal(shown('a\u001b[2Jb\u202ec'), 'a\\u{1b}[2Jb\\u{202e}c'));
});
