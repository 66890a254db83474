// Bringing an account's home to a device that does not have it: one signs in where no home is open yet, the recovery phrase
// opens the home, and what the server has of it is taken into a new database that nobody sees until it is whole.
import { type Bytes, toHex } from '../../crypto/bytes.ts';
import type { Aead } from '../../crypto/aead.ts';
import { type HomeKeys, importHomeKeys } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import type { Slot } from '../../crypto/slot.ts';
import { err, ok, type Result } from '../../result.ts';
import { type CloudClient, createCloudClient } from '../../sync/cloud-client.ts';
import { syncRound } from '../../sync/engine.ts';
import type { Account } from '../account/account.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { SecretBytes } from '../contract/home.ts';
import type { AccountId, CommandId, Uid } from '../contract/ids.ts';
import { startWork } from '../contract/long-work.ts';
import type { Args, Served } from '../contract/surface.ts';
import type { SyncSurface } from '../contract/sync.ts';
import type { StagedHome } from '../home/homes.ts';
import type { Linked } from '../home/link.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { createTurn } from '../store/in-turn.ts';
import { cloudError } from '../account/cloud-error.ts';
import { CARD, cardDigests, type HomeCard, type Owner, ownerOf, parseCard } from './home-card.ts';

export interface JoinDeps {
  readonly account: Pick<Account, 'opened' | 'closing' | 'storage' | 'handOver'> & {
    /** Of whoever is signed in, at the provider too as far as it answers. */
    signOut(): Promise<void>;
  };
  readonly aead: Aead;
  readonly random: Random;
  readonly clock: () => number;
  /** Whether a home is open: then there is nothing to join. */
  readonly isOpen: () => boolean;
  readonly stage: (keys: HomeKeys) => Promise<Result<StagedHome, NexusError>>;
  readonly userOf: (homeId: string) => Promise<Uid | undefined>;
  /** Opens a slot by the words of a phrase, and makes one for a new password. */
  readonly enter: (homeId: Bytes, slots: readonly Slot[], how: { readonly phrase: SecretBytes; readonly password: SecretBytes }) => Promise<Result<{ readonly keys: HomeKeys; readonly slots: readonly Slot[] }, NexusError>>;
  readonly checkName: (name: string) => Promise<Result<string, NexusError>>;
  readonly writePrefs: (home: MountedHome, owner: Owner) => Promise<void>;
  readonly adopt: (home: { readonly home: string; readonly slots: readonly Slot[]; readonly name: string; readonly seal: Owner['seal']; readonly command: CommandId }) => Promise<Result<Uid, NexusError>>;
  readonly recoverySlots: (slots: readonly Slot[]) => readonly Bytes[];
  /** Aborted when this worker leaves. */
  readonly closing: AbortSignal;
}

export interface Joining {
  readonly calls: Pick<Served<SyncSurface>, 'beginJoin' | 'findAccountHome' | 'joinHome' | 'endJoin'>;
  /** A home was opened: whatever was begun here is over. */
  opened(): Promise<void>;
}

const NOT_JOINING = nexusError('sync.not_joining');

/** All names and all places; content comes when the home is open. */
async function fill(cloud: CloudClient, staged: StagedHome, accountId: AccountId, { signal, taken, card }: { readonly signal: AbortSignal; readonly taken: () => void; readonly card: Linked['card'] & object }): Promise<Result<void, NexusError>> {
  const { mounted } = staged;
  await mounted.sync.link.begin(accountId, card);
  const round = await syncRound({ cloud, home: mounted.sync.reconciler, signal, progress: taken, mayMoveBulk: () => false });
  if (!round.ok) return err(cloudError(round.error));
  const root = await mounted.node(toHex(mounted.homeId));
  return root && root !== 'damaged' ? ok() : err(nexusError('sync.no_home'));
}

/** A sign-in where no home is open: kept in a home that nobody will ever see. */
interface Attempt {
  readonly scratch: StagedHome;
  /** Aborted when the person leaves, or another home is opened. */
  readonly over: AbortController;
}

interface Bringing {
  readonly cloud: CloudClient;
  readonly accountId: AccountId;
  readonly card: HomeCard;
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
  const { account, aead } = deps;
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

  /** Into a new database, which is whole or gone. */
  async function bringInto(staged: StagedHome, { cloud, accountId, card }: Bringing, { keys, slots, who, args, signal }: {
    readonly keys: HomeKeys; readonly slots: readonly Slot[]; readonly who: Owner; readonly args: Args<'joinHome'>; readonly signal: AbortSignal;
  }): Promise<Result<{ uid: Uid }, NexusError>> {
    const run = startWork(args.port, AbortSignal.any([signal, staged.mounted.closing]), deps.clock);
    let pages = 0;
    const taken = () => {
      pages += 1;
      run.report({ phase: 'working', doneBytes: 0, totalBytes: 0, doneItems: pages, totalItems: 0 });
    };
    try {
      const digests = await cardDigests(deps.recoverySlots(card.slots), who);
      const filled = await fill(cloud, staged, accountId, { signal: run.signal, taken, card: digests });
      if (!filled.ok) return filled;
      const handed = await account.handOver(accountId, staged.mounted);
      if (!handed.ok) return handed;
      await deps.writePrefs(staged.mounted, who);
      if (signal.aborted) return err(nexusError('aborted'));
      await staged.publish();
      const uid = await deps.adopt({ home: toHex(keys.homeId), slots, ...who, command: args.command });
      return uid.ok ? ok({ uid: uid.value }) : uid;
    } finally {
      run.end();
    }
  }

  async function bring(current: Attempt, args: Args<'joinHome'>): Promise<Result<{ uid: Uid }, NexusError>> {
    const found = await findHome(account, current);
    if (!found.ok) return found;
    const { card } = found.value;
    if (!card) return err(nexusError('sync.no_home'));
    const entered = await deps.enter(card.homeId, card.slots, { phrase: args.secret, password: args.password });
    if (!entered.ok) return entered;
    const { keys, slots } = entered.value;
    const owner = await ownerOf(aead, keys, card);
    const checked = await deps.checkName(args.name ?? owner?.name ?? '');
    if (!checked.ok) return checked;
    const who: Owner = { name: checked.value, seal: args.seal ?? owner?.seal ?? { picture: 'leaf', colour: 'indigo' } };
    const there = await deps.userOf(toHex(card.homeId));
    if (there) return err(nexusError('backup.home_exists', { detail: there }));
    const staged = await deps.stage(keys);
    if (!staged.ok) return staged;
    const signal = AbortSignal.any([deps.closing, current.over.signal]);
    const brought = await bringInto(staged.value, { ...found.value, card }, { keys, slots, who, args, signal }).catch(async (fault: unknown) => {
      await staged.value.discard();
      throw fault;
    });
    if (!brought.ok) await staged.value.discard();
    return brought;
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
