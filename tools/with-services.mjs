// Runs a command beside a PostgreSQL and a one-node Ceph with its S3 gateway, both of Debian's packages, on loopback, in a
// folder that goes with them: `node tools/with-services.mjs COMMAND [ARGUMENT…]`. The command finds them by
// NEXUS_TEST_POSTGRES, NEXUS_TEST_S3 and the usual AWS variables. Runs on Node 20 with no dependency.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from './ensure.mjs';

const POSTGRES_TRIES = 100;
const GATEWAY_TRIES = 300;
const TRY_MS = 200;
const COMMAND_MS = 60_000;
const BUCKET = 'nexus';
const KEYS = { AWS_ACCESS_KEY_ID: 'nexus-access', AWS_SECRET_ACCESS_KEY: 'nexus-secret-key', AWS_REGION: 'us-east-1' };

const pause = () => new Promise((resolve) => { setTimeout(resolve, TRY_MS); });

/** So many ports in a row that nobody listens on. */
async function freePorts(count) {
  const isFree = (port) => new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  for (let port = 20_000 + process.pid % 5_000; port < 32_000; port += count) {
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(port + index)));
    if (free.every(Boolean)) return port;
  }
  return fail('no port is free.');
}

async function until(tries, what, check) {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    if (await check()) return;
    await pause();
  }
  fail(`${what} did not start.`);
}

/** PostgreSQL will not run as root: there it runs as the user that its package made. */
function postgresUser() {
  if (process.getuid() !== 0) return {};
  const number = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}

async function startPostgres(folder) {
  const bins = '/usr/lib/postgresql';
  const bin = join(bins, readdirSync(bins).sort((a, b) => Number(b) - Number(a))[0], 'bin');
  const user = postgresUser();
  const data = join(folder, 'postgres');
  mkdirSync(data, { mode: 0o700 });
  if (user.uid !== undefined) chownSync(data, user.uid, user.gid);
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'nexus', '-A', 'trust', '-E', 'UTF8', '--locale=C'], { stdio: 'ignore', cwd: data, ...user });
  const port = await freePorts(1);
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data, '-c', 'max_connections=200'], { stdio: 'ignore', cwd: data, ...user });
  const ready = () => spawnSync(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).status === 0;
  await until(POSTGRES_TRIES, 'PostgreSQL', ready);
  return { url: `postgres://nexus@127.0.0.1:${port}/postgres`, stop: () => server.kill('SIGINT') };
}

/** One monitor, one manager, one store in memory, one gateway; no keys among them, since nothing leaves this machine. */
function cephConfig(folder, port) {
  const at = (name) => join(folder, name);
  return `[global]
fsid = ${randomUUID()}
mon host = [v2:127.0.0.1:${port + 1},v1:127.0.0.1:${port + 2}]
public addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
ms bind ipv6 = false
ms mon client mode = crc
ms mon service mode = crc
ms mon cluster mode = crc
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
osd objectstore = memstore
memstore device bytes = 4294967296
run dir = ${at('run')}
log file = ${at('log')}/$name.log
admin socket = ${at('run')}/$name.$pid.asok
pid file = ${at('run')}/$name.pid
keyring = ${at('keyring')}
mon data = ${at('mon')}
mgr data = ${at('mgr')}
osd data = ${at('osd')}
rgw data = ${at('rgw')}
rgw frontends = beast endpoint=127.0.0.1:${port}
`;
}

async function startCeph(parent) {
  const folder = join(parent, 'ceph');
  for (const name of ['', 'mon', 'mgr', 'osd', 'rgw', 'log', 'run']) mkdirSync(join(folder, name), { recursive: true });
  const port = await freePorts(3);
  const config = join(folder, 'ceph.conf');
  writeFileSync(config, cephConfig(folder, port));
  const run = (command, ...args) => execFileSync(command, ['-c', config, ...args], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8', timeout: COMMAND_MS, env: { ...process.env, CEPH_ARGS: '' } });
  const plain = (command, ...args) => execFileSync(command, args, { stdio: 'ignore' });
  const fsid = /fsid = (\S+)/.exec(readFileSync(config, 'utf8'))[1];
  plain('ceph-authtool', '--create-keyring', join(folder, 'keyring'), '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *');
  plain('ceph-authtool', join(folder, 'keyring'), '--gen-key', '-n', 'client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *');
  plain('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${port + 1},v1:127.0.0.1:${port + 2}]`, join(folder, 'monmap'));
  run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', join(folder, 'monmap'), '--keyring', join(folder, 'keyring'));
  run('ceph-mon', '-i', 'a');
  run('ceph-mgr', '-i', 'x');
  const osd = randomUUID();
  const id = run('ceph', '--connect-timeout', '20', 'osd', 'new', osd).trim();
  run('ceph-osd', '-i', id, '--mkfs', '--osd-uuid', osd);
  run('ceph-osd', '-i', id);
  run('radosgw', '-n', 'client.admin');
  const endpoint = `http://127.0.0.1:${port}`;
  await until(GATEWAY_TRIES, 'the S3 gateway', () => fetch(endpoint).then((answer) => answer.ok, () => false));
  run('radosgw-admin', 'user', 'create', '--uid=nexus', '--display-name=nexus', `--access-key=${KEYS.AWS_ACCESS_KEY_ID}`, `--secret-key=${KEYS.AWS_SECRET_ACCESS_KEY}`);
  const pids = () => readdirSync(join(folder, 'run')).filter((name) => name.endsWith('.pid')).map((name) => Number(readFileSync(join(folder, 'run', name), 'utf8')));
  return { endpoint, stop: () => { for (const pid of pids()) kill(pid); } };
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'nexus-services-'));
// The user that PostgreSQL runs as must be able to walk in.
execFileSync('chmod', ['755', folder]);
const started = [];
process.on('exit', () => {
  for (const { stop } of started) stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const [postgres, ceph] = await Promise.all([startPostgres(folder), startCeph(folder)].map((each) => each.then((service) => {
  started.push(service);
  return service;
})));
const env = {
  ...process.env, ...KEYS,
  NEXUS_TEST_POSTGRES: postgres.url,
  NEXUS_TEST_S3: `s3://${BUCKET}?endpoint=${encodeURIComponent(ceph.endpoint)}`,
};
const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: 'inherit', env });
child.on('exit', (code) => process.exit(code ?? 1));
