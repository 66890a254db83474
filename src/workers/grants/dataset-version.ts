// One value of an app's dataset with when it was written, and how two of them become one by field: of each field, and of the whole,
// what was written last (docs/sync.md, "Datasets"). Pure.
import { type Bytes, equal, fromUtf8, utf8 } from '../../crypto/bytes.ts';
import type { GroupClock } from '../../crypto/node.ts';
import { isTooDeep } from '../../sync/wire/json-depth.ts';
import { APP_LIMITS } from '../contract/app-protocol.ts';
import { compareClocks, laterOf } from '../home/group-clocks.ts';

/** Written as bytes, as an object of fields, or deleted. */
export type Whole = Bytes | 'fields' | 'deleted';

export interface Field {
  readonly clock: GroupClock;
  /** JSON; absent where the field was removed. */
  readonly text?: string;
}

export interface Version {
  /** Of the last write of the whole: fields that are older are gone with it. */
  readonly clock: GroupClock;
  readonly whole: Whole;
  readonly fields: ReadonlyMap<string, Field>;
}

/** Older than whatever anybody wrote. */
export const NEVER: GroupClock = [0, 0, new Uint8Array(16)];

/** A JSON object's fields, each as JSON; undefined for what is none, or is too large or too deep to be taken apart. */
export function fieldsOf(value: Bytes): ReadonlyMap<string, string> | undefined {
  const text = fromUtf8(value);
  if (text === undefined || isTooDeep(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    const fields = Object.entries(parsed);
    const fit = fields.length <= APP_LIMITS.datasetFields && fields.every(([name]) => name.isWellFormed() && utf8(name).length <= APP_LIMITS.datasetKeyBytes);
    return fit ? new Map(fields.map(([name, each]) => [name, JSON.stringify(each)])) : undefined;
  } catch {
    return undefined;
  }
}

/** The same bytes on every device for the same fields. */
export function bytesOf(fields: ReadonlyMap<string, string>): Bytes {
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return utf8(`{${sorted.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`);
}

const liveOf = ({ fields }: Version): ReadonlyMap<string, string> => new Map([...fields].flatMap(([name, { text }]) => (text === undefined ? [] : [[name, text] as const])));

/** What an app reads; undefined where it is deleted. */
export function valueOf(version: Version): Bytes | undefined {
  if (version.whole === 'fields') return bytesOf(liveOf(version));
  return version.whole === 'deleted' ? undefined : version.whole;
}

/** Of the last write of anything in it. */
export const latestOf = ({ clock, fields }: Version): GroupClock => [...fields.values()].map((field) => field.clock).reduce(laterOf, clock);

export const wholeAt = (clock: GroupClock, value: Bytes | undefined): Version => ({ clock, whole: value ?? 'deleted', fields: new Map() });

export const fieldsAt = (clock: GroupClock, fields: ReadonlyMap<string, string>): Version => ({ clock, whole: 'fields', fields: new Map([...fields].map(([name, text]) => [name, { clock, text }])) });

/** Marks of removed fields are remembered as many as there may be fields, the newest. */
function bounded(fields: ReadonlyMap<string, Field>): ReadonlyMap<string, Field> {
  const removed = [...fields].filter(([, { text }]) => text === undefined).sort(([nameA, a], [nameB, b]) => compareClocks(b.clock, a.clock) || (nameA < nameB ? -1 : 1));
  if (removed.length <= APP_LIMITS.datasetFields) return fields;
  const dropped = new Set(removed.slice(APP_LIMITS.datasetFields).map(([name]) => name));
  return new Map([...fields].filter(([name]) => !dropped.has(name)));
}

/** `before` with these fields: those that are different were written at `clock`. */
export function withFields(before: Version | undefined, fields: ReadonlyMap<string, string>, clock: GroupClock): Version {
  if (before?.whole !== 'fields') return fieldsAt(clock, fields);
  const next = new Map(before.fields);
  for (const [name, text] of fields) if (next.get(name)?.text !== text) next.set(name, { clock, text });
  for (const [name, { text }] of before.fields) if (text !== undefined && !fields.has(name)) next.set(name, { clock });
  return { ...before, fields: bounded(next) };
}

/** All of it, as if it had been written at `clock`. */
export function rewritten(version: Version, clock: GroupClock): Version {
  return version.whole === 'fields' ? fieldsAt(clock, liveOf(version)) : { clock, whole: version.whole, fields: new Map() };
}

export const sameValue = (a: Version, b: Version): boolean => {
  const [ofA, ofB] = [valueOf(a), valueOf(b)];
  return ofA === undefined || ofB === undefined ? ofA === ofB : equal(ofA, ofB);
};

const sameField = (a: Field, b: Field | undefined): boolean => b !== undefined && compareClocks(a.clock, b.clock) === 0 && a.text === b.text;

const sameWhole = (a: Whole, b: Whole): boolean => (typeof a === 'string' || typeof b === 'string' ? a === b : equal(a, b));

/** Alike in what they say and in when that was written. */
export const sameVersion = (a: Version, b: Version): boolean =>
  compareClocks(a.clock, b.clock) === 0 && sameWhole(a.whole, b.whole) && a.fields.size === b.fields.size && [...a.fields].every(([name, field]) => sameField(field, b.fields.get(name)));

const RANK = (whole: Whole): number => (whole === 'fields' ? 2 : whole === 'deleted' ? 1 : 0);

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

/** Of one moment on one device, which a damaged clock can make twice, what they are and the bytes decide: all devices come to the same. */
function laterWhole(a: Version, b: Version): Version {
  const order = compareClocks(a.clock, b.clock) || RANK(a.whole) - RANK(b.whole) || (typeof a.whole === 'string' || typeof b.whole === 'string' ? 0 : compareBytes(a.whole, b.whole));
  return order >= 0 ? a : b;
}

function laterField(a: Field | undefined, b: Field): Field {
  const order = a ? compareClocks(a.clock, b.clock) : -1;
  return a && (order > 0 || (order === 0 && (a.text ?? '') >= (b.text ?? ''))) ? a : b;
}

/** What the fields of a value may be together. */
export function fits(version: Version): boolean {
  return version.whole !== 'fields' || (liveOf(version).size <= APP_LIMITS.datasetFields && (valueOf(version)?.length ?? 0) <= APP_LIMITS.datasetValueBytes);
}

const NOTHING = new Uint8Array(0);

/** Whatever the order, every device comes to the same. What would be too large together is the one that was written last; of two that both know of that, the bytes decide. */
export function mergeVersions(a: Version, b: Version): Version {
  const { clock, whole } = laterWhole(a, b);
  const fields = new Map<string, Field>();
  for (const [name, field] of [...a.fields, ...b.fields]) if (compareClocks(field.clock, clock) >= 0) fields.set(name, laterField(fields.get(name), field));
  const kept = bounded(fields);
  // A field that was written after the whole was deleted brings it back, with what was written since.
  const merged: Version = { clock, whole: [...kept.values()].some(({ text }) => text !== undefined) ? 'fields' : whole, fields: kept };
  if (fits(merged)) return merged;
  const order = compareClocks(latestOf(a), latestOf(b)) || compareBytes(valueOf(a) ?? NOTHING, valueOf(b) ?? NOTHING);
  return order >= 0 ? a : b;
}
