// The server as a process: what it prints, where it listens, how it ends.
import { assert } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { addAccount } from '../../server/accounts/accounts.ts';
import { audienceOf } from '../../server/oidc/provider.ts';
import { createOnline } from '../../server/online.ts';
import { OptionError, readOptions } from '../../server/options.ts';
import { apiClient, athOf, proofKey } from './support/api-client.ts';
import { freePort } from '../../server/free-port.ts';
import { openPair, ownPlace } from './support/pair.ts';
import { serverProcess } from './support/server-process.ts';
import { mintToken } from './support/test-server.ts';

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

  it('refuses settings that cannot be, by name', async () => {
    for (const [env, says] of [
      [{ NEXUS_ORIGIN: 'nexus.example' }, 'NEXUS_ORIGIN'], [{ NEXUS_ORIGIN: 'https://nexus.example/path' }, 'NEXUS_ORIGIN'], [{ NEXUS_DATABASE_URL: 'mysql://x' }, 'NEXUS_DATABASE_URL'],
      [{ NEXUS_OBJECTS: 'https://bucket' }, 'NEXUS_OBJECTS'], [{ NEXUS_SIGNUP: 'maybe' }, 'NEXUS_SIGNUP'], [{ NEXUS_LOG: 'all' }, 'NEXUS_LOG'],
    ] as const) assert.throws(() => readOptions([], env, '/'), OptionError, says);
    assert.throws(() => readOptions([], { NEXUS_ENTITLEMENTS_SECRET: 'whsec_canary' }, '/'), OptionError, /^NEXUS_ENTITLEMENTS_SECRET must be whsec_ and 24 to 64 bytes in base64\.$/);
    assert.equal(readOptions([], { NEXUS_ENTITLEMENTS_SECRET: `whsec_${'A'.repeat(32)}` }, '/').entitlementsSecret?.byteLength, 24);
    assert.isUndefined(readOptions([], {}, '/').entitlementsSecret);
    assert.throws(() => readOptions(['--what', 'x'], {}, '/'), OptionError, '--port');
    assert.deepInclude(readOptions(['--port', '1', '--origin', 'https://a.example'], { PORT: '2', NEXUS_APP_ORIGINS: 'https://b.example, https://c.example' }, '/'), { port: 1, origin: 'https://a.example', appOrigins: ['https://b.example', 'https://c.example'] });
  });

  it('finishes what it has when it is asked to stop, ends its event streams, and tells its figures', async () => {
    const place = await ownPlace();
    const metrics = await freePort();
    const server = await serverProcess({ ...place.env, NEXUS_METRICS_PORT: String(metrics), NEXUS_LOG: 'info' });
    await server.start();
    const storage = { ...await openPair(place), clock: Date.now, random: (length: number) => randomBytes(length) };
    const account = randomBytes(16).toString('hex');
    await addAccount(storage.rows, { id: account, name: 'ada', password: null, createdAt: 0 });
    const addresses = { origin: server.address, appOrigins: [] };
    const { interactions: { provider } } = await createOnline(storage, { ...addresses, signUp: false, proxies: 0, requestsPerMinute: 1 });
    const key = await proofKey();
    const client = apiClient(server.address, await mintToken(provider, { account, scope: 'storage', jkt: key.jkt, audience: audienceOf(addresses) }), key);
    const stream = await client.json('GET', '/v1/changes/stream');
    assert.equal((await client.put('nodes', randomBytes(16).toString('hex'), Buffer.from('x'))).status, 201);
    const figures = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    assert.match(figures, /nexus_request_seconds_count\{method="PUT",route="\/v1\/objects\/:collection\/:id",status="201"\} 1/);
    assert.include(figures, 'nexus_event_streams 1');
    assert.notInclude(figures, account);
    const path = `/v1/objects/nodes/${randomBytes(16).toString('hex')}`;
    const proof = await key.proof('PUT', `${server.address}${path}`, { ath: athOf(client.token) });
    const upload = connect(Number(new URL(server.address).port), '127.0.0.1');
    upload.write(`PUT ${path} HTTP/1.1\r\nhost: x\r\nauthorization: DPoP ${client.token}\r\ndpop: ${proof}\r\ncontent-type: application/octet-stream\r\nif-none-match: *\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n`);
    assert.match(String((await once(upload, 'data') as [Buffer])[0]), /^HTTP\/1\.1 100 /);
    upload.write('ab');
    // The stream ends first: then the server has begun to stop, and the upload is half there.
    const ended = server.stop();
    assert.include(await stream.text(), 'event: changes');
    upload.write('cd');
    assert.match(String((await once(upload, 'data') as [Buffer])[0]), /^HTTP\/1\.1 201 /);
    upload.destroy();
    assert.equal(await ended, 0);
    const answered = server.log.trim().split('\n').map((line) => JSON.parse(line) as { msg: string }).filter(({ msg }) => msg === 'answered');
    assert.isAbove(answered.length, 1);
    for (const line of answered) assert.hasAllKeys(line, ['level', 'time', 'reqId', 'method', 'route', 'status', 'ms', 'msg']);
    await storage.rows.close();
    await place.remove();
  });
});
