// What is carried of an app's dataset, to sealed bytes and back: the object that the account has of a value, and what this device
// keeps beside one (docs/formats.md, "Sealed records" and "In an account").
import type { Bytes } from '../../crypto/bytes.ts';
import { type CborFields, type CborMap, isBytes, isUint, textAt } from '../../crypto/canonical-cbor.ts';
import type { GroupClock } from '../../crypto/node.ts';
import { APP_LIMITS } from '../contract/app-protocol.ts';
import { compareClocks } from '../home/group-clocks.ts';
import type { Kept, Remote } from './dataset-meeting.ts';
import { type Field, fieldsOf, fits, valueOf, type Version, type Whole } from './dataset-version.ts';

const MOST_MS = 2 ** 48;
const MOST_COUNTER = 2 ** 32;
const DEVICE_BYTES = 16;

const momentOf = (clock: GroupClock): readonly unknown[] => [...clock];

function clockFrom(value: unknown): GroupClock | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [ms, counter, device] = value as readonly unknown[];
  return isUint(ms, MOST_MS) && isUint(counter, MOST_COUNTER) && isBytes(device, DEVICE_BYTES) ? [ms, counter, device] : undefined;
}

/** Fields of a version; the clock of a field is left out where it is that of the whole. */
function versionFields({ clock, whole, fields }: Version): CborFields {
  const written = [...fields].map(([name, field]) => [name, new Map<string, unknown>([
    ...(compareClocks(field.clock, clock) === 0 ? [] : [['clock', momentOf(field.clock)] as const]), ...(field.text === undefined ? [] : [['value', field.text] as const]),
  ])] as const);
  return { clock: momentOf(clock), ...(whole === 'deleted' ? { deleted: true } : whole === 'fields' ? {} : { value: whole }), ...(fields.size > 0 && { fields: new Map(written) }) };
}

function fieldFrom(stored: unknown, clock: GroupClock): Field | undefined {
  if (!(stored instanceof Map)) return undefined;
  const map = stored as CborMap;
  const own = map.has('clock') ? clockFrom(map.get('clock')) : clock;
  const text = textAt(map, 'value');
  return own && map.has('value') === (text !== undefined) ? { clock: own, ...(text !== undefined && { text }) } : undefined;
}

/** Put together, fields have to come apart again as they were: a text may be no more than its own field. */
function holdsTogether(version: Version): boolean {
  const live = [...version.fields].filter(([, { text }]) => text !== undefined);
  if (version.whole !== 'fields') return live.length === 0;
  const read = fits(version) ? fieldsOf(valueOf(version) ?? new Uint8Array(0)) : undefined;
  return read?.size === live.length && live.every(([name, { text }]) => read.get(name) === text);
}

function wholeFrom(map: CborMap): Whole | undefined {
  const [value, deleted] = [map.get('value'), map.get('deleted')];
  if (value === undefined) return deleted === undefined ? 'fields' : deleted === true ? 'deleted' : undefined;
  return isBytes(value) && value.length <= APP_LIMITS.datasetValueBytes && deleted === undefined ? value : undefined;
}

function versionFrom(map: CborMap): Version | undefined {
  const [clock, whole, stored] = [clockFrom(map.get('clock')), wholeFrom(map), map.get('fields') ?? new Map()];
  if (!clock || whole === undefined || !(stored instanceof Map) || stored.size > 2 * APP_LIMITS.datasetFields) return undefined;
  const fields = new Map<string, Field>();
  for (const [name, each] of stored as CborMap) {
    const field = fieldFrom(each, clock);
    if (!field || compareClocks(field.clock, clock) < 0) return undefined;
    fields.set(name, field);
  }
  const version = { clock, whole, fields };
  return holdsTogether(version) ? version : undefined;
}

/** What the account has of a value. */
export const objectFields = ({ key, version, base }: Pick<Kept, 'key' | 'version' | 'base'>): CborFields => ({ key, ...versionFields(version), ...(base && { base: momentOf(base) }) });

/** Undefined where it is none that this release reads. */
export function objectFrom(map: CborMap): (Omit<Remote, 'rev'> & { readonly key: string }) | undefined {
  const [key, version] = [textAt(map, 'key'), versionFrom(map)];
  const base = map.has('base') ? clockFrom(map.get('base')) : undefined;
  return map.get('v') === 1 && key !== undefined && version && (base !== undefined || !map.has('base')) ? { key, version, base } : undefined;
}

const remoteFields = ({ rev, version, base }: Remote) => new Map(Object.entries({ rev, ...versionFields(version), ...(base && { base: momentOf(base) }) }));

function remoteFrom(stored: unknown): Remote | undefined {
  if (!(stored instanceof Map)) return undefined;
  const map = stored as CborMap;
  const [rev, version] = [textAt(map, 'rev'), versionFrom(map)];
  return rev !== undefined && version ? { rev, version, base: clockFrom(map.get('base')) } : undefined;
}

/** When a value was written that lies in its own row. */
function marksOf({ clock, whole, fields }: Version): CborFields {
  const marks = [...fields].flatMap(([name, field]) => {
    const mark = new Map<string, unknown>([...(compareClocks(field.clock, clock) === 0 ? [] : [['clock', momentOf(field.clock)] as const]), ...(field.text === undefined ? [['removed', true] as const] : [])]);
    return mark.size > 0 ? [[name, mark] as const] : [];
  });
  return { clock: momentOf(clock), whole: typeof whole === 'string' ? whole : 'bytes', ...(marks.length > 0 && { fields: new Map(marks) }) };
}

/** The same with the value of that row; undefined where the two do not fit. */
function markedVersion(map: CborMap, value: Bytes | undefined): Version | undefined {
  const [clock, whole, stored] = [clockFrom(map.get('clock')), map.get('whole'), map.get('fields') ?? new Map()];
  if (!clock || !(stored instanceof Map)) return undefined;
  const marks = new Map([...(stored as CborMap)].flatMap(([name, mark]) => (mark instanceof Map ? [[name, mark as CborMap] as const] : [])));
  const clockOf = (name: string): GroupClock => clockFrom(marks.get(name)?.get('clock')) ?? clock;
  const removed = [...marks].filter(([, mark]) => mark.get('removed') === true).map(([name]) => [name, { clock: clockOf(name) }] as const);
  if (whole === 'deleted') return value ? undefined : { clock, whole, fields: new Map(removed) };
  if (whole === 'bytes') return value && { clock, whole: value, fields: new Map(removed) };
  const live = whole === 'fields' && value ? fieldsOf(value) : undefined;
  return live && { clock, whole: 'fields', fields: new Map<string, Field>([...removed, ...[...live].map(([name, text]) => [name, { clock: clockOf(name), text }] as const)]) };
}

/** What is kept beside a value; `byApp` alone keeps what both began with. */
export function keptFields({ key, version, rev, base, changed, ancestor, other, begun }: Kept, byApp: boolean): CborFields {
  return {
    key, ...marksOf(version), ...(rev !== undefined && { rev }), ...(begun && { begun }),
    ...(byApp && { ...(base && { base: momentOf(base) }), ...(changed && { changed }), ...(changed && ancestor && { ancestor }), ...(other && { other: remoteFields(other) }) }),
  };
}

/** `value` is what lies in its row. */
export function keptFrom(map: CborMap, value: Bytes | undefined): Kept | undefined {
  const [key, version] = [textAt(map, 'key'), markedVersion(map, value)];
  if (key === undefined || !version) return undefined;
  const ancestor = map.get('ancestor');
  return {
    key, version, rev: textAt(map, 'rev'), base: clockFrom(map.get('base')), changed: map.get('changed') === true, ancestor: isBytes(ancestor) ? ancestor : undefined,
    other: remoteFrom(map.get('other')), begun: (['here', 'there'] as const).find((each) => each === map.get('begun')),
  };
}
