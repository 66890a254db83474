// Bringing an account's home to a device that does not have it: one signs in where no home is open yet, in a home of which nobody
// will ever hear, and what was begun leaves nothing behind (docs/sync.md, "Joining").
import { toHex } from '../../crypto/bytes.ts';
import { importHomeKeys } from '../../crypto/home-keys.ts';
import { err, ok, type Result } from '../../result.ts';
import { type CloudClient, createCloudClient } from '../../sync/cloud-client.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AccountId, Uid } from '../contract/ids.ts';
import { startWork } from '../contract/long-work.ts';
import type { Args, Served } from '../contract/surface.ts';
import type { SyncSurface } from '../contract/sync.ts';
import type { StagedHome } from '../home/homes.ts';
import { createTurn } from '../store/in-turn.ts';
import { bringHome, type JoinDeps } from './bring-home.ts';
import { CARD, type HomeCard, parseCard } from './home-card.ts';

export interface Joining {
  readonly calls: Pick<Served<SyncSurface>, 'beginJoin' | 'findAccountHome' | 'joinHome' | 'endJoin'>;
  /** A home was opened: whatever was begun here is over. */
  opened(): Promise<void>;
}

const NOT_JOINING = nexusError('sync.not_joining');

/** A sign-in where no home is open: kept in a home that nobody will ever see. */
interface Attempt {
  readonly scratch: StagedHome;
  /** Aborted when the person leaves, or another home is opened. */
  readonly over: AbortController;
}

/** What the account that is signed in keeps. */
async function findHome({ storage }: JoinDeps['account'], current: Attempt): Promise<Result<{ readonly cloud: CloudClient; readonly accountId: AccountId; readonly card: HomeCard | undefined }, NexusError>> {
  const accountId = storage.account();
  if (accountId === undefined) return err(nexusError('account.none'));
  const cloud = createCloudClient(storage.sendTo(accountId, current.over.signal));
  const found = await cloud.object(CARD.collection, CARD.id);
  if (!found.ok) return err(cloudError(found.error));
  const card = found.value && parseCard(found.value.body);
  return found.value && !card ? err(nexusError('account.provider_broken')) : ok({ cloud, accountId, card });
}

export function createJoining(deps: JoinDeps): Joining {
  const { account } = deps;
  const inTurn = createTurn();
  let attempt: Attempt | undefined;

  /** What was signed in for it is signed out again, unless a home took it over. */
  async function drop(signOut: boolean): Promise<void> {
    const before = attempt;
    attempt = undefined;
    if (!before) return;
    before.over.abort();
    if (signOut) await account.signOut();
    await account.closing();
    await before.scratch.discard();
  }

  async function bring(current: Attempt, args: Args<'joinHome'>): Promise<Result<{ uid: Uid }, NexusError>> {
    const found = await findHome(account, current);
    if (!found.ok) return found;
    const { card } = found.value;
    if (!card) return err(nexusError('sync.no_home'));
    const run = startWork(args.port, AbortSignal.any([deps.closing, current.over.signal]), deps.clock);
    try {
      return await bringHome(deps, { ...found.value, card }, args, run);
    } finally {
      run.end();
    }
  }

  return {
    calls: {
      beginJoin: () => inTurn(async () => {
        if (deps.isOpen()) return err(nexusError('sync.home_open'));
        if (attempt) return ok();
        const staged = await deps.stage(await importHomeKeys(deps.random(16), deps.random(32)));
        if (!staged.ok) return staged;
        attempt = { scratch: staged.value, over: new AbortController() };
        await account.opened(staged.value.mounted);
        return ok();
      }),
      findAccountHome: () => inTurn(async () => {
        if (!attempt) return err(NOT_JOINING);
        const found = await findHome(account, attempt);
        if (!found.ok) return found;
        const { card } = found.value;
        const here = card && (await deps.userOf(toHex(card.homeId)));
        return ok({ found: card !== undefined, ...(here && { here }) });
      }),
      joinHome: (args) => inTurn(async () => {
        if (!attempt) return err(NOT_JOINING);
        const joined = await bring(attempt, args);
        if (joined.ok) await drop(false);
        return joined;
      }),
      endJoin() {
        // What is under way is called off first: it has the turn.
        attempt?.over.abort();
        return inTurn(async () => {
          await drop(true);
          return ok();
        });
      },
    },
    async opened() {
      attempt?.over.abort();
      await inTurn(() => drop(true));
    },
  };
}
