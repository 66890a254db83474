// What can go wrong with bytes and keys, in this folder's own words; an authority turns it into the contract's codes.

export type CryptoFailure =
  /** The bytes do not have the shape that docs/formats.md gives them. */
  | { readonly kind: 'malformed'; readonly what: string }
  /** Well shaped, but not what the key's holder sealed. */
  | { readonly kind: 'tampered'; readonly what: string }
  /** A version, suite or flag that this build does not read. */
  | { readonly kind: 'unsupported'; readonly what: string }
  /** Larger than a cap allows. */
  | { readonly kind: 'too_large'; readonly what: string }
  /** No slot opens with this secret. */
  | { readonly kind: 'wrong_secret' }
  /** KDF parameters outside the accepted bounds. */
  | { readonly kind: 'kdf_bounds' }
  /** The KDF could not get its memory. */
  | { readonly kind: 'out_of_memory' }
  /** The slots belong to another device. */
  | { readonly kind: 'device_mismatch' };

export const malformed = (what: string): CryptoFailure => ({ kind: 'malformed', what });
export const tampered = (what: string): CryptoFailure => ({ kind: 'tampered', what });
export const unsupported = (what: string): CryptoFailure => ({ kind: 'unsupported', what });
export const tooLarge = (what: string): CryptoFailure => ({ kind: 'too_large', what });
