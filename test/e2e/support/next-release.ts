// A second release of the app for a test of updates: the same sources under the next version, built in a folder of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputsOf } from '../../../tools/build/source-release.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Gives the folder of the build and the name of the release. */
export async function buildNextRelease(folder: string, version: string): Promise<{ readonly dist: string; readonly release: string }> {
  for (const path of inputsOf(ROOT)) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const facts = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...facts, version }));
  const dist = join(folder, 'dist');
  const child = spawn(process.execPath, ['tools/build/build.ts'], { cwd: folder, env: { ...process.env, NEXUS_DIST: dist }, stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [code]] = await Promise.all([child.stderr.toArray(), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the next release was not built: ${said.join('')}`);
  const { release } = JSON.parse(readFileSync(join(dist, 'release.json'), 'utf8')) as { release: string };
  return { dist, release };
}
