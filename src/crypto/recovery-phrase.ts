// The recovery phrase: 24 English words of BIP-39 that spell 256 bits.
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { type Bytes, owned } from './bytes.ts';
import type { Random } from './random.ts';

export const RECOVERY_WORDS = 24;

export function newRecoveryEntropy(random: Random): Bytes {
  return random(32);
}

export function phraseOf(entropy: Bytes): string {
  return entropyToMnemonic(entropy, wordlist);
}

/** The 32 bytes that a typed phrase spells; undefined where words or checksum are wrong. Case and spaces are forgiven. */
export function entropyOf(phrase: string): Bytes | undefined {
  const words = phrase.normalize('NFKD').toLowerCase().trim().split(/\s+/);
  if (words.length !== RECOVERY_WORDS) return undefined;
  try {
    return owned(mnemonicToEntropy(words.join(' '), wordlist));
  } catch {
    return undefined;
  }
}
