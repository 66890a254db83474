// What can go wrong with a bundle as a whole. `what` names a rule or an entry of the ZIP, never a path inside the home.
import type { CryptoFailure } from '../failure.ts';

export type BundleFailure =
  /** Some other file. */
  | { readonly kind: 'not_a_bundle'; readonly what: string }
  /** A version that this build does not read. */
  | { readonly kind: 'unsupported'; readonly what: string }
  /** Past a cap; nothing was allocated for it. */
  | { readonly kind: 'too_large'; readonly what: string }
  /** A bundle, but not as it was made. */
  | { readonly kind: 'damaged'; readonly what: string }
  | { readonly kind: 'wrong_secret' }
  /** Its only slot belongs to another device. */
  | { readonly kind: 'device_mismatch' }
  | { readonly kind: 'kdf_bounds' }
  | { readonly kind: 'out_of_memory' }
  | { readonly kind: 'aborted' };

export const notABundle = (what: string): BundleFailure => ({ kind: 'not_a_bundle', what });
export const damaged = (what: string): BundleFailure => ({ kind: 'damaged', what });

/** A failure of one thing inside a bundle, in a bundle's words. */
export function bundleFailure(failure: CryptoFailure): BundleFailure {
  return failure.kind === 'malformed' || failure.kind === 'tampered' ? damaged(failure.what) : failure;
}
