// An account's home comes to this device: opened by its phrase or by the approval of another device, taken into a new database that
// nobody sees until it can be opened, then given its user (docs/sync.md, "Joining").
import type { Aead } from '../../crypto/aead.ts';
import { type Bytes, toHex } from '../../crypto/bytes.ts';
import type { HomeKeys } from '../../crypto/home-keys.ts';
import { withKeyring } from '../../crypto/keyring.ts';
import type { Random } from '../../crypto/random.ts';
import { parseSlot, type Slot } from '../../crypto/slot.ts';
import { err, ok, type Result } from '../../result.ts';
import { type CloudClient, createCloudClient } from '../../sync/cloud-client.ts';
import { createEnrolmentRelay } from '../../sync/enrolment-relay.ts';
import type { Account } from '../account/account.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { SecretBytes } from '../contract/home.ts';
import type { AccountId, CommandId, Uid } from '../contract/ids.ts';
import type { LongWorkRun } from '../contract/long-work.ts';
import type { Args } from '../contract/surface.ts';
import type { StagedHome } from '../home/homes.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { Waiting } from './approval-steps.ts';
import { askApproval } from './ask-approval.ts';
import { bringNames } from './bring-names.ts';
import type { CheckpointKeeper } from './checkpoint-keeper.ts';
import { checkpointId } from './checkpoint.ts';
import { cardDigests, type HomeCard, type Owner, ownerOf } from './home-card.ts';

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
  readonly checkpoints: Pick<CheckpointKeeper, 'begin' | 'drop'>;
  readonly stage: (keys: HomeKeys) => Promise<Result<StagedHome, NexusError>>;
  readonly userOf: (homeId: string) => Promise<Uid | undefined>;
  /** Takes over the MEK's bytes that an old device sealed to this one, and makes a slot for a new password. */
  readonly takeMek: (homeId: Bytes, mek: Bytes, password: SecretBytes) => Promise<Result<{ readonly keys: HomeKeys; readonly slot: Slot }, NexusError>>;
  readonly pause: Waiting['pause'];
  /** What a person compares with the old device. */
  readonly showDigits: (digits: string) => void;
  /** Opens a slot by the words of a phrase, and makes one for a new password. */
  readonly enter: (homeId: Bytes, slots: readonly Slot[], how: { readonly phrase: SecretBytes; readonly password: SecretBytes }) => Promise<Result<Entered, NexusError>>;
  readonly checkName: (name: string) => Promise<Result<string, NexusError>>;
  readonly writePrefs: (home: MountedHome, owner: Owner) => Promise<void>;
  readonly adopt: (home: { readonly home: string; readonly slots: readonly Slot[]; readonly name: string; readonly seal: Owner['seal']; readonly command: CommandId }) => Promise<Result<Uid, NexusError>>;
  readonly recoverySlots: (slots: readonly Slot[]) => readonly Bytes[];
  /** Aborted when this worker leaves. */
  readonly closing: AbortSignal;
}

interface Entered {
  readonly keys: HomeKeys;
  readonly slots: readonly Slot[];
}

export interface Bringing {
  readonly cloud: CloudClient;
  readonly accountId: AccountId;
  readonly card: HomeCard;
}

/** Into a new database, which can be opened or is gone. */
async function bringInto(deps: JoinDeps, { staged, found: { cloud, accountId, card } }: { readonly staged: StagedHome; readonly found: Bringing }, { keys, slots, who, args, run }: {
  readonly keys: HomeKeys; readonly slots: readonly Slot[]; readonly who: Owner; readonly args: Args<'joinHome'>; readonly run: LongWorkRun;
}): Promise<Result<{ uid: Uid }, NexusError>> {
  const signal = AbortSignal.any([run.signal, staged.mounted.closing]);
  let pages = 0;
  const taken = () => {
    pages += 1;
    run.report({ phase: 'working', doneBytes: 0, totalBytes: 0, doneItems: pages, totalItems: 0 });
  };
  const digests = await cardDigests(deps.recoverySlots(card.slots), who);
  const awaited = await deps.checkpoints.begin(staged.mounted, cloud);
  if (!awaited.ok) return err(cloudError(awaited.error));
  await staged.mounted.sync.link.begin(accountId, { card: digests, partial: true });
  const enough = new AbortController();
  const names = createCloudClient(deps.account.storage.sendTo(accountId, AbortSignal.any([signal, enough.signal])));
  // What is under way is called off: a token that it renewed would not be handed over.
  const brought = await bringNames(names, staged.mounted, { signal, taken, clock: deps.clock, pause: deps.pause }).finally(() => { enough.abort(); });
  if (!brought.ok) return brought;
  if (card.keyring) await staged.mounted.keyring.keep(card.keyring);
  const handed = await deps.account.handOver(accountId, staged.mounted);
  if (!handed.ok) return handed;
  await deps.writePrefs(staged.mounted, who);
  if (signal.aborted) return err(nexusError('aborted'));
  await staged.publish();
  const uid = await deps.adopt({ home: toHex(keys.homeId), slots, ...who, command: args.command });
  return uid.ok ? ok({ uid: uid.value }) : uid;
}

/** Opened by the phrase, or without one by another device that approves this one. */
async function enter(deps: JoinDeps, { card, accountId }: Bringing, { secret, password }: Args<'joinHome'>, signal: AbortSignal): Promise<Result<Entered, NexusError>> {
  if (secret) return deps.enter(card.homeId, card.slots, { phrase: secret, password });
  const relay = createEnrolmentRelay(deps.account.storage.sendTo(accountId, signal));
  const handed = await askApproval({ relay, pause: deps.pause, signal, clock: deps.clock }, { account: accountId, homeId: card.homeId, random: deps.random, show: deps.showDigits });
  if (!handed.ok) return handed;
  const { mek, slots: sealed } = handed.value;
  const taken = await deps.takeMek(card.homeId, mek, password);
  if (!taken.ok) return taken;
  const { keys, slot } = taken.value;
  // A box that opens holds the right key only where that opens what the home's own devices sealed.
  if (!(await ownerOf(deps.aead, keys, card))) return err(nexusError('approval.mismatch'));
  // Those of the card are the server's word, and nothing here can tell whether the phrase opens them.
  const recovery = sealed.map(parseSlot).flatMap((each) => (each.ok && each.value.kind === 'recovery' ? [each.value] : []));
  return ok({ keys, slots: [...recovery, slot] });
}

/** Throws, or gives an error, with nothing left behind. */
export async function bringHome(deps: JoinDeps, found: Bringing, args: Args<'joinHome'>, run: LongWorkRun): Promise<Result<{ uid: Uid }, NexusError>> {
  const { card } = found;
  const there = await deps.userOf(toHex(card.homeId));
  if (there) return err(nexusError('backup.home_exists', { detail: there }));
  const entered = await enter(deps, found, args, run.signal);
  if (!entered.ok) return entered;
  const { keys, slots } = entered.value;
  const owner = await ownerOf(deps.aead, keys, card);
  const checked = await deps.checkName(args.name ?? owner?.name ?? '');
  if (!checked.ok) return checked;
  const who: Owner = { name: checked.value, seal: args.seal ?? owner?.seal ?? { picture: 'leaf', colour: 'indigo' } };
  const whole = await withKeyring(deps.aead, keys, card.keyring);
  if (!whole) return err(nexusError('sync.other_keys'));
  const staged = await deps.stage(whole);
  if (!staged.ok) return staged;
  const discard = async () => {
    const { mounted } = staged.value;
    // What was called off may still say so.
    await deps.checkpoints.drop(mounted, createCloudClient(deps.account.storage.sendTo(found.accountId)), await checkpointId(mounted.homeId, toHex(mounted.device)));
    await staged.value.discard();
  };
  const brought = await bringInto(deps, { staged: staged.value, found }, { keys, slots, who, args, run }).catch(async (fault: unknown) => {
    // What failed may be no more than what came after: a home that has its user stays.
    if (!(await deps.userOf(toHex(keys.homeId)))) await discard();
    throw fault;
  });
  if (!brought.ok) await discard();
  return brought;
}
