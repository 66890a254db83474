// A secret as it opens a slot, and what new slots cost.
import type { Bytes } from '../../crypto/bytes.ts';

/** A secret as a person gave it: NFKC UTF-8 of a password or PIN, the entropy that a phrase spells, what a passkey gave for its salt. */
export type Secret =
  | { readonly kind: 'password' | 'pin' | 'recovery'; readonly bytes: Bytes }
  /** `made` where it is new: which passkey, and for what salt. */
  | { readonly kind: 'passkey'; readonly bytes: Bytes; readonly made?: { readonly cred: Bytes; readonly salt: Bytes } };

export interface Cost {
  readonly m: number;
  readonly t: number;
  readonly p: number;
}
