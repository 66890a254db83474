// The server against armadietto, and against nginx as the ceiling of this machine: same sizes, same concurrency, one run.
import { encode } from 'cborg';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAccount } from '../../server/accounts/accounts.ts';
import { openSqlite } from '../../server/rows/sqlite.ts';
import { readChanges } from '../../server/storage/feed.ts';
import { type Effort, type Measurement, row, type Row } from '../measurement.ts';
import { type Contestant, type Ours, startArmadietto, startNginx, startOurs } from '../server/contestants.ts';
import { rateOf, type Shot } from '../server/load.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const newName = (): string => randomBytes(16).toString('hex');
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

interface Load { readonly id: string; readonly size: number; readonly count: number; readonly atOnce: number }
interface Rates { readonly put: number; readonly get: number }

async function ratesOf(contestant: Contestant, { size, count, atOnce }: Load): Promise<Rates> {
  const body = randomBytes(size);
  const names = Array.from({ length: count }, newName);
  const all = (make: (name: string) => Promise<Shot>) => Promise.all(names.map(make));
  const puts = await all((name) => contestant.put(name, body));
  const put = await rateOf(puts, atOnce);
  const gets = await all((name) => contestant.get(name));
  return { put, get: await rateOf(gets, atOnce) };
}

/** Rounds in turn, so that what else the machine does meets all alike. */
async function inTurn<T>(rounds: number, work: readonly (() => Promise<T>)[]): Promise<T[][]> {
  const results: T[][] = work.map(() => []);
  for (let round = 0; round < rounds; round += 1) for (const [index, each] of work.entries()) results[index]!.push(await each());
  return results;
}

async function transfers({ quick, rounds }: Effort): Promise<Row[]> {
  const loads: Load[] = [
    { id: '4 KiB', size: 4 * KIB, count: quick ? 50 : 1_000, atOnce: 16 },
    { id: '4 MiB', size: 4 * MIB, count: quick ? 4 : 40, atOnce: 4 },
  ];
  const rows: Row[] = [];
  for (const load of loads) {
    const servers = [await startOurs(), await startArmadietto(), await startNginx()] as const;
    const results = await inTurn(quick ? 1 : rounds, servers.map((server) => () => ratesOf(server, load)));
    for (const server of servers) await server.stop();
    for (const verb of ['put', 'get'] as const) {
      const [ours, armadietto, nginx] = results.map((rates) => median(rates.map((rate) => rate[verb]))) as [number, number, number];
      const fields = { id: `server ${verb} ${load.id}`, unit: '1/s', ours };
      rows.push(row({ ...fields, against: 'armadietto', theirs: armadietto, target: 2 }), row({ ...fields, against: 'nginx (WebDAV, the ceiling)', theirs: nginx, target: 0 }));
    }
  }
  return rows;
}

const BATCH = 256;

/** Objects a second, by batches here and one by one there. */
async function batches({ quick, rounds }: Effort): Promise<Row> {
  const ours = await startOurs();
  const peer = await startArmadietto();
  const body = randomBytes(KIB);
  const batch = () => ours.batch(encode(Array.from({ length: BATCH }, () => ({ op: 'put', collection: 'bundles', id: newName(), body }))));
  const byBatch = async () => rateOf(await Promise.all(Array.from({ length: quick ? 1 : 8 }, batch)), 1).then((rate) => rate * BATCH);
  const single = async () => rateOf(await Promise.all(Array.from({ length: BATCH }, () => peer.put(newName(), body))), 1);
  const [mine, theirs] = await inTurn(quick ? 1 : rounds, [byBatch, single]);
  await ours.stop();
  await peer.stop();
  return row({ id: `server batch of ${BATCH} x 1 KiB`, unit: 'objects/s', ours: median(mine!), against: 'armadietto, single PUTs', theirs: median(theirs!), target: 20 });
}

/** What is the process's own: the program text of Node is shared by all that run it. */
const privateMib = (pid: number): number => Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / KIB;

/** The most memory that the server holds while 64 clients stream 4 MiB objects in and out. */
async function memory({ quick }: Effort): Promise<Row> {
  const server: Ours = await startOurs();
  const body = randomBytes(4 * MIB);
  const until = performance.now() + (quick ? 1_000 : 60_000);
  let most = 0;
  const sampling = setInterval(() => { most = Math.max(most, privateMib(server.pid)); }, 200);
  while (performance.now() < until) {
    const names = Array.from({ length: 64 }, newName);
    await rateOf(await Promise.all(names.map((name) => server.put(name, body))), 64);
    await rateOf(await Promise.all(names.map((name) => server.get(name))), 64);
  }
  clearInterval(sampling);
  await server.stop();
  return row({ id: 'server memory, 64 clients x 4 MiB for a minute', unit: 'MiB', ours: most, against: 'the budget', theirs: 150, target: 1, atMost: true });
}

const GENERATION = '0'.repeat(16);
const PAGE = 1_000;

/** ms for a page of 1 000 changes, anywhere in the feed of a large account. */
async function feed({ quick }: Effort): Promise<Row> {
  const objects = quick ? 5_000 : 1_000_000;
  const folder = mkdtempSync(join(tmpdir(), 'nexus-feed-'));
  const rows = await openSqlite(join(folder, 'nexus.db'));
  const account = newName();
  await addAccount(rows, { id: account, name: 'large', password: null, createdAt: 0 });
  for (let at = 0; at < objects; at += PAGE) {
    const values = Array.from({ length: PAGE }, (_, index) => ({ account, collection: 'nodes', id: newName(), seq: at + index + 1, deleted: 0, at: 0, size: 512, sha256: newName() + newName(), inline: randomBytes(512), blob: null }));
    await rows.write((tx) => tx.insertInto('objects').values(values).execute());
  }
  await rows.write((tx) => tx.updateTable('accounts').set({ seq: objects }).where('id', '=', account).execute());
  const times: number[] = [];
  for (let page = 0; page < 50; page += 1) {
    const since = `${GENERATION}.${Math.floor((objects - PAGE) * page / 50)}`;
    const began = performance.now();
    const read = await readChanges(rows, GENERATION, { account, since, limit: PAGE });
    times.push(performance.now() - began);
    if (!read.ok || read.value.changes.length !== PAGE) throw new Error('the page is not whole');
  }
  await rows.close();
  rmSync(folder, { recursive: true });
  return row({ id: `server feed, ${PAGE} changes of ${objects.toLocaleString('en')} objects`, unit: 'ms', ours: median(times), against: 'the budget', theirs: 10, target: 1, atMost: true });
}

export const serverMeasurements: readonly Measurement[] = [
  { id: 'server', program: 'nginx', run: async (effort) => [...await transfers(effort), await batches(effort), await memory(effort), await feed(effort)] },
];
