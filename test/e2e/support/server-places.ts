// Where a server could have what it must not: in what passed between it and browsers, and in its database.
import { DatabaseSync } from 'node:sqlite';
import type { Place } from './find-canaries.ts';
import type { Exchange } from './relay.ts';

export const bodyOf = (parts: readonly Buffer[]): Buffer => Buffer.concat(parts);

export function* passed(exchanges: readonly Exchange[]): Generator<Place> {
  for (const { method, url, heads, asked, answered } of exchanges) {
    yield { where: `the heads of ${method} ${url}`, bytes: Buffer.from(heads.join('\n')) };
    yield { where: `what ${method} ${url} sent`, bytes: bodyOf(asked) };
    yield { where: `what ${method} ${url} was answered`, bytes: bodyOf(answered) };
  }
}

/** Every value of every table: in the file a long one may be cut by the end of a page. */
export function* valuesOf(path: string): Generator<Place> {
  const db = new DatabaseSync(path, { readOnly: true });
  for (const { name } of db.prepare("select name from sqlite_schema where type = 'table'").all()) {
    for (const row of db.prepare(`select * from "${String(name)}"`).all()) {
      yield { where: `a row of ${String(name)}`, bytes: Buffer.concat(Object.values(row).map((value) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(`${String(value)}\n`)))) };
    }
  }
  db.close();
}
