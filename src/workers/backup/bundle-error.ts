// From the words of src/crypto/nbk to the contract's codes.
import type { BundleFailure } from '../../crypto/nbk/bundle-failure.ts';
import { type ErrorCode, nexusError, type NexusError } from '../contract/errors.ts';

const CODES: Readonly<Record<BundleFailure['kind'], ErrorCode>> = {
  not_a_bundle: 'backup.not_a_bundle',
  unsupported: 'backup.unsupported',
  too_large: 'backup.too_large',
  damaged: 'backup.damaged',
  wrong_secret: 'backup.wrong_secret',
  device_mismatch: 'keystore.device_mismatch',
  kdf_bounds: 'keystore.kdf_bounds',
  out_of_memory: 'crypto.out_of_memory',
  aborted: 'aborted',
};

export const errorOf = (failure: BundleFailure): NexusError => nexusError(CODES[failure.kind], 'what' in failure ? { detail: failure.what } : {});
