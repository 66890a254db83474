// Whether a home is linked to an account, and queueing all that it holds when it is, or when nothing is known any more of
// what the server has (docs/sync.md, "Linking").
import { textAt } from '../../crypto/canonical-cbor.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import { openFields, sealFields } from '../../crypto/sealed.ts';
import type { WriteTransaction } from '../store/database.ts';
import type { HomeMetaRow, HomeRows } from '../store/home-schema.ts';
import { idIn, objectName, OUTBOX_STORES, withOutbox } from '../store/outbox/outbox.ts';
import type { HomeContext } from './context.ts';
import { forgetLetGo, letGoAnew } from './let-go.ts';
import { extentIdsOf } from './tree.ts';

/** What a home knows of the account that it is linked to. */
export interface Linked {
  /** The account's id. */
  readonly account: string;
  /** Sync rests until the person says otherwise. */
  readonly paused: boolean;
  /** Of the home's card as this device last knew it: of its slots, and of whose it is. */
  readonly card?: { readonly slots: string; readonly owner: string };
}

export interface Link {
  /** Undefined where the home is not linked. */
  read(): Promise<Linked | undefined>;
  /** The account that it is or was linked to last. */
  former(): Promise<string | undefined>;
  /** Changes what is known of the account. */
  note(change: Partial<Omit<Linked, 'account'>>): Promise<void>;
  /** Links the home: from here on every change is queued, and `finish` queues the rest. Of a home that is `partial`, the account has more than is here. */
  begin(account: string, known?: { readonly card?: Linked['card']; readonly partial?: true }): Promise<void>;
  /** Queues what is not queued yet; a worker that ended meanwhile goes on where it was. */
  finish(): Promise<void>;
  /** Forgets what is known of the server, but for changes up to `common`, and queues everything anew. */
  restart(common: number | undefined): Promise<void>;
  /** What waits is forgotten; everything stays as it is here and there. */
  end(): Promise<void>;
}

const WINDOW = 500;
const LINK = 'link';

/** Whoever has not heard of every name yet has not because a link ends, or begins again. */
const partialIn = (feed: HomeMetaRow | undefined): Pick<HomeMetaRow, 'partial'> | undefined => feed?.partial && { partial: true };

type LinkContext = Pick<HomeContext, 'db' | 'keys' | 'aead' | 'random' | 'codec' | 'journal' | 'arrival' | 'alone'>;

/** Queues one window of nodes; gives the last id, undefined after the last window. */
async function queueWindow({ db, codec, journal }: LinkContext, after: string): Promise<string | undefined> {
  return db.write(['nodes', ...OUTBOX_STORES], async (tx) => {
    const rows = await tx.list('nodes', { limit: WINDOW, ...(after !== '' && { after }) });
    const { linking: _, common, ...feed } = (await tx.get('meta', 'feed')) ?? { key: 'feed' as const };
    await withOutbox(tx, async (outbox) => {
      await Promise.all(rows.map(async ({ rev, apart, ...row }) => {
        const node = codec.openHere(row);
        if (rev !== undefined || apart) await tx.put('nodes', rev === undefined ? row : { ...row, former: rev });
        const pieces = [...new Set(node ? extentIdsOf(node) : [])];
        await Promise.all(pieces.map((id) => outbox.queue({ name: objectName('extents', id), op: 'put' })));
        for (const id of pieces) journal.pieces.add(id);
        const name = objectName('nodes', row.id);
        // A base is what all knew at a server that was: nothing to merge over, but that it was changed since still counts.
        const before = journal.waiting.has(row.id) ? await outbox.row(name) : undefined;
        // What the server lost was unknown to whoever changes or deletes what it has.
        const known = rev ?? row.former;
        const isLost = common !== undefined && known !== undefined && Number(known) > common;
        const changed = apart === true || isLost || (before !== undefined && (node ? journal.isChanged(node, before) : before.changed === true));
        await outbox.queue({ name, op: 'put', late: true, ...(changed && { changed: true }) });
        journal.waiting.add(row.id);
      }));
    });
    const last = rows.length < WINDOW ? undefined : rows.at(-1)?.id;
    await tx.put('meta', last === undefined ? feed : { ...feed, linking: last, ...(common !== undefined && { common }) });
    return last;
  });
}

/** What waits is to be forgotten, and not that it was changed: whoever links the home again must know. */
async function noteApart({ codec, journal }: LinkContext, tx: WriteTransaction<HomeRows>): Promise<void> {
  for (let after: string | undefined; ;) {
    const waiting = await tx.list('outbox', { limit: WINDOW, ...(after !== undefined && { after }) });
    for (const queued of waiting) {
      const id = queued.op === 'put' ? idIn('nodes', queued.name) : undefined;
      const row = id === undefined ? undefined : await tx.get('nodes', id);
      const node = row && codec.openHere(row);
      if (node && journal.isChanged(node, queued)) await tx.put('nodes', { ...row, apart: true });
    }
    if (waiting.length < WINDOW) return;
    after = waiting.at(-1)?.number;
  }
}

export function createLink(home: LinkContext): Link {
  const { db, keys, aead, random, journal, arrival, alone } = home;
  const name = { kind: 'link', homeId: keys.homeId, id: new Uint8Array(0) } as const;

  async function readRow(): Promise<(Linked & { readonly ended: boolean }) | undefined> {
    const row = await db.read(['sealed'], (tx) => tx.get('sealed', LINK));
    const opened = row && openFields(aead, await domainKey(keys, 'link'), name, row.bytes);
    if (!opened?.ok) return undefined;
    const [account, slots, owner] = ['account', 'slots', 'owner'].map((key) => textAt(opened.value, key));
    const card = slots === undefined || owner === undefined ? undefined : { slots, owner };
    return account === undefined ? undefined : { account, paused: opened.value.get('paused') === true, ended: opened.value.get('ended') === true, ...(card && { card }) };
  }

  const sealed = async ({ card, ...linked }: Linked & { readonly ended?: boolean }) => sealFields({ aead, random }, await domainKey(keys, 'link'), name, { ...linked, ...card });

  async function read(): Promise<Linked | undefined> {
    const found = await readRow();
    return found && !found.ended ? found : undefined;
  }

  return {
    read,
    former: async () => (await readRow())?.account,
    async note(change) {
      const before = await read();
      if (!before) return;
      const bytes = await sealed({ ...before, ...change });
      await db.write(['sealed', 'courier'], async (tx) => {
        await tx.put('sealed', { key: LINK, bytes });
        if (change.paused) await tx.remove('courier', { prefix: '' });
      }, { durability: 'strict' });
    },
    begin: (account, { card, partial } = {}) => alone(async () => {
      const before = await readRow();
      const bytes = await sealed({ account, paused: false, ...(card !== undefined && { card }) });
      await db.write(['sealed', 'meta', 'courier', 'letGo'], async (tx) => {
        await tx.put('sealed', { key: LINK, bytes });
        await tx.remove('courier', { prefix: '' });
        await (before?.account === account ? letGoAnew(tx) : forgetLetGo(tx));
        // What an earlier link left to be mended is mended after the first take.
        await tx.put('meta', { key: 'feed', linking: '', mending: true, ...(partial ? { partial } : partialIn(await tx.get('meta', 'feed'))) });
      }, { durability: 'strict' });
      journal.linked = true;
      journal.wasLinked = true;
      if (partial) arrival.become(true);
    }),
    async finish() {
      const from = (await db.read(['meta'], (tx) => tx.get('meta', 'feed')))?.linking;
      for (let after = from; after !== undefined;) after = await queueWindow(home, after);
    },
    restart: (common = 0) => db.write(['meta', 'letGo'], async (tx) => {
      const feed = await tx.get('meta', 'feed');
      const { cursor, gone = cursor } = feed ?? {};
      await tx.put('meta', { key: 'feed', linking: '', common, mending: true, ...(gone !== undefined && { gone }), ...partialIn(feed) });
      await letGoAnew(tx);
    }, { durability: 'strict' }),
    end: () => alone(async () => {
      const before = await readRow();
      const ended = before && (await sealed({ ...before, ended: true }));
      await db.write(['sealed', 'meta', 'courier', 'letGo', 'nodes', ...OUTBOX_STORES], async (tx) => {
        await tx.remove('courier', { prefix: '' });
        await noteApart(home, tx);
        if (ended) await tx.put('sealed', { key: LINK, bytes: ended });
        const partial = partialIn(await tx.get('meta', 'feed'));
        await (partial ? tx.put('meta', { key: 'feed', ...partial }) : tx.remove('meta', 'feed'));
        await letGoAnew(tx);
        await tx.remove('outbox', { prefix: '' });
        await tx.remove('queued', { prefix: '' });
      }, { durability: 'strict' });
      // Only now: where there was no room for that, the home is linked, and what changes is queued.
      journal.linked = false;
      journal.waiting.clear();
      journal.pieces.clear();
    }),
  };
}
