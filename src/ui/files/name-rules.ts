// Owns: why a name or a file was not taken, in words. The rules are the authority's (docs/home-layout.md).
import { msg, str } from '@lit/localize';
import { ERROR_CODES } from '../../workers/contract/errors.ts';
import { LIMITS } from '../../workers/contract/limits.ts';
import { sentenceOf } from '../errors.ts';
import { formatBytes } from '../format.ts';

/** The rule that a refused path breaks. */
export function ruleText(rule: string): string {
  switch (rule) {
    case 'empty': return msg('It has no name.');
    case 'dots': return msg('“.” and “..” cannot be names.');
    case 'too_long': return msg(str`The name is longer than ${LIMITS.nodeNameBytes} bytes.`);
    case 'nul': return msg('The name holds a character that no name may.');
    case 'slash': return msg('The name holds a slash.');
    case 'not_nfc': case 'not_unicode': return msg('The name is not proper Unicode.');
    case 'too_deep': return msg(str`It lies more than ${LIMITS.folderDepth} folders deep.`);
    case 'too_large': return msg(str`It is larger than ${formatBytes(LIMITS.fileBytes)}.`);
    default: return msg('A home cannot hold it.');
  }
}

/** Why one file of an add failed. */
export function failureText(code: string): string {
  const known = ERROR_CODES.find((each) => each === code);
  return sentenceOf({ code: known ?? 'internal' });
}
