// PouchDB replicating to its server and from it, batches at their defaults: one document a file, its content an attachment.
import { randomUUID } from 'node:crypto';
import { type Carrier, checkAll } from './carrier.ts';
import { threadAt, wayTo } from './distance.ts';
import { type Pouch, PouchDB } from './pouch-db.ts';

const CONTENT = 'content';

const device = (): Pouch => new PouchDB(randomUUID(), { adapter: 'memory' });

/** A database at the server as one device asks it, and how often it did. */
function remote(url: string): { readonly db: Pouch; requests(): number } {
  let requests = 0;
  const counted: typeof PouchDB.fetch = (at, options) => {
    requests += 1;
    return PouchDB.fetch(at, options);
  };
  return { db: new PouchDB(url, { adapter: 'http', fetch: counted }), requests: () => requests };
}

export async function startPouch(): Promise<Carrier> {
  const server = await threadAt(new URL('./pouch.worker.ts', import.meta.url), undefined);
  return {
    name: 'PouchDB', stop: server.close,
    async carry(files, distance) {
      const name = randomUUID();
      const [a, b] = [device(), device()];
      const straight = `${server.origin}/home-${name}`;
      // Both have synced before: the database is there, and it is empty.
      await a.replicate.to(remote(straight).db);
      await b.replicate.from(remote(straight).db);
      for (const { path, bytes } of files) await a.put({ _id: path, _attachments: { [CONTENT]: { content_type: 'application/octet-stream', data: Buffer.from(bytes) } } });
      const way = await wayTo(server.origin, distance);
      const url = `${way.origin}/home-${name}`;
      const [atA, atB] = [remote(url), remote(url)];
      const began = performance.now();
      const sent = await a.replicate.to(atA.db);
      const taken = await b.replicate.from(atB.db);
      const took = performance.now() - began;
      if (!sent.ok || !taken.ok || taken.docs_written !== files.length) throw new Error('PouchDB did not replicate everything');
      await checkAll(files, (path) => b.getAttachment(path, CONTENT));
      const requests = [atA.requests(), atB.requests()] as const;
      await Promise.all([a.destroy(), b.destroy()]);
      await way.close();
      return { took, requests };
    },
  };
}
