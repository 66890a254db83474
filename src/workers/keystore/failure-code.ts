// From the words of src/crypto to the contract's codes, for whoever opens a home.
import type { CryptoFailure } from '../../crypto/failure.ts';
import { type ErrorCode, nexusError, type NexusError } from '../contract/errors.ts';

const CODES: Readonly<Record<CryptoFailure['kind'], ErrorCode>> = {
  malformed: 'format.malformed',
  tampered: 'integrity.tampered',
  unsupported: 'format.unsupported',
  too_large: 'format.too_large',
  wrong_secret: 'auth.rejected',
  kdf_bounds: 'keystore.kdf_bounds',
  out_of_memory: 'crypto.out_of_memory',
  device_mismatch: 'keystore.device_mismatch',
};

export const errorOf = (failure: CryptoFailure): NexusError => nexusError(CODES[failure.kind], 'what' in failure ? { detail: failure.what } : {});
