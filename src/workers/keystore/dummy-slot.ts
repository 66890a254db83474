// A slot that nothing opens: an unknown user costs the same work as a known one with a wrong secret.
import { NONCE_BYTES } from '../../crypto/aead.ts';
import { ARGON2ID_DEFAULT, ARGON2ID_SALT_BYTES } from '../../crypto/argon2id.ts';
import type { Random } from '../../crypto/random.ts';
import { type Slot, SLOT_ID_BYTES, type SlotKind } from '../../crypto/slot.ts';
import type { Cost } from './secret.ts';

const WRAPPED_BYTES = 48;

export function dummySlot(kind: SlotKind, random: Random, cost: Cost = ARGON2ID_DEFAULT): Slot {
  const kdf = kind === 'recovery' || kind === 'passkey' ? {} : { kdf: { ...cost, salt: random(ARGON2ID_SALT_BYTES) } };
  return { kind, id: random(SLOT_ID_BYTES), nonce: random(NONCE_BYTES), wrapped: random(WRAPPED_BYTES), ...kdf };
}
