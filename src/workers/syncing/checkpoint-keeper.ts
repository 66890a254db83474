// Keeps this device's checkpoint in the account, and reads those of the others: what each knows of, and whether the server shows all
// of them the same (docs/sync.md, "Checkpoints").
import type { Aead } from '../../crypto/aead.ts';
import { equal, toHex } from '../../crypto/bytes.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CloudFailure, OtherChange } from '../../sync/cloud.ts';
import type { CloudClient } from '../../sync/cloud-client.ts';
import { BATCH_OPERATIONS } from '../../sync/wire/limits.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { ServerView, TakenUpTo } from '../home/server-view.ts';
import { type Checkpoint, checkpointId, CHECKPOINTS, openCheckpoint, sealCheckpoint } from './checkpoint.ts';
import { DEVICES } from './device-list.ts';

export interface CheckpointDeps {
  readonly aead: Aead;
  readonly random: Random;
  readonly clock: () => number;
  /** What this device is called where nobody said otherwise. */
  readonly deviceName: string;
}

type Objects = Pick<CloudClient, 'object' | 'putObject' | 'deleteObject' | 'collection'>;
/** One that cannot be read says nothing. */
type Other = { readonly id: string; readonly checkpoint: Checkpoint | undefined };

export interface CheckpointKeeper {
  /** After a round: says how far this device is, not more often than every ten minutes. Only a sign-in that is over ends the round. */
  keepUp(home: MountedHome, cloud: Objects): Promise<Result<void, CloudFailure>>;
  heard(changes: readonly OtherChange[]): void;
  /** Before a device takes or sends anything: nothing is collected until it knows all. */
  begin(home: MountedHome, cloud: Objects): Promise<Result<void, CloudFailure>>;
  /** The same where the account has none of this device, or one that cannot be read: once in a worker's life, and where it was taken away. */
  ensure(home: MountedHome, cloud: Objects): Promise<Result<void, CloudFailure>>;
  others(home: MountedHome, cloud: Objects): Promise<Result<readonly Other[], CloudFailure>>;
  /** Up to which change all other devices took everything: 0 where one does not say so, Infinity where there is none. */
  knownToAll(home: MountedHome, cloud: Objects): Promise<Result<number, CloudFailure>>;
  /** Takes away the checkpoint that is this object: nobody waits for its device any more. */
  drop(home: MountedHome, cloud: Objects, id: string): Promise<Result<void, CloudFailure>>;
  /** What a device is called that the server does not show all of. */
  behind(home: MountedHome): string | undefined;
}

const EVERY_MS = 10 * 60_000;
const TRIES = 3;
const MOST_PAGES = 20;
const NOTHING = { generation: '', seq: 0, nodes: 0, set: new Uint8Array(0) };

/** What is known in one life of a home's worker. */
interface Known {
  readonly home: MountedHome;
  /** Its object. */
  readonly own: string;
  /** What this device said last, and when it said so here. */
  said: Pick<Checkpoint, 'generation' | 'seq'> | undefined;
  saidAt: number;
  /** Others said something that was not read yet. */
  news: boolean;
  /** By object: a number that the server did not get to, when it was asked last. */
  readonly ahead: Map<string, number>;
  behind: string | undefined;
}

async function listed(cloud: Objects): Promise<Result<readonly string[], CloudFailure>> {
  const live = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await cloud.collection(CHECKPOINTS).changes(cursor);
    if (!page.ok) return page;
    for (const { id, deleted } of page.value.changes) if (deleted) live.delete(id); else live.add(id);
    cursor = page.value.next;
    if (!page.value.more) return ok([...live].filter((id) => id !== DEVICES.id));
  }
  return err('protocol');
}

const ownId = ({ homeId, device }: MountedHome): Promise<string> => checkpointId(homeId, toHex(device));

async function othersOf(aead: Aead, home: MountedHome, cloud: Objects): Promise<Result<readonly Other[], CloudFailure>> {
  const own = await ownId(home);
  const ids = await listed(cloud);
  if (!ids.ok) return ids;
  const all: Other[] = [];
  const rest = ids.value.filter((id) => id !== own);
  for (let at = 0; at < rest.length; at += BATCH_OPERATIONS) {
    const some = rest.slice(at, at + BATCH_OPERATIONS);
    const found = await cloud.collection(CHECKPOINTS).read(some);
    if (!found.ok) return found;
    for (const [index, id] of some.entries()) {
      const object = found.value[index];
      if (object) all.push({ id, checkpoint: await openCheckpoint(aead, home.keys, { id, body: object.body }) });
    }
  }
  return ok(all);
}

interface At { readonly home: MountedHome; readonly cloud: Objects }

/** Says it over whatever the account has of this device. */
async function putOwn({ aead, random, clock, deviceName }: CheckpointDeps, { home, cloud }: At, said: Pick<Checkpoint, 'generation' | 'seq' | 'nodes' | 'set'>): Promise<Result<void, CloudFailure>> {
  const { generation, seq, nodes, set } = said;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const there = await cloud.object(CHECKPOINTS, await ownId(home));
    if (!there.ok) return there;
    const body = await sealCheckpoint({ aead, random, keys: home.keys }, { device: toHex(home.device), name: deviceName, at: clock(), generation, seq, nodes, set });
    const done = await cloud.putObject(CHECKPOINTS, await ownId(home), { rev: there.value?.rev, body });
    if (!done.ok) return done;
    if (done.value) return ok();
  }
  return err('unreachable');
}

export function createCheckpointKeeper(deps: CheckpointDeps): CheckpointKeeper {
  const { aead, clock } = deps;
  let known: Known | undefined;

  const others: CheckpointKeeper['others'] = (home, cloud) => othersOf(aead, home, cloud);

  /** Whether the server tells this device less, or something else, than another; undefined where that cannot be told now. A number that is ahead has a second look: that device may have been faster. */
  async function isBehind(current: Known, { id, checkpoint }: Other, upTo: TakenUpTo, view: () => Promise<ServerView | undefined>): Promise<boolean | undefined> {
    if (checkpoint?.generation !== upTo.generation) return false;
    const { seq, nodes, set } = checkpoint;
    if (seq > upTo.seq) {
      const seen = current.ahead.get(id) === seq;
      current.ahead.set(id, seq);
      current.news = true;
      return seen;
    }
    current.ahead.delete(id);
    if (upTo.newest > seq) return false;
    const here = await view();
    return here && here.newest <= seq && (here.nodes !== nodes || !equal(here.set, set));
  }

  async function compare(current: Known, cloud: Objects, upTo: TakenUpTo, view: () => Promise<ServerView | undefined>): Promise<Result<void, CloudFailure>> {
    const found = await others(current.home, cloud);
    if (!found.ok) return found;
    current.news = false;
    let behind: string | undefined;
    for (const other of found.value) {
      const isSo = await isBehind(current, other, upTo, view);
      if (isSo) behind ??= other.checkpoint!.name;
      // Asked again next time; what was found before stands until then.
      if (isSo === undefined) [current.news, behind] = [true, behind ?? current.behind];
    }
    current.behind = behind;
    return ok();
  }

  /** What the account has of this device from before: something in any case. */
  async function begun(home: MountedHome, cloud: Objects): Promise<Result<Known, CloudFailure>> {
    if (known?.home === home) return ok(known);
    const id = await ownId(home);
    const there = await cloud.object(CHECKPOINTS, id);
    if (!there.ok) return there;
    const said = there.value && (await openCheckpoint(aead, home.keys, { id, body: there.value.body }));
    const awaited = said ? ok() : await putOwn(deps, { home, cloud }, NOTHING);
    if (!awaited.ok) return awaited;
    known = { home, own: id, said, saidAt: -EVERY_MS, news: true, ahead: new Map(), behind: undefined };
    return ok(known);
  }

  async function step(home: MountedHome, cloud: Objects): Promise<Result<void, CloudFailure>> {
    const upTo = await home.sync.takenUpTo();
    if (!upTo) return ok();
    const current = await begun(home, cloud);
    if (!current.ok) return current;
    const { said, saidAt, news } = current.value;
    let seen: Promise<ServerView | undefined> | undefined;
    const view = () => (seen ??= home.sync.serverView());
    const isNew = said?.generation !== upTo.generation || said.seq < upTo.newest;
    if (isNew && Math.abs(clock() - saidAt) >= EVERY_MS) {
      const here = await view();
      const done = here ? await putOwn(deps, { home, cloud }, here) : ok();
      if (!done.ok) return done;
      if (here) Object.assign(current.value, { said: here, saidAt: clock() });
    }
    return news ? compare(current.value, cloud, upTo, view) : ok();
  }

  return {
    others,
    async keepUp(home, cloud) {
      const done = await step(home, cloud);
      return !done.ok && done.error === 'signed_out' ? done : ok();
    },
    heard(changes) {
      const ours = known;
      if (!ours) return;
      const said = changes.filter(({ collection, id }) => collection === CHECKPOINTS && id !== DEVICES.id);
      if (said.some(({ id }) => id !== ours.own)) ours.news = true;
      // Somebody had it waited for no more, and here it is.
      if (said.some(({ id, deleted }) => id === ours.own && deleted)) known = undefined;
    },
    async begin(home, cloud) {
      known = undefined;
      return putOwn(deps, { home, cloud }, NOTHING);
    },
    async ensure(home, cloud) {
      const current = await begun(home, cloud);
      return current.ok ? ok() : current;
    },
    async knownToAll(home, cloud) {
      const [found, upTo] = [await others(home, cloud), await home.sync.takenUpTo()];
      if (!found.ok) return found;
      return ok(Math.min(...found.value.map(({ checkpoint }) => (checkpoint && checkpoint.generation === upTo?.generation ? checkpoint.seq : 0))));
    },
    async drop(home, cloud, id) {
      if (known?.home === home && known.own === id) known = undefined;
      for (let tries = 0; tries < TRIES; tries += 1) {
        const there = await cloud.object(CHECKPOINTS, id);
        if (!there.ok) return there;
        const gone = there.value ? await cloud.deleteObject(CHECKPOINTS, id, there.value.rev) : ok(true);
        if (!gone.ok) return gone;
        if (gone.value) return ok();
      }
      return err('unreachable');
    },
    behind: (home) => (known?.home === home ? known.behind : undefined),
  };
}
