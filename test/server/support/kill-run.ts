// Writers at work while the server is killed, over and over; after each kill the books are compared. Nothing acknowledged may
// be lost, no row be without its bytes, the feed have no gap, the quota be exact.
import { assert } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { decode, encode } from 'cborg';
import { addAccount } from '../../../server/accounts/accounts.ts';
import { checkStorage } from '../../../server/admin/check.ts';
import { createOnline } from '../../../server/online.ts';
import { audienceOf } from '../../../server/oidc/provider.ts';
import type { Storage } from '../../../server/storage/storage.ts';
import { type ApiClient, apiClient, proofKey } from './api-client.ts';
import { openPair, ownPlace, scaled } from './pair.ts';
import { serverProcess, type ServerProcess } from './server-process.ts';
import { mintToken } from './test-server.ts';

const WRITERS = 8;
const ORIGIN = 'https://nexus.example';
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What a writer knows of an object of its own. */
interface Known { rev: string; seq: number; sha: string; deleted: boolean }
/** Sent, and not answered: it was done or it was not. */
interface Doubt { sha: string; deleted: boolean }

class Books {
  readonly known = new Map<string, Known>();
  readonly doubts = new Map<string, Doubt>();
  acknowledged = 0;

  settle(id: string, known: Known): void {
    this.known.set(id, known);
    this.doubts.delete(id);
    this.acknowledged += 1;
  }
}

interface Bench { readonly random: (below: number) => number; readonly books: Books; readonly client: () => ApiClient }

/** The next thing that a writer does; throws where the server is gone. */
async function writeOnce({ random, books, client }: Bench, mine: string[]): Promise<void> {
  const kind = random(10);
  const bytes = randomBytes(random(5) === 0 ? 70_000 + random(400_000) : random(4_000));
  if (kind === 0) return putExtent(client(), books, bytes);
  if (kind === 1) return putBatch(client(), books, mine, random);
  const live = mine.filter((id) => books.known.get(id)?.deleted === false && !books.doubts.has(id));
  const id = live.length > 3 && kind > 4 ? live[random(live.length)]! : randomBytes(16).toString('hex');
  if (!mine.includes(id)) mine.push(id);
  const rev = books.known.get(id)?.rev;
  const deleting = kind === 9 && rev !== undefined;
  books.doubts.set(id, { sha: deleting ? '' : sha(bytes), deleted: deleting });
  const answer = deleting ? await client().call('DELETE', `/v1/objects/nodes/${id}`, { headers: { 'if-match': `"${rev}"` } }) : await client().put('nodes', id, bytes, rev);
  if (!answer.ok) throw new Error(`refused with ${answer.status}`);
  const told = await answer.json() as { rev: string; seq: number };
  books.settle(id, { ...told, sha: deleting ? '' : sha(bytes), deleted: deleting });
}

async function putExtent(client: ApiClient, books: Books, bytes: Buffer): Promise<void> {
  const id = sha(bytes);
  const answer = await client.put('extents', id, bytes);
  if (!answer.ok) throw new Error(`refused with ${answer.status}`);
  await answer.body?.cancel();
  books.settle(id, { rev: '1', seq: 0, sha: id, deleted: false });
}

async function putBatch(client: ApiClient, books: Books, mine: string[], random: (below: number) => number): Promise<void> {
  const puts = Array.from({ length: 2 + random(30) }, () => ({ op: 'put', collection: 'nodes', id: randomBytes(16).toString('hex'), body: randomBytes(random(2_000)) }));
  for (const { id, body } of puts) {
    mine.push(id);
    books.doubts.set(id, { sha: sha(body), deleted: false });
  }
  const answer = await client.call('POST', '/v1/batch', { headers: { 'content-type': 'application/cbor' }, body: encode(puts) });
  if (!answer.ok) throw new Error(`refused with ${answer.status}`);
  const told = decode(new Uint8Array(await answer.arrayBuffer())) as { rev: string; seq: number }[];
  for (const [index, { id, body }] of puts.entries()) books.settle(id, { rev: told[index]!.rev, seq: told[index]!.seq, sha: sha(body), deleted: false });
}

/** Writes until its server goes away; any other failure is one of the run. */
async function writer(bench: Bench, mine: string[], stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    try {
      await writeOnce(bench, mine);
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
  }
}

interface FeedEntry { seq: number; id: string; rev: string; deleted: boolean }

async function wholeFeed(client: ApiClient): Promise<readonly FeedEntry[]> {
  const all: FeedEntry[] = [];
  for (let since = ''; ;) {
    const page = await (await client.json('GET', `/v1/changes${since}`)).json() as { next: string; more: boolean; changes: FeedEntry[] };
    all.push(...page.changes);
    if (!page.more) return all;
    since = `?since=${page.next}`;
  }
}

/** Compares the books with what the server says; what was in doubt is settled by it. */
async function audit({ books, client }: Bench): Promise<void> {
  const feed = await wholeFeed(client());
  const entries = new Map(feed.map((entry) => [entry.id, entry]));
  assert.isTrue(feed.every(({ seq }, index) => index === 0 || seq > feed[index - 1]!.seq), 'the feed is in order');
  for (const [id, doubt] of books.doubts) {
    const entry = entries.get(id);
    const known = books.known.get(id);
    books.doubts.delete(id);
    if (entry === undefined || entry.rev === known?.rev) continue;
    books.known.set(id, { rev: entry.rev, seq: entry.seq, ...doubt });
  }
  for (const [id, known] of books.known) {
    if (known.seq === 0) continue;
    assert.deepInclude(entries.get(id), { rev: known.rev, seq: known.seq, deleted: known.deleted }, `acknowledged ${id}`);
  }
  assert.isTrue(feed.every(({ id }) => books.known.has(id)), 'nothing is there that nobody wrote');
}

async function readBack({ books, client }: Bench, count: number, random: (below: number) => number): Promise<void> {
  const live = [...books.known].filter(([, { deleted }]) => !deleted);
  for (let read = 0; read < count && live.length > 0; read += 1) {
    const [id, known] = live[random(live.length)]!;
    const answer = await client().call('GET', `/v1/objects/${known.seq === 0 ? 'extents' : 'nodes'}/${id}`);
    assert.equal(sha(new Uint8Array(await answer.arrayBuffer())), known.sha, `the bytes of ${id}`);
  }
}

async function faultsOf(storage: Storage): Promise<readonly unknown[]> {
  const faults = [];
  for await (const fault of checkStorage(storage, { repair: false, deep: true })) faults.push(fault);
  return faults;
}

/** Before each kill. */
const FEW_WRITES = 5;

export interface KillRun { readonly kills: number; readonly random: (below: number) => number; readonly pause: (ms: number) => Promise<void>; readonly tell?: (line: string) => void }

/** Kills so many times; one process over SQLite, one of two over PostgreSQL. Returns how many writes were acknowledged. */
export async function killRun({ kills, random, pause, tell = () => undefined }: KillRun): Promise<number> {
  const place = await ownPlace();
  const pair = await openPair(place);
  const storage: Storage = { ...pair, clock: Date.now, random: (length) => randomBytes(length) };
  const account = randomBytes(16).toString('hex');
  await addAccount(pair.rows, { id: account, name: 'writer', password: null, createdAt: Date.now(), quota: { bytes: 1e12, objects: 1e9 } });
  const servers: ServerProcess[] = [];
  for (let count = 0; count < (scaled ? 2 : 1); count += 1) servers.push(await serverProcess(place.env, ORIGIN));
  await servers[0]!.start();
  for (const server of servers.slice(1)) await server.start();
  const { interactions: { provider } } = await createOnline(storage, { origin: ORIGIN, appOrigins: [], signUp: false, proxies: 0, requestsPerMinute: 1 });
  const key = await proofKey();
  const books = new Books();
  const own = Array.from({ length: WRITERS }, (): string[] => []);
  for (let kill = 1; kill <= kills; kill += 1) {
    const token = await mintToken(provider, { account, scope: 'storage', jkt: key.jkt, audience: audienceOf({ origin: ORIGIN, appOrigins: [] }) });
    const clients = servers.map(({ address }) => apiClient(address, token, { ...key, proof: (method, url, claims) => key.proof(method, url.replace(address, ORIGIN), claims) }));
    const victim = random(servers.length);
    let stopped = false;
    const writers = own.map((mine, index) => writer({ random, books, client: () => clients[index % clients.length]! }, mine, () => stopped));
    const before = books.acknowledged;
    await pause(20 + random(300));
    // A machine that is busy is given the time that some writes take.
    while (books.acknowledged < before + FEW_WRITES) await pause(5);
    await servers[victim]!.kill();
    stopped = true;
    await Promise.all(writers);
    await servers[victim]!.start();
    const bench: Bench = { random, books, client: () => clients[random(clients.length)]! };
    await audit(bench);
    await readBack(bench, 10, random);
    if (kill % 25 === 0 || kill === kills) {
      assert.deepEqual(await faultsOf(storage), [], 'every row has its bytes, every count is the sum');
      tell(`${kill} kills, ${books.acknowledged} writes acknowledged and found`);
    }
  }
  for (const server of servers) assert.equal(await server.stop(), 0);
  await pair.close();
  await place.remove();
  return books.acknowledged;
}
