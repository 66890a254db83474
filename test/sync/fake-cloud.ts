// A server for tests: objects with revisions, one sequence, a feed, extents; and a way to it for each device that can be cut,
// lose what was asked or what was answered, and be told twice.
import { err, ok } from '../../src/result.ts';
import type { Cloud, CloudFailure, Write, WriteOutcome } from '../../src/sync/cloud.ts';

type Bytes = Uint8Array<ArrayBuffer>;
interface Stored { readonly rev: string; readonly seq: number; readonly body?: Bytes }

const same = (a: Bytes, b: Bytes): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);

export class FakeServer {
  readonly objects = new Map<string, Stored>();
  readonly extents = new Map<string, Bytes>();
  generation = 1;
  seq = 0;
  /** Objects a page of the feed. */
  page = 7;
  /** Room for so many objects. */
  quota = Infinity;

  /** What no device asked for. */
  remove(id: string): void {
    this.#put(id, undefined);
  }

  #put(id: string, body: Bytes | undefined): WriteOutcome {
    this.seq += 1;
    const rev = String(this.seq);
    this.objects.set(id, { rev, seq: this.seq, ...(body && { body }) });
    return { done: true, rev };
  }

  write(write: Write): WriteOutcome {
    const there = this.objects.get(write.id);
    const live = there?.body ? there : undefined;
    if (live?.body && same(live.body, write.body)) return { done: true, rev: live.rev };
    if (write.baseRev !== live?.rev) return { done: false, why: 'conflict' };
    if (!live && this.objects.size >= this.quota) return { done: false, why: 'quota' };
    return this.#put(write.id, write.body);
  }

  changes(since: string | undefined) {
    const [generation, after] = since === undefined ? [String(this.generation), '0'] : since.split('.');
    if (generation !== String(this.generation)) return err<CloudFailure>('cursor_gone');
    const news = [...this.objects].filter(([, { seq }]) => seq > Number(after)).sort((a, b) => a[1].seq - b[1].seq);
    const page = news.slice(0, this.page);
    const more = news.length > page.length;
    const next = `${this.generation}.${more ? page.at(-1)![1].seq : this.seq}`;
    return ok({ next, more, nodes: page.map(([id, { rev, body }]) => ({ id, rev, size: body?.length ?? 0, deleted: body === undefined })), others: [] });
  }

  /** As it was before, under numbers of another life. */
  copy(): FakeServer {
    const copy = new FakeServer();
    for (const [id, stored] of this.objects) copy.objects.set(id, stored);
    for (const [id, bytes] of this.extents) copy.extents.set(id, bytes);
    copy.seq = this.seq;
    copy.generation = this.generation + 1;
    return copy;
  }
}

export interface Way {
  /** What becomes of the next request: it never arrives, its answer is lost, it arrives twice, or the device ends there. */
  fate(): 'well' | 'lost' | 'unanswered' | 'twice' | 'ends';
}

/** The device ended in the midst. */
export class Ended extends Error {}

export function cloudOf(server: () => FakeServer, way: Way): Cloud & { requests: number } {
  async function ask<T>(work: () => T): Promise<T | { readonly ok: false; readonly error: CloudFailure }> {
    cloud.requests += 1;
    const fate = way.fate();
    await Promise.resolve();
    if (fate === 'ends') throw new Ended();
    if (fate === 'lost') return err('unreachable');
    const answer = work();
    if (fate === 'twice') work();
    return fate === 'unanswered' ? err('unreachable') : answer;
  }
  const cloud: Cloud & { requests: number } = {
    requests: 0,
    changes: (since) => ask(() => server().changes(since)),
    nodes: (ids) => ask(() => ok(ids.map((id) => {
      const there = server().objects.get(id);
      return there?.body && { rev: there.rev, body: there.body };
    }))),
    write: (writes) => ask(() => ok(writes.map((write) => server().write(write)))),
    missing: (ids) => ask(() => ok(ids.filter((id) => !server().extents.has(id)))),
    putExtent: (id, bytes) => ask(() => {
      server().extents.set(id, bytes.slice());
      return ok();
    }),
    extent: (id) => ask(() => ok(server().extents.get(id))),
    watch: () => Promise.resolve(ok()),
  };
  return cloud;
}
