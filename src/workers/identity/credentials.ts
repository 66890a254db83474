// What names, passwords and PINs may be. Each rule is one line of a list (docs/users-and-sessions.md).
import { utf8, fromUtf8 } from '../../crypto/bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { isSeen } from '../contract/guards.ts';
import type { SecretBytes } from '../contract/home.ts';
import { LIMITS } from '../contract/limits.ts';

// Controls, bidirectional overrides and isolates: a name must look like what it is.
const HIDDEN = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** NFC and trimmed, or what is wrong. */
export function userName(text: string): Result<string, NexusError> {
  const name = text.normalize('NFC').trim();
  const chars = [...name].length;
  return chars >= 1 && chars <= LIMITS.userNameChars && !HIDDEN.test(name) && isSeen(name) ? ok(name) : err(nexusError('user.name_invalid'));
}

/** Two names that fold to the same are the same to a person. */
export const folded = (name: string): string => name.normalize('NFKC').toLocaleLowerCase('und').normalize('NFC');

/** NFKC bytes of a password that may be set. */
export function newPassword(secret: SecretBytes): Result<SecretBytes, NexusError> {
  const text = fromUtf8(secret)?.normalize('NFKC');
  const chars = text === undefined ? 0 : [...text].length;
  const { min, max } = LIMITS.passwordChars;
  return text !== undefined && chars >= min && chars <= max ? ok(utf8(text)) : err(nexusError('auth.weak_password'));
}

export function newPin(secret: SecretBytes): Result<SecretBytes, NexusError> {
  const text = fromUtf8(secret)?.normalize('NFKC') ?? '';
  const { min, max } = LIMITS.pinDigits;
  return /^[0-9]+$/.test(text) && text.length >= min && text.length <= max ? ok(utf8(text)) : err(nexusError('auth.bad_pin'));
}
