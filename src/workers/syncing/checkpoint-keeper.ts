// When this device says how far it is, up to which change all others know, and whether the server shows all of them the same (docs/sync.md, "Checkpoints").
import { equal } from '../../crypto/bytes.ts';
import { ok, type Result } from '../../result.ts';
import type { CloudFailure, OtherChange } from '../../sync/cloud.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { ServerView, TakenUpTo } from '../home/server-view.ts';
import { type Checkpoint, CHECKPOINTS } from './checkpoint.ts';
import { type CheckpointDeps, dropCheckpoint, type Objects, type Other, ownId, putOwn, readOthers, readOwn, type Said } from './checkpoint-objects.ts';
import { DEVICES } from './device-list.ts';

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
const NOTHING: Said = { generation: '', seq: 0, nodes: 0, set: new Uint8Array(0) };

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

export function createCheckpointKeeper(deps: CheckpointDeps): CheckpointKeeper {
  const { clock } = deps;
  let known: Known | undefined;

  const others: CheckpointKeeper['others'] = (home, cloud) => readOthers(deps, { home, cloud });

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
    const there = await readOwn(deps, { home, cloud });
    if (!there.ok) return there;
    const awaited = there.value ? ok() : await putOwn(deps, { home, cloud }, NOTHING);
    if (!awaited.ok) return awaited;
    known = { home, own: await ownId(home), said: there.value, saidAt: -EVERY_MS, news: true, ahead: new Map(), behind: undefined };
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
    drop(home, cloud, id) {
      if (known?.home === home && known.own === id) known = undefined;
      return dropCheckpoint(cloud, id);
    },
    behind: (home) => (known?.home === home ? known.behind : undefined),
  };
}
