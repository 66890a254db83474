// The servers that are measured, each in a process of its own on this machine, and how a request to each is written.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { athOf, type ProofKey } from '../../test/server/support/api-client.ts';
import { freePort } from '../../server/free-port.ts';
import type { Shot } from './load.ts';
import { startOurServer } from './our-server.ts';

export interface Contestant {
  readonly pid: number;
  put(name: string, body: Uint8Array): Promise<Shot>;
  get(name: string): Promise<Shot>;
  stop(): Promise<void>;
}

export interface Ours extends Contestant { batch(body: Uint8Array): Promise<Shot> }

async function reachable(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await fetch(url).then(() => true, () => false)) return;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error('a server did not start');
}

/** What one account's device would send; the proofs are signed before anything is timed. */
function shots(origin: string, token: string, key: ProofKey) {
  const shot = async (method: string, path: string, headers: Record<string, string>, body?: Uint8Array): Promise<Shot> => ({
    method, url: `${origin}${path}`, headers: { authorization: `DPoP ${token}`, dpop: await key.proof(method, `${origin}${path}`, { ath: athOf(token) }), ...headers }, ...body ? { body } : {},
  });
  return {
    put: (name: string, body: Uint8Array) => shot('PUT', `/v1/objects/bundles/${name}`, { 'content-type': 'application/octet-stream', 'if-none-match': '*' }, body),
    get: (name: string) => shot('GET', `/v1/objects/bundles/${name}`, {}),
    batch: (body: Uint8Array) => shot('POST', '/v1/batch', { 'content-type': 'application/cbor' }, body),
  };
}

export async function startOurs(): Promise<Ours> {
  const server = await startOurServer();
  const { token, key } = await server.access(await server.newAccount());
  return { pid: server.pid, ...shots(server.origin, token, key), stop: server.stop };
}

function ending(child: ChildProcess, folder: string): () => Promise<void> {
  return async () => {
    const ended = new Promise((resolve) => { child.once('exit', resolve); });
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
}

interface FileTree { createUser(user: object): Promise<void>; authorize(client: string, user: string, scopes: object): Promise<string> }

export interface Armadietto {
  readonly pid: number;
  readonly origin: string;
  /** Of the user `bench`, for the module `bench`. */
  readonly token: string;
  stop(): Promise<void>;
}

/** armadietto, the remoteStorage server, over its own folder, with its log off. */
export async function armadiettoProcess(): Promise<Armadietto> {
  const folder = mkdtempSync(join(tmpdir(), 'armadietto-'));
  const require = createRequire(import.meta.url);
  const { FileTree: Store } = require('armadietto') as { FileTree: new (options: object) => FileTree };
  const store = new Store({ path: folder });
  await store.createUser({ username: 'bench', email: 'bench@example.com', password: randomBytes(12).toString('hex') });
  const token = await store.authorize('bench', 'bench', { bench: ['r', 'w'] });
  const port = await freePort();
  const config = join(folder, 'conf.json');
  writeFileSync(config, JSON.stringify({ allow_signup: false, storage_path: folder, cache_views: true, http: { host: '127.0.0.1', port }, logging: { log_dir: folder, stdout: [], log_files: [] }, basePath: '' }));
  const main = join(require.resolve('armadietto'), '../../bin/armadietto.js');
  const child = spawn(process.execPath, [main, '-c', config], { stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  await reachable(origin);
  return { pid: child.pid!, origin, token, stop: ending(child, folder) };
}

export async function startArmadietto(): Promise<Contestant> {
  const { pid, origin, token, stop } = await armadiettoProcess();
  // It reads and writes a folder's list with every document: sixteen folders keep the lists short.
  const urlOf = (name: string) => `${origin}/storage/bench/bench/${name[0]}/${name}`;
  const headers = { authorization: `Bearer ${encodeURIComponent(token)}`, 'content-type': 'application/octet-stream' };
  return {
    pid, stop,
    put: (name, body) => Promise.resolve({ method: 'PUT', url: urlOf(name), headers, body }),
    get: (name) => Promise.resolve({ method: 'GET', url: urlOf(name), headers }),
  };
}

/** nginx taking and giving the same bytes by WebDAV, with no account and no promise: the ceiling of this machine. */
export async function startNginx(): Promise<Contestant> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'nginx.conf'), `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 2; ${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 512; }
http { access_log off; client_max_body_size 64m; client_body_temp_path ${folder}/tmp; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port}; root ${folder}/data; location / { dav_methods PUT DELETE; create_full_put_path on; } } }
`);
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  await reachable(origin);
  const stop = ending(child, folder);
  return {
    pid: child.pid!,
    put: (name, body) => Promise.resolve({ method: 'PUT', url: `${origin}/${name}`, headers: {}, body }),
    get: (name) => Promise.resolve({ method: 'GET', url: `${origin}/${name}`, headers: {} }),
    async stop() {
      // Its workers end with their master only when it is asked.
      child.kill('SIGTERM');
      await stop();
    },
  };
}
