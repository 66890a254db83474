// The old device's side of an approval: it answers a device that asks, shows the digits, and seals the home's MEK to that device
// once the person has compared them and typed a secret again (docs/sync.md, "Approving a device"). One try for each that asks.
import { type Bytes, fromHex, toHex } from '../../crypto/bytes.ts';
import { commitmentOf, digitsOf, NONCE_BYTES, sealHandedHome, transcriptHash } from '../../crypto/enrolment.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import type { Send } from '../../sync/cloud-client.ts';
import { createEnrolmentRelay, type EnrolmentRelay } from '../../sync/enrolment-relay.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { SecretBytes } from '../contract/home.ts';
import { type EnrolmentId, parseEnrolmentId } from '../contract/ids.ts';
import { startWork } from '../contract/long-work.ts';
import type { SecretKind, Served } from '../contract/surface.ts';
import type { SyncSurface } from '../contract/sync.ts';
import { type AskedStep, awaitStep, enrollingFrom, parseAsked, parseNonce, REFUSAL, STEP, type Waiting } from './approval-steps.ts';

/** The open home and the account that it is linked to. */
export interface ApprovingHome {
  readonly homeId: Bytes;
  /** Hex. */
  readonly account: string;
  readonly send: Send;
  readonly closing: AbortSignal;
}

export interface ApprovingDeps {
  readonly current: () => Promise<ApprovingHome | undefined>;
  readonly random: Random;
  readonly clock: () => number;
  readonly pause: Waiting['pause'];
  /** Slots that open a home by its phrase; they go along. */
  readonly recoverySlots: (homeId: Bytes) => Promise<readonly Bytes[]>;
  /** Opens the home by a secret of its person, under lockout; `take` seals the MEK's bytes, which are zeroed afterwards. */
  readonly handMek: <T>(kind: SecretKind, secret: SecretBytes, take: (mek: Bytes) => Promise<T>) => Promise<Result<T, NexusError>>;
}

type Calls = Pick<Served<SyncSurface>, 'waitingDevices' | 'compareDevice' | 'approveDevice' | 'refuseDevice'>;

/** One whose digits are shown. */
interface Compared {
  readonly homeId: Bytes;
  readonly publicKey: Bytes;
  readonly hash: Bytes;
  /** It is over by then, by this device's own clock: what was seen alike does not open the home for ever. */
  readonly until: number;
}

interface Ready {
  readonly home: ApprovingHome;
  readonly relay: EnrolmentRelay;
}

const OVER = nexusError('approval.over');

export function createApproving({ current, random, clock, pause, recoverySlots, handMek }: ApprovingDeps): Calls {
  const compared = new Map<EnrolmentId, Compared>();

  async function ready(): Promise<Result<Ready, NexusError>> {
    const home = await current();
    return home ? ok({ home, relay: createEnrolmentRelay(home.send) }) : err(nexusError('sync.not_linked'));
  }

  /** Answers with a nonce; the new device then reveals what it had committed to before. */
  async function exchange({ home, relay }: Ready, id: EnrolmentId, { publicKey, commitment }: AskedStep, signal: AbortSignal): Promise<Result<Compared, NexusError>> {
    const account = fromHex(home.account, 16);
    const oldNonce = random(NONCE_BYTES);
    const answered = await relay.say(id, STEP.answered, oldNonce);
    if (!answered.ok) return err(cloudError(answered.error));
    if (!answered.value || !account) return err(OVER);
    const enrolling = enrollingFrom({ clock }, id);
    const revealed = await awaitStep({ relay, pause, signal, clock }, enrolling, STEP.revealed);
    if (!revealed.ok) return err(cloudError(revealed.error));
    const newNonce = parseNonce(revealed.value);
    if (!newNonce) return err(OVER);
    if (toHex(await commitmentOf(publicKey, newNonce)) !== toHex(commitment)) {
      await relay.say(id, STEP.decided, REFUSAL);
      return err(nexusError('approval.mismatch'));
    }
    const { homeId } = home;
    return ok({ homeId, publicKey, until: enrolling.until, hash: await transcriptHash({ account, homeId, publicKey, oldNonce, newNonce }) });
  }

  return {
    async waitingDevices() {
      const at = await ready();
      if (!at.ok) return at;
      const listed = await at.value.relay.list();
      if (!listed.ok) return err(cloudError(listed.error));
      return ok(listed.value.flatMap(({ id, steps, expiresAt }) => {
        const enrolment = parseEnrolmentId(id);
        return enrolment && parseAsked(steps.get(STEP.asked)) && !steps.has(STEP.answered) ? [{ id: enrolment, until: expiresAt }] : [];
      }));
    },
    async compareDevice({ id, port }) {
      const at = await ready();
      if (!at.ok) return at;
      const run = startWork(port, at.value.home.closing, clock);
      try {
        const found = await at.value.relay.read(id);
        if (!found.ok) return err(cloudError(found.error));
        const asked = found.value?.steps.has(STEP.answered) ? undefined : parseAsked(found.value?.steps.get(STEP.asked));
        if (!asked) return err(OVER);
        const told = await exchange(at.value, id, asked, run.signal);
        if (!told.ok) return told;
        compared.set(id, told.value);
        return ok({ digits: digitsOf(told.value.hash) });
      } finally {
        run.end();
      }
    },
    async approveDevice({ id, kind, secret }) {
      const [at, one] = [await ready(), compared.get(id)];
      if (!at.ok) return at;
      const { home, relay } = at.value;
      if (!one || clock() >= one.until || toHex(one.homeId) !== toHex(home.homeId)) return err(OVER);
      const slots = await recoverySlots(home.homeId);
      const box = await handMek(kind, secret, (mek) => sealHandedHome(one.publicKey, one.hash, { mek, slots }));
      if (!box.ok) return box;
      const decided = await relay.say(id, STEP.decided, box.value);
      if (!decided.ok) return err(cloudError(decided.error));
      compared.delete(id);
      return decided.value ? ok() : err(OVER);
    },
    async refuseDevice({ id }) {
      compared.delete(id);
      const at = await ready();
      if (!at.ok) return at;
      const said = await at.value.relay.say(id, STEP.decided, REFUSAL);
      return said.ok ? ok() : err(cloudError(said.error));
    },
  };
}
