// From what a person typed to what opens a slot, and the one way of trying it: allowed, tried, counted.
import { fromUtf8, utf8 } from '../../crypto/bytes.ts';
import type { CryptoFailure } from '../../crypto/failure.ts';
import type { HomeKeys } from '../../crypto/home-keys.ts';
import { entropyOf } from '../../crypto/recovery-phrase.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { SecretBytes } from '../contract/home.ts';
import type { Uid } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { SecretKind } from '../contract/surface.ts';
import type { Identity } from '../identity/identity.ts';
import { errorOf } from '../keystore/failure-code.ts';
import type { Keystore } from '../keystore/keystore.ts';
import type { Secret } from '../keystore/secret.ts';

/** A phrase is checked against its own checksum first: a slip of the pen is told as that. */
export function secretOf(kind: SecretKind, bytes: SecretBytes): Result<Secret, NexusError> {
  if (kind === 'passkey') return bytes.length === LIMITS.passkey.prfBytes ? ok({ kind, bytes }) : err(nexusError('auth.rejected'));
  const text = fromUtf8(bytes);
  if (text === undefined) return err(nexusError(kind === 'phrase' ? 'keystore.phrase_invalid' : 'auth.rejected'));
  if (kind !== 'phrase') return ok({ kind, bytes: utf8(text.normalize('NFKC')) });
  const entropy = entropyOf(text);
  return entropy ? ok({ kind: 'recovery', bytes: entropy }) : err(nexusError('keystore.phrase_invalid'));
}

export interface Trial {
  readonly identity: Identity;
  readonly keystore: Keystore;
}

/** Runs `attempt` with a secret of `uid`, under lockout: asked before, counted after. Neither a phrase nor a passkey can be guessed; they are not counted. */
export async function underLockout<T>(
  { identity }: Trial, uid: Uid, secret: Secret, attempt: (home: string | undefined) => Promise<Result<T, CryptoFailure>>,
): Promise<Result<T, NexusError>> {
  const kind = secret.kind === 'recovery' || secret.kind === 'passkey' ? undefined : secret.kind;
  const may = kind ? await identity.mayTry(uid, kind) : ok();
  if (!may.ok) return may;
  const user = await identity.row(uid);
  const result = await attempt(user?.home);
  if (result.ok) await identity.succeeded(uid);
  else if (result.error.kind === 'wrong_secret' && kind) await identity.failed(uid, kind);
  return result.ok ? result : err(errorOf(result.error));
}

export const openHome = (trial: Trial, uid: Uid, secret: Secret): Promise<Result<HomeKeys, NexusError>> =>
  underLockout(trial, uid, secret, (home) => trial.keystore.open(home, secret));
