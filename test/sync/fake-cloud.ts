// A server for tests: objects with revisions, one sequence, a feed, extents; and a way to it for each device that can be cut,
// lose what was asked or what was answered, and be told twice.
import { extentId } from '../../src/crypto/extent.ts';
import { err, ok, type Result } from '../../src/result.ts';
import type { CloudFailure, Write, WriteOutcome } from '../../src/sync/cloud.ts';
import type { CloudClient, CloudObject } from '../../src/sync/cloud-client.ts';

type Bytes = Uint8Array<ArrayBuffer>;
interface Stored { readonly rev: string; readonly seq: number; readonly body?: Bytes }

const DAY_MS = 24 * 60 * 60_000;
/** Collections whose objects may name extents. */
const NAMING = ['nodes', 'bundles'];

const same = (a: Bytes, b: Bytes): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);

const objectName = (collection: string, id: string): string => `${collection}/${id}`;

function namedBy(name: string): { readonly collection: string; readonly id: string } {
  const at = name.lastIndexOf('/');
  return { collection: name.slice(0, at), id: name.slice(at + 1) };
}

const lifeOf = (generation: number): string => generation.toString(16).padStart(16, '0');

export class FakeServer {
  readonly objects = new Map<string, Stored>();
  /** Of other collections, by `<collection>/<id>`. */
  readonly others = new Map<string, Stored>();
  readonly extents = new Map<string, Bytes>();
  /** When somebody put or asked about each. */
  readonly asked = new Map<string, number>();
  /** ms since 1970. */
  clock = (): number => 0;
  /** Extents, so far. */
  collected = 0;
  /** Up to which change of what may name extents there is. */
  naming = 0;
  generation = 1;
  /** How far it had come in those that ended. */
  readonly lives: { readonly generation: number; readonly seq: number }[] = [];
  seq = 0;
  /** Objects a page of the feed. */
  page = 7;
  /** Room for so many objects. */
  quota = Infinity;

  /** What no device asked for. */
  remove(id: string): void {
    this.#put(id, undefined);
  }

  #put(id: string, body: Bytes | undefined, collection = 'nodes'): WriteOutcome & { readonly done: true } {
    this.seq += 1;
    if (NAMING.includes(collection)) this.naming = this.seq;
    const stored = { rev: String(this.seq), seq: this.seq, ...(body && { body }) };
    if (collection === 'nodes') this.objects.set(id, stored);
    else this.others.set(objectName(collection, id), stored);
    return { done: true, rev: stored.rev };
  }

  #live(collection: string, id: string): Required<Stored> | undefined {
    const there = collection === 'nodes' ? this.objects.get(id) : this.others.get(objectName(collection, id));
    return there?.body && { ...there, body: there.body };
  }

  object(collection: string, id: string): CloudObject | undefined {
    const there = this.#live(collection, id);
    return there && { rev: there.rev, body: there.body };
  }

  /** False where it is not as `rev` says; without a body it is deleted. */
  swap(collection: string, id: string, { rev, body }: { readonly rev?: string | undefined; readonly body?: Bytes }): boolean {
    const there = this.#live(collection, id);
    if (there && body && same(there.body, body)) return true;
    if (there?.rev !== rev) return !body && !there;
    this.#put(id, body, collection);
    return true;
  }

  missing(ids: readonly string[]): readonly string[] {
    for (const id of ids) if (this.extents.has(id)) this.asked.set(id, this.clock());
    return ids.filter((id) => !this.extents.has(id));
  }

  putExtent(id: string, bytes: Bytes): void {
    this.extents.set(id, bytes.slice());
    this.asked.set(id, this.clock());
  }

  collect(ids: readonly string[], seen: number): readonly string[] | undefined {
    if (this.naming > seen || seen > this.seq) return undefined;
    const gone = ids.filter((id) => this.extents.has(id) && (this.asked.get(id) ?? 0) < this.clock() - DAY_MS);
    for (const id of gone) this.extents.delete(id);
    this.collected += gone.length;
    return gone;
  }

  write(write: Write): WriteOutcome {
    const there = this.objects.get(write.id);
    const live = there?.body ? there : undefined;
    if (live?.body && same(live.body, write.body)) return { done: true, rev: live.rev };
    if (write.baseRev !== live?.rev) return { done: false, why: 'conflict' };
    if (!live && this.objects.size >= this.quota) return { done: false, why: 'quota' };
    return this.#put(write.id, write.body);
  }

  #life(): string {
    return lifeOf(this.generation);
  }

  /** Of one collection, or of all. */
  changes(since: string | undefined, only?: string) {
    const [generation, after] = since === undefined ? [this.#life(), '0'] : since.split('.');
    if (generation !== this.#life() || Number(after) > this.seq) return err<CloudFailure>('cursor_gone');
    const all = [...[...this.objects].map(([id, stored]) => ({ collection: 'nodes', id, ...stored })), ...[...this.others].map(([name, stored]) => ({ ...namedBy(name), ...stored }))];
    const news = all.filter(({ seq, collection }) => seq > Number(after) && (only === undefined || collection === only)).sort((a, b) => a.seq - b.seq);
    const page = news.slice(0, this.page);
    const more = news.length > page.length;
    const next = `${this.#life()}.${more ? page.at(-1)!.seq : this.seq}`;
    const changes = page.map(({ collection, id, rev, seq, body }) => ({ collection, id, rev, seq, size: body?.length ?? 0, deleted: body === undefined }));
    return ok({ next, more, nodes: changes.filter(({ collection }) => collection === 'nodes'), others: changes.filter(({ collection }) => collection !== 'nodes') });
  }

  common(since: string): number | undefined {
    const [generation = '', after] = since.split('.');
    if (generation === this.#life()) return Number(after) > this.seq ? undefined : this.seq;
    return this.lives.find((life) => lifeOf(life.generation) === generation)?.seq;
  }

  /** As it is; what is put in its place later is of another life. */
  copy(generation = this.generation + 1): FakeServer {
    const copy = new FakeServer();
    for (const [id, stored] of this.objects) copy.objects.set(id, stored);
    for (const [name, stored] of this.others) copy.others.set(name, stored);
    for (const [id, bytes] of this.extents) copy.extents.set(id, bytes);
    copy.clock = () => this.clock();
    copy.naming = this.naming;
    copy.seq = this.seq;
    copy.generation = generation;
    copy.lives.push(...this.lives, ...(generation === this.generation ? [] : [{ generation: this.generation, seq: this.seq }]));
    return copy;
  }
}

export interface Way {
  /** What becomes of the next request: it never arrives, its answer is lost, it arrives twice, or after others though nobody waits for it any more, or the device ends there. */
  fate(): 'well' | 'lost' | 'unanswered' | 'twice' | 'late' | 'ends';
  /** What others do while it is on its way. */
  meanwhile?(): Promise<void>;
  /** Takes what arrives later. */
  later?(arrives: () => void): void;
}

/** The device ended in the midst. */
export class Ended extends Error {}

export function cloudOf(server: () => FakeServer, way: Way): CloudClient & { requests: number } {
  async function ask<T>(work: () => T): Promise<T | { readonly ok: false; readonly error: CloudFailure }> {
    cloud.requests += 1;
    await (way.meanwhile?.() ?? Promise.resolve());
    const fate = way.fate();
    if (fate === 'ends') throw new Ended();
    if (fate === 'late') way.later?.(work);
    if (fate === 'lost' || fate === 'late') return err('unreachable');
    const answer = work();
    if (fate === 'twice') work();
    return fate === 'unanswered' ? err('unreachable') : answer;
  }
  const cloud: CloudClient & { requests: number } = {
    requests: 0,
    changes: (since) => ask(() => server().changes(since)),
    common: (since) => ask(() => ok(server().common(since))),
    nodes: (ids) => ask(() => ok(ids.map((id) => {
      const there = server().objects.get(id);
      return there?.body && { rev: there.rev, body: there.body };
    }))),
    write: (writes, life) => ask(() => (life === undefined || life === lifeOf(server().generation) ? ok(writes.map((write) => server().write(write))) : err<CloudFailure>('cursor_gone'))),
    missing: (ids) => ask(() => ok({ missing: server().missing(ids) })),
    async putExtent(id, body) {
      const bytes = body instanceof Blob ? new Uint8Array(await body.arrayBuffer()) : body.slice();
      const isNamed = (await extentId(bytes)) === id;
      return ask((): Result<void, CloudFailure> => {
        if (!isNamed) return err('protocol');
        server().putExtent(id, bytes);
        return ok();
      });
    },
    extent: (id) => ask(() => ok(server().extents.get(id))),
    watch: () => Promise.resolve(ok()),
    object: (collection, id) => ask(() => ok(server().object(collection, id))),
    putObject: (collection, id, put) => ask(() => ok(server().swap(collection, id, put))),
    deleteObject: (collection, id, rev) => ask(() => ok(server().swap(collection, id, { rev }))),
    collect: (ids, seen) => ask(() => ok(server().collect(ids, seen))),
    deleteNodes: (nodes) => ask(() => {
      for (const { id, rev } of nodes) server().swap('nodes', id, { rev });
      return ok();
    }),
    collection: (name) => ({
      changes: (since) => ask(() => {
        const page = server().changes(since, name);
        return page.ok ? ok({ ...page.value, changes: page.value.others }) : page;
      }),
      read: (ids) => ask(() => ok(ids.map((id) => server().object(name, id)))),
      write: () => ask(() => err<CloudFailure>('protocol')),
    }),
  };
  return cloud;
}
