// What the server answers, over a small built folder of its own.
import { assert } from 'chai';
import type { FastifyInstance } from 'fastify';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createApp } from '../../server/app.ts';

const PAGE = '<!doctype html><title>t</title>';

describe('the server', () => {
  let root: string;
  let app: FastifyInstance;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'nexus-server-'));
    mkdirSync(join(root, 'assets'));
    writeFileSync(join(root, 'index.html'), PAGE);
    writeFileSync(join(root, 'selftest.html'), PAGE);
    for (const page of ['connect', 'frame']) writeFileSync(join(root, `${page}.html`), PAGE);
    writeFileSync(join(root, 'service-worker.js'), 'self.x = 1;');
    writeFileSync(join(root, 'release.json'), '{}');
    writeFileSync(join(root, 'assets', 'a-12345678.js'), 'export {};');
    writeFileSync(join(root, 'assets', 'a-12345678.js.gz'), gzipSync('export {};'));
    app = await createApp({ root });
  });

  after(async () => {
    await app.close();
    rmSync(root, { recursive: true });
  });

  it('protects every answer, a refusal too', async () => {
    for (const url of ['/', '/assets/a-12345678.js', '/service-worker.js', '/nothing', '/%ff']) {
      const { headers } = await app.inject(url);
      const policy = String(headers['content-security-policy']);
      assert.include(policy, "script-src 'self' 'wasm-unsafe-eval';", url);
      assert.include(policy, "require-trusted-types-for 'script'", url);
      assert.notInclude(policy, 'unsafe-inline', url);
      assert.notInclude(policy, "'unsafe-eval'", url);
      assert.include(policy, "frame-ancestors 'none'", url);
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin', url);
      assert.isUndefined(headers['cross-origin-embedder-policy'], url);
      assert.equal(headers['x-content-type-options'], 'nosniff', url);
      assert.equal(headers['referrer-policy'], 'no-referrer', url);
      assert.include(String(headers['permissions-policy']), 'camera=()', url);
    }
  });

  it('gives the frame of apps an origin that is nobody’s, and leaves its opener to the page that apps elsewhere open', async () => {
    const frame = (await app.inject('/frame.html')).headers;
    assert.equal(frame['content-security-policy'], "sandbox allow-scripts; frame-ancestors 'self'");
    for (const url of ['/connect', '/connect.html']) {
      const { headers } = await app.inject(url);
      assert.equal(headers['cross-origin-opener-policy'], 'unsafe-none', url);
      assert.include(String(headers['content-security-policy']), "frame-ancestors 'none'", url);
    }
  });

  it('keeps hashed files for ever and asks again for all others', async () => {
    assert.include(String((await app.inject('/assets/a-12345678.js')).headers['cache-control']), 'immutable');
    for (const url of ['/', '/index.html', '/selftest', '/service-worker.js', '/release.json']) {
      const answer = await app.inject(url);
      assert.equal(answer.statusCode, 200, url);
      assert.equal(answer.headers['cache-control'], 'no-cache', url);
    }
  });

  it('sends the compressed copy to whoever takes it', async () => {
    const packed = await app.inject({ url: '/assets/a-12345678.js', headers: { 'accept-encoding': 'gzip' } });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.match(String(packed.headers['content-type']), /javascript/);
    assert.include(String(packed.headers['cache-control']), 'immutable');
    assert.isUndefined((await app.inject('/assets/a-12345678.js')).headers['content-encoding']);
  });

  it('refuses in few plain words', async () => {
    const asked = [
      { url: '/nothing', status: 404 }, { url: '/%ff', status: 400 }, { url: '/..%2f..%2fetc%2fpasswd', status: 404 },
      { url: '/.hidden', status: 404 }, { url: `/${'a'.repeat(5_000)}`, status: 403 },
    ];
    for (const { url, status } of asked) {
      const answer = await app.inject(url);
      assert.equal(answer.statusCode, status, url.slice(0, 30));
      assert.match(String(answer.headers['content-type']), /^text\/plain/);
      assert.match(answer.body, /^(Not found|Bad request)\.\n$/);
    }
    assert.equal((await app.inject({ url: '/', method: 'POST', payload: 'x'.repeat(10_000) })).statusCode, 404);
  });

  it('survives what is not HTTP', async () => {
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await new Promise<string>((resolve, reject) => {
      let heard = '';
      const socket = connect(Number(new URL(address).port), '127.0.0.1', () => { socket.write('\u0000\u0001 nonsense\r\n\r\n'); });
      socket.on('data', (data) => { heard += data.toString(); });
      socket.on('close', () => { resolve(heard); });
      socket.on('error', reject);
    });
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.equal((await fetch(address)).status, 200);
  });
});
