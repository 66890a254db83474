// The steps of an approval, by their numbers at the relay (docs/sync.md, "Approving a device").
import { COMMITMENT_BYTES, NONCE_BYTES, PUBLIC_KEY_BYTES } from '../../crypto/enrolment.ts';
import { type Bytes, concat, owned } from '../../crypto/bytes.ts';
import type { Cloudy } from '../../sync/cloud.ts';
import { err, ok } from '../../result.ts';
import type { Enrolment, EnrolmentRelay } from '../../sync/enrolment-relay.ts';
import { ENROLMENT } from '../../sync/wire/limits.ts';

export const STEP = {
  /** New device: its public key, and what it commits to. */
  asked: 0,
  /** Old device: its nonce. */
  answered: 1,
  /** New device: the nonce that it committed to. */
  revealed: 2,
  /** Old device: the MEK in a box, or REFUSAL. */
  decided: 3,
} as const;

export const REFUSAL: Bytes = new Uint8Array([0]);

export interface AskedStep {
  readonly publicKey: Bytes;
  readonly commitment: Bytes;
}

export const encodeAsked = ({ publicKey, commitment }: AskedStep): Bytes => concat(publicKey, commitment);

export function parseAsked(said: Bytes | undefined): AskedStep | undefined {
  if (said?.length !== PUBLIC_KEY_BYTES + COMMITMENT_BYTES) return undefined;
  return { publicKey: owned(said.subarray(0, PUBLIC_KEY_BYTES)), commitment: owned(said.subarray(PUBLIC_KEY_BYTES)) };
}

export const parseNonce = (said: Bytes | undefined): Bytes | undefined => (said?.length === NONCE_BYTES ? said : undefined);

export interface Waiting {
  readonly relay: EnrolmentRelay;
  /** Settles after so many ms, or once `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  readonly clock: () => number;
}

export interface Enrolling {
  readonly id: string;
  /** It is over by then, whatever the server says. */
  readonly until: number;
}

/** An enrolment that begins, or that is met, now. */
export const enrollingFrom = ({ clock }: Pick<Waiting, 'clock'>, id: string): Enrolling => ({ id, until: clock() + ENROLMENT.ms });

const ASK_EVERY_MS = 700;
/** Answers in a row that may be lost. */
const LOST = 5;

/** What the other device says as step `step`; undefined once the enrolment is over. */
export async function awaitStep({ relay, pause, signal, clock }: Waiting, { id, until }: Enrolling, step: number): Cloudy<Bytes | undefined> {
  for (let lost = 0; !signal.aborted;) {
    const found: Awaited<Cloudy<Enrolment | undefined>> = await relay.read(id);
    if (found.ok && !found.value) return ok(undefined);
    const said = found.ok ? found.value?.steps.get(step) : undefined;
    if (said) return ok(said);
    lost = found.ok ? 0 : lost + 1;
    if (!found.ok && (found.error !== 'unreachable' || lost > LOST)) return found;
    if (clock() >= until) return ok(undefined);
    await pause(ASK_EVERY_MS, signal);
  }
  return err('aborted');
}
