// An audit entry as the map that is sealed (docs/formats.md, "Sealed records").
import { type CborFields, type CborMap, isUint } from '../../crypto/canonical-cbor.ts';
import { AUDIT_CODES, type AuditEntry } from '../contract/audit.ts';

/** What happened; its number comes with its place in the chain. */
export type AuditNote = Omit<AuditEntry, 'number'>;

const WORD_CHARS = 64;
const word = (value: unknown): value is string => typeof value === 'string' && value.length <= WORD_CHARS;

export const noteFields = ({ at, actor, what, result, about }: AuditNote): CborFields => ({ at, actor, what, result, about: about?.slice(0, WORD_CHARS) });

/** Undefined where it is none that this release knows how to read. */
export function noteOf(map: CborMap): AuditNote | undefined {
  const [at, result, about] = [map.get('at'), map.get('result'), map.get('about')];
  const what = AUDIT_CODES.find((code) => code === map.get('what'));
  const actor = (['person', 'nexus', 'app'] as const).find((each) => each === map.get('actor'));
  if (!isUint(at) || !word(result) || !what || !actor) return undefined;
  return { at, actor, what, result, ...(word(about) && { about }) };
}
