// How a home that is elsewhere is entered: by a secret that opens one of its slots, or with the MEK that another device handed over.
import type { Aead } from '../../crypto/aead.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import type { CryptoFailure } from '../../crypto/failure.ts';
import { type HomeKeys, importHomeKeys } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openSlot, sealSlot, type Slot, type SlotSecret } from '../../crypto/slot.ts';
import { err, ok, type Result } from '../../result.ts';
import type { Cost, Secret } from './secret.ts';

export interface Entering {
  /** Opens one of `slots`, which are not here yet, and seals one more for `next`: how a home that is elsewhere is entered. */
  enter(homeId: Bytes, slots: readonly Slot[], by: Secret, next: Secret): Promise<Result<{ readonly keys: HomeKeys; readonly slots: readonly Slot[] }, CryptoFailure>>;
  /** Takes over the MEK's bytes that came from another device, and seals a slot of its own for `next`. */
  takeMek(homeId: Bytes, mek: Bytes, next: Secret): Promise<Result<{ readonly keys: HomeKeys; readonly slot: Slot }, CryptoFailure>>;
}

export interface EnteringDeps {
  readonly aead: Aead;
  readonly random: Random;
  readonly cost?: Cost;
}

export function createEntering({ aead, random, cost }: EnteringDeps, slotSecret: (secret: Secret) => Promise<SlotSecret>): Entering {
  const seal = async (mek: Bytes, next: Secret) => sealSlot({ aead, random, mek, secret: await slotSecret(next), ...(cost && { cost }) });

  return {
    async enter(homeId, slots, by, next) {
      const secret = await slotSecret(by);
      for (const slot of slots.filter(({ kind }) => kind === by.kind)) {
        const mek = await openSlot(aead, slot, secret);
        if (!mek.ok) continue;
        const made = await seal(mek.value, next);
        if (made.ok) return ok({ keys: await importHomeKeys(homeId, mek.value), slots: [slot, made.value] });
        mek.value.fill(0);
        return made;
      }
      return err({ kind: 'wrong_secret' });
    },
    async takeMek(homeId, mek, next) {
      const made = await seal(mek, next);
      if (!made.ok) mek.fill(0);
      return made.ok ? ok({ keys: await importHomeKeys(homeId, mek), slot: made.value }) : made;
    },
  };
}
