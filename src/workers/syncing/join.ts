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
import type { CommandId, Uid } from '../contract/ids.ts';
import { startWork } from '../contract/long-work.ts';
import type { Args, Served } from '../contract/surface.ts';
import type { SyncSurface } from '../contract/sync.ts';
import type { StagedHome } from '../home/homes.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { cloudError } from '../account/cloud-error.ts';
import { CARD, cardDigest, type HomeCard, type Owner, ownerOf, parseCard } from './home-card.ts';

export interface JoinDeps {
  readonly account: Pick<Account, 'opened' | 'closing' | 'storage' | 'handOver'>;
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
async function fill(cloud: CloudClient, staged: StagedHome, accountId: string, { signal, taken, card }: { readonly signal: AbortSignal; readonly taken: () => void; readonly card: string }): Promise<Result<void, NexusError>> {
  const { mounted } = staged;
  await mounted.sync.link.begin(accountId, card);
  const round = await syncRound({ cloud, home: mounted.sync.reconciler, signal, progress: taken, mayMoveBulk: () => false });
  if (!round.ok) return err(cloudError(round.error));
  const root = await mounted.node(toHex(mounted.homeId));
  return root && root !== 'damaged' ? ok() : err(nexusError('sync.no_home'));
}

export function createJoining(deps: JoinDeps): Joining {
  const { account, aead, random } = deps;
  const cloud: CloudClient = createCloudClient(account.storage.send);
  let scratch: StagedHome | undefined;

  async function drop(): Promise<void> {
    const before = scratch;
    scratch = undefined;
    await before?.discard();
  }

  async function readCard(): Promise<Result<HomeCard | undefined, NexusError>> {
    const found = await cloud.object(CARD.collection, CARD.id);
    if (!found.ok) return err(cloudError(found.error));
    if (!found.value) return ok(undefined);
    const card = parseCard(found.value.body);
    return card ? ok(card) : err(nexusError('account.provider_broken'));
  }

  async function bring({ command, secret, password, name, seal, port }: Args<'joinHome'>): Promise<Result<{ uid: Uid }, NexusError>> {
    const accountId = account.storage.account();
    if (accountId === undefined) return err(nexusError('account.none'));
    const card = await readCard();
    if (!card.ok) return card;
    if (!card.value) return err(nexusError('sync.no_home'));
    const { homeId, slots } = card.value;
    const there = await deps.userOf(toHex(homeId));
    if (there) return err(nexusError('backup.home_exists', { detail: there }));
    const entered = await deps.enter(homeId, slots, { phrase: secret, password });
    if (!entered.ok) return entered;
    const { keys } = entered.value;
    const owner = await ownerOf(aead, keys, card.value);
    const checked = await deps.checkName(name ?? owner?.name ?? '');
    if (!checked.ok) return checked;
    const who: Owner = { name: checked.value, seal: seal ?? owner?.seal ?? { picture: 'leaf', colour: 'indigo' } };
    const staged = await deps.stage(keys);
    if (!staged.ok) return staged;
    const run = startWork(port, AbortSignal.any([deps.closing, staged.value.mounted.closing]), deps.clock);
    let nodes = 0;
    const taken = () => {
      nodes += 1;
      run.report({ phase: 'working', doneBytes: 0, totalBytes: 0, doneItems: nodes, totalItems: 0 });
    };
    try {
      const digest = await cardDigest(deps.recoverySlots(slots), owner ?? who);
      const filled = await fill(cloud, staged.value, accountId, { signal: run.signal, taken, card: digest });
      const handed = filled.ok ? await account.handOver(staged.value.mounted) : filled;
      if (!handed.ok) {
        await staged.value.discard();
        return handed;
      }
      await deps.writePrefs(staged.value.mounted, who);
      await staged.value.publish();
      const uid = await deps.adopt({ home: toHex(homeId), slots: entered.value.slots, ...who, command });
      if (uid.ok) return ok({ uid: uid.value });
      await staged.value.discard();
      return uid;
    } catch (fault) {
      await staged.value.discard();
      throw fault;
    } finally {
      run.end();
    }
  }

  return {
    calls: {
      async beginJoin() {
        if (deps.isOpen()) return err(nexusError('sync.home_open'));
        if (scratch) return ok();
        const staged = await deps.stage(await importHomeKeys(random(16), random(32)));
        if (!staged.ok) return staged;
        scratch = staged.value;
        await account.opened(scratch.mounted);
        return ok();
      },
      async findAccountHome() {
        if (!scratch) return err(NOT_JOINING);
        const card = await readCard();
        if (!card.ok) return card;
        const here = card.value && (await deps.userOf(toHex(card.value.homeId)));
        return ok({ found: card.value !== undefined, ...(here && { here }) });
      },
      async joinHome(args) {
        if (!scratch) return err(NOT_JOINING);
        const joined = await bring(args);
        if (joined.ok) {
          await account.closing();
          await drop();
        }
        return joined;
      },
      async endJoin() {
        if (!scratch) return ok();
        if (!deps.isOpen()) await account.closing();
        await drop();
        return ok();
      },
    },
    opened: drop,
  };
}
