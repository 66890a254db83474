// The server as a process: what it prints, where it listens, how it ends.
import { assert } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../../server/main.ts');

describe('the server process', () => {
  const root = mkdtempSync(join(tmpdir(), 'nexus-main-'));
  const start = (env: Record<string, string>) => spawn(process.execPath, [MAIN], { env: { ...process.env, NEXUS_DIST: root, NEXUS_DATA: join(root, 'data'), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });

  before(() => { writeFileSync(join(root, 'index.html'), '<!doctype html>'); });
  after(() => { rmSync(root, { recursive: true }); });

  it('prints its address, answers on this machine alone, and ends on a signal though a connection is open', async () => {
    const server = start({ PORT: '0' });
    const [line] = await once(createInterface(server.stdout), 'line') as [string];
    const port = /^Nexus: http:\/\/localhost:(\d+)\/$/.exec(line)?.[1];
    assert.isString(port, line);
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 200);
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
  });

  it('refuses a port that is none, and a folder with no build, in one line', async () => {
    for (const env of [{ PORT: '80x' }, { PORT: '70000' }, { NEXUS_DIST: join(root, 'none') }]) {
      const server = start(env);
      const said = (await server.stderr.toArray()).join('');
      assert.equal(server.exitCode ?? (await once(server, 'exit'))[0], 1);
      assert.match(said, /^nexus: .*\.\n$/);
    }
  });
});
