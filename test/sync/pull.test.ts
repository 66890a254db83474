// What is taken of the feed, page by page, while the next page is on its way.
import { assert } from 'chai';
import { ok } from '../../src/result.ts';
import type { Cloud } from '../../src/sync/cloud.ts';
import { pull } from '../../src/sync/pull.ts';
import type { Reconciler, RemoteChange } from '../../src/sync/reconciler.ts';

const LIFE = '0'.repeat(16);
const change = (id: string, seq: number, deleted = false): RemoteChange => ({ id, rev: String(seq), size: 10, deleted, seq });

/** A home that says what is news by what it has by then. */
function homeOf(news: (change: RemoteChange, taken: ReadonlySet<string>) => boolean) {
  const taken: string[] = [];
  const through: (number | undefined)[] = [];
  let cursor: string | undefined;
  const home = {
    gone: () => Promise.resolve(undefined),
    cursor: () => Promise.resolve(cursor),
    news: (changes: readonly RemoteChange[]) => Promise.resolve(changes.filter((each) => news(each, new Set(taken)))),
    comparable: () => Promise.resolve([]),
    take: (records, end) => {
      taken.push(...records.map(({ id, record }) => (record ? id : `-${id}`)));
      if (end) [cursor] = [end.cursor, through.push(end.newest)];
      return Promise.resolve();
    },
    mend: () => Promise.resolve(void taken.push('mended')),
  } as Partial<Reconciler> as Reconciler;
  return { home, taken, through };
}

/** Pages by the cursor before them, and a record for every id that is asked for. */
function cloudOf(pages: readonly (readonly RemoteChange[])[]) {
  const asked: string[] = [];
  const cloud = {
    changes: (since) => {
      const at = Number(since?.split('.')[1] ?? 0);
      return Promise.resolve(ok({ next: `${LIFE}.${at + 1}`, more: at + 1 < pages.length, nodes: pages[at] ?? [], others: [] }));
    },
    nodes: (ids) => {
      asked.push(...ids);
      return Promise.resolve(ok(ids.map(() => ({ rev: '1', body: new Uint8Array(10) }))));
    },
  } as Partial<Cloud> as Cloud;
  return { cloud, asked };
}

const run = async (pages: readonly (readonly RemoteChange[])[], news: Parameters<typeof homeOf>[0]) => {
  const [{ cloud, asked }, { home, taken, through }] = [cloudOf(pages), homeOf(news)];
  assert.deepEqual(await pull({ cloud, home, signal: new AbortController().signal }), ok());
  return { taken, asked, through };
};

describe('taking what is new', () => {
  it('goes page by page, and notes how far it is with the last portion of each', async () => {
    const { taken, through } = await run([[change('a', 1), change('b', 2)], [change('c', 3)], []], () => true);
    assert.deepEqual(taken, ['a', 'b', 'c', 'mended']);
    assert.deepEqual(through, [2, 3, undefined]);
  });

  it('takes a deletion of what the page before has just brought, though it was no news when it came', async () => {
    const { taken } = await run([[change('a', 1)], [change('a', 2, true), change('b', 3)]], ({ id, deleted }, here) => !deleted || here.has(id));
    assert.sameMembers(taken.slice(0, -1), ['a', 'b', '-a']);
    assert.equal(taken.at(-1), 'mended');
  });

  it('leaves what was news when it came, and is none any more', async () => {
    const { taken, asked } = await run([[change('a', 1)], [change('b', 2), change('c', 3)]], ({ id }, here) => id !== 'b' || !here.has('a'));
    assert.deepEqual(taken, ['a', 'c', 'mended']);
    assert.sameMembers(asked, ['a', 'b', 'c']);
  });

  it('asks for what two pages bring in the turn of each: of two answers the later is taken last', async () => {
    const { asked } = await run([[change('a', 1)], [change('a', 2), change('b', 3)]], () => true);
    assert.deepEqual(asked, ['a', 'b', 'a']);
  });

  it('asks for each record once', async () => {
    const ids = Array.from({ length: 1000 }, (_, at) => `n${at}`);
    const pages = [0, 1, 2].map((page) => ids.slice(page * 300, (page + 1) * 300).map((id, at) => change(id, page * 300 + at + 1)));
    const { taken, asked } = await run(pages, () => true);
    assert.deepEqual(taken, [...ids.slice(0, 900), 'mended']);
    assert.sameMembers(asked, ids.slice(0, 900));
  });
});
