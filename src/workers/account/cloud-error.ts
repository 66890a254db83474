// How a storage server failed, in the contract's codes.
import type { CloudFailure } from '../../sync/cloud.ts';
import { type ErrorCode, nexusError, type NexusError } from '../contract/errors.ts';

const CODES: Readonly<Record<CloudFailure, ErrorCode>> = {
  unreachable: 'account.provider_unreachable', signed_out: 'account.reauth_required', absent: 'account.not_offered', aborted: 'aborted',
  cursor_gone: 'account.provider_broken', protocol: 'account.provider_broken', quota: 'account.provider_refused', renewed: 'sync.keys_renewed', no_room: 'storage.quota',
};

export const cloudError = (failure: CloudFailure): NexusError => nexusError(CODES[failure]);
