// Secrets on their way in: read from a field once, as UTF-8 bytes after NFKC, and the field is cleared. docs/users-and-sessions.md.
import type { SecretBytes } from '../../workers/contract/home.ts';

/** The bytes of a secret as it is hashed; the caller hands them over and keeps none. */
export function secretBytes(text: string): SecretBytes {
  return new TextEncoder().encode(text.normalize('NFKC'));
}

/** Takes what stands in the field and leaves it empty. */
export function takeSecret(input: HTMLInputElement | HTMLTextAreaElement): SecretBytes {
  const bytes = secretBytes(input.value);
  input.value = '';
  return bytes;
}

/** Words of a recovery phrase as typed by people: any case, any white space, line numbers of the kit. */
export function takePhrase(input: HTMLInputElement | HTMLTextAreaElement): SecretBytes {
  const words = input.value.toLowerCase().split(/[\s,;]+/u).filter((word) => word !== '' && !/^\d+[.)]?$/.test(word));
  input.value = '';
  return secretBytes(words.join(' '));
}
