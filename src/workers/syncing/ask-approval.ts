// The new device's side of an approval: it asks, shows the digits, and gets the home's MEK and slots sealed to a key that it made for that
// alone (docs/sync.md, "Approving a device").
import { fromHex, type Bytes } from '../../crypto/bytes.ts';
import { commitmentOf, digitsOf, type HandedHome, NONCE_BYTES, openHandedHome, transcriptHash } from '../../crypto/enrolment.ts';
import { newBoxKeys } from '../../crypto/hpke-box.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { awaitStep, encodeAsked, enrollingFrom, parseNonce, STEP, type Waiting } from './approval-steps.ts';

export interface AskedFor {
  /** Hex. */
  readonly account: string;
  readonly homeId: Bytes;
  readonly random: Random;
  readonly show: (digits: string) => void;
}

const OVER = nexusError('approval.over');

/** The MEK's bytes are for the caller to take over. */
export async function askApproval(waiting: Waiting, { account, homeId, random, show }: AskedFor): Promise<Result<HandedHome, NexusError>> {
  const { relay } = waiting;
  const accountBytes = fromHex(account, 16);
  if (!accountBytes) return err(nexusError('account.none'));
  const [keys, newNonce] = [await newBoxKeys(), random(NONCE_BYTES)];
  const begun = await relay.begin(encodeAsked({ publicKey: keys.publicKey, commitment: await commitmentOf(keys.publicKey, newNonce) }));
  if (!begun.ok) return err(cloudError(begun.error));
  const { id } = begun.value;
  const enrolling = enrollingFrom(waiting, id);
  try {
    const answered = await awaitStep(waiting, enrolling, STEP.answered);
    if (!answered.ok) return err(cloudError(answered.error));
    const oldNonce = parseNonce(answered.value);
    if (!oldNonce) return err(OVER);
    const hash = await transcriptHash({ account: accountBytes, homeId, publicKey: keys.publicKey, oldNonce, newNonce });
    const revealed = await relay.say(id, STEP.revealed, newNonce);
    if (!revealed.ok) return err(cloudError(revealed.error));
    if (!revealed.value) return err(OVER);
    show(digitsOf(hash));
    const decided = await awaitStep(waiting, enrolling, STEP.decided);
    if (!decided.ok) return err(cloudError(decided.error));
    if (!decided.value) return err(OVER);
    const handed = await openHandedHome(keys, hash, decided.value);
    return handed ? ok(handed) : err(nexusError('approval.refused'));
  } finally {
    keys.privateKey.fill(0);
  }
}
