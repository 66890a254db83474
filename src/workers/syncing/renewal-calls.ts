// Calls about the keys of a home: they are renewed on one device, of which the home's card tells, and each other device takes them over by
// the new phrase or by the approval of a device that has them (docs/sync.md, "Renewing keys").
import type { Aead } from '../../crypto/aead.ts';
import { toHex } from '../../crypto/bytes.ts';
import { epochOf, type HomeKeys } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { parseSlot, type Slot } from '../../crypto/slot.ts';
import { err, ok, type Result } from '../../result.ts';
import { createEnrolmentRelay } from '../../sync/enrolment-relay.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { startWork } from '../contract/long-work.ts';
import type { Args, Served } from '../contract/surface.ts';
import type { SyncSurface } from '../contract/sync.ts';
import type { Renewal, Renewed } from '../session/renewal.ts';
import type { Waiting } from './approval-steps.ts';
import { askApproval } from './ask-approval.ts';
import type { JoinDeps } from './bring-home.ts';
import type { CardKeeper } from './card-keeper.ts';
import { checkpointId } from './checkpoint.ts';
import type { CheckpointKeeper } from './checkpoint-keeper.ts';
import type { DeviceKeeper } from './device-keeper.ts';
import { CARD, cardEpoch, type HomeCard, ownerOf, parseCard } from './home-card.ts';
import type { LinkedHome } from './linked-home.ts';

export interface RenewalDeps {
  readonly renewal: Renewal;
  /** The open home at the account that is signed in: the one that it is linked to, if it is. */
  readonly linked: () => Promise<LinkedHome | undefined>;
  /** Whether the open home is linked to any account, signed in or not. */
  readonly isLinked: () => Promise<boolean>;
  readonly cards: CardKeeper;
  readonly endSignIn: (args: { readonly signInId: NonNullable<Args<'renewKeys'>['signInId']> }) => Promise<Result<void, NexusError>>;
  readonly devices: Pick<DeviceKeeper, 'list'>;
  readonly checkpoints: Pick<CheckpointKeeper, 'drop'>;
  /** Those of a phrase, for the card. */
  readonly recoverySlots: (slots: Renewed['slots']) => readonly Uint8Array<ArrayBuffer>[];
  readonly aead: Aead;
  readonly random: Random;
  readonly clock: () => number;
  readonly pause: Waiting['pause'];
  readonly enter: JoinDeps['enter'];
  readonly takeMek: JoinDeps['takeMek'];
  readonly showDigits: (digits: string) => void;
}

type Calls = Pick<Served<SyncSurface>, 'draftRecoveryPhrase' | 'renewKeys' | 'takeRenewedKeys'>;

interface Entered {
  readonly keys: HomeKeys;
  readonly slots: readonly Slot[];
}

/** The card of a newer key; without one there is nothing to take. */
async function newerCard({ home, cloud }: LinkedHome): Promise<Result<HomeCard & { readonly keyring: Uint8Array<ArrayBuffer> }, NexusError>> {
  const found = await cloud.object(CARD.collection, CARD.id);
  if (!found.ok) return err(cloudError(found.error));
  const card = found.value && parseCard(found.value.body);
  if (!card || toHex(card.homeId) !== toHex(home.homeId) || cardEpoch(card) <= epochOf(home.keys) || !card.keyring) return err(nexusError('sync.not_renewed'));
  return ok({ ...card, keyring: card.keyring });
}

/** By the new phrase, or without one by a device that has the new key. */
async function enter(deps: RenewalDeps, { home, account, send }: LinkedHome, card: HomeCard, { phrase, password, signal }: Pick<Args<'takeRenewedKeys'>, 'phrase'> & { readonly password: Args<'takeRenewedKeys'>['secret']; readonly signal: AbortSignal }): Promise<Result<Entered, NexusError>> {
  if (phrase) return deps.enter(home.homeId, card.slots, { phrase, password });
  const handed = await askApproval({ relay: createEnrolmentRelay(send), pause: deps.pause, signal, clock: deps.clock }, { account, homeId: home.homeId, random: deps.random, show: deps.showDigits });
  if (!handed.ok) return handed;
  const taken = await deps.takeMek(home.homeId, handed.value.mek, password);
  if (!taken.ok) return taken;
  const recovery = handed.value.slots.map(parseSlot).flatMap((slot) => (slot.ok && slot.value.kind === 'recovery' ? [slot.value] : []));
  return ok({ keys: taken.value.keys, slots: [...recovery, taken.value.slot] });
}

/** Nobody waits for a device that was removed, as far as the server answers. */
async function forget({ devices, checkpoints }: RenewalDeps, { home, cloud }: LinkedHome, signInId: NonNullable<Args<'renewKeys'>['signInId']>): Promise<void> {
  const listed = await devices.list(home, cloud);
  const gone = listed.ok ? listed.value.find(({ signIn }) => signIn === signInId) : undefined;
  if (gone) await checkpoints.drop(home, cloud, await checkpointId(home.homeId, gone.device));
}

export function createRenewalCalls(deps: RenewalDeps): Calls {
  const { renewal, linked, cards } = deps;

  async function take(at: LinkedHome, { command, secret, phrase }: Args<'takeRenewedKeys'>, signal: AbortSignal): Promise<Result<void, NexusError>> {
    const card = await newerCard(at);
    if (!card.ok) return card;
    // A wrong password is told before anybody compares digits.
    const right = await renewal.check(secret);
    if (!right.ok) return right;
    const entered = await enter(deps, at, card.value, { ...(phrase && { phrase }), password: secret, signal });
    if (!entered.ok) return entered;
    const { keys, slots } = entered.value;
    if (!(await ownerOf(deps.aead, keys, card.value))) return err(nexusError('sync.other_keys'));
    const taken = await renewal.take(secret, { keys, slots, keyring: card.value.keyring }, command);
    if (!taken.ok) return taken;
    await cards.noteSlots(at.home, deps.recoverySlots(taken.value.slots));
    return renewal.commit(taken.value);
  }

  /** What others changed is here before: it is sealed anew along with the rest. A home that others carry there is not renewed beside them. */
  async function readyToRenew({ home, cloud, look }: LinkedHome, isLinked: boolean): Promise<Result<void, NexusError>> {
    const looked = isLinked ? await look() : ok();
    if (!looked.ok) return err(cloudError(looked.error));
    const carried = isLinked ? ok(false) : await cards.isThere(home, cloud);
    return carried.ok && carried.value ? err(nexusError('sync.not_linked')) : ok();
  }

  async function claim({ home, cloud }: LinkedHome, made: Renewed): Promise<Result<void, NexusError>> {
    const slots = deps.recoverySlots(made.slots);
    const claimed = await cards.claim(home, cloud, { ...made, slots });
    if (claimed.ok) await cards.noteSlots(home, slots);
    if (claimed.ok) return ok();
    return err(claimed.error === 'unclear' ? nexusError('sync.renewal_unclear') : cloudError(claimed.error));
  }

  return {
    draftRecoveryPhrase: () => Promise.resolve(ok({ phrase: renewal.newPhrase() })),

    async renewKeys({ command, secret, phrase, signInId }) {
      const at = await linked();
      const isLinked = await deps.isLinked();
      if (!at && (signInId !== undefined || isLinked)) return err(cloudError('signed_out'));
      const ready = at ? await readyToRenew(at, isLinked) : ok();
      if (!ready.ok) return ready;
      const made = await renewal.make({ secret, phrase, command });
      if (!made.ok) return made;
      const ended = signInId === undefined ? ok() : await deps.endSignIn({ signInId });
      if (!ended.ok && ended.error.code !== 'account.sign_in_over') return ended;
      const held = await renewal.stillHolds(made.value);
      if (!held.ok) return held;
      const claimed = at && isLinked ? await claim(at, made.value) : ok();
      if (claimed.ok && at && signInId !== undefined) await forget(deps, at, signInId);
      return claimed.ok ? renewal.commit(made.value) : claimed;
    },

    async takeRenewedKeys({ port, ...args }) {
      const at = await linked();
      if (!at) return err(cloudError('signed_out'));
      const run = startWork(port, at.home.closing, deps.clock);
      try {
        return await take(at, { port, ...args }, run.signal);
      } finally {
        run.end();
      }
    },
  };
}
