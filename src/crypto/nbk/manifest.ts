// manifest.json: what a bundle holds and how it opens (docs/formats.md, "Bundles"). Checked field by field, in its one spelling.
import { err, ok, type Result } from '../../result.ts';
import { type Bytes, toHex } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import { type Slot, slotFromText, type SlotKind, slotToText } from '../slot.ts';
import { type BundleFailure, bundleFailure, damaged, notABundle } from './bundle-failure.ts';
import { canonicalJson, isCanonical, type Json, parseJson } from './canonical-json.ts';
import { MANIFEST, MAX_MANIFEST_BYTES } from './entry-name.ts';

export type BundleMode = 'portable' | 'device';
export const BUNDLE_SOURCES = ['home', 'prefs', 'grants', 'audit'] as const;
export type BundleSource = (typeof BUNDLE_SOURCES)[number];

export interface Manifest {
  /** `<created>-<12 hex digits>`. */
  readonly id: string;
  /** Nanoseconds since 1970. */
  readonly created: bigint;
  readonly mode: BundleMode;
  /** 32 hex digits. */
  readonly homeId: string;
  readonly slots: readonly Slot[];
  readonly sources: readonly BundleSource[];
  readonly counts: { readonly nodes: number; readonly extents: number };
  /** Of all entries but manifest, seal and checksums. */
  readonly bytes: number;
  /** SHA-256, hex, of the checksum lines of those entries. */
  readonly root: string;
}

const MAX_SLOTS = 16;
const SLOT_KINDS_OF: Readonly<Record<BundleMode, readonly SlotKind[]>> = { portable: ['recovery', 'password'], device: ['device'] };
const KEYS = 'bytes,counts,created,format,home_id,id,mode,root,slots,sources,version';

function fieldsOf(manifest: Omit<Manifest, 'id'>): { readonly [key: string]: Json } {
  const { created, mode, homeId, slots, sources, counts, bytes, root } = manifest;
  return {
    format: 'nbk', version: 1, created: String(created), mode, home_id: homeId, slots: slots.map(slotToText), sources,
    counts: { nodes: counts.nodes, extents: counts.extents }, bytes, root,
  };
}

async function idOf(manifest: Omit<Manifest, 'id'>): Promise<string> {
  const digest = await sha256(canonicalJson(fieldsOf(manifest)));
  return `${manifest.created}-${toHex(digest).slice(0, 12)}`;
}

/** The manifest with its id, and its bytes. */
export async function makeManifest(fields: Omit<Manifest, 'id'>): Promise<{ manifest: Manifest; bytes: Bytes }> {
  const id = await idOf(fields);
  return { manifest: { ...fields, id }, bytes: canonicalJson({ ...fieldsOf(fields), id }) };
}

type Fields = { readonly [key: string]: Json };
const isFields = (value: Json | undefined): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: Json | undefined): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isText = (value: Json | undefined, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);
const FAULT = err(damaged(MANIFEST));

function parseSlots(list: Json | undefined, mode: BundleMode): Result<readonly Slot[], BundleFailure> {
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_SLOTS) return FAULT;
  const slots: Slot[] = [];
  for (const text of list as readonly Json[]) {
    const slot = typeof text === 'string' ? slotFromText(text) : undefined;
    if (!slot) return FAULT;
    if (!slot.ok) return err(bundleFailure(slot.error));
    if (!SLOT_KINDS_OF[mode].includes(slot.value.kind)) return FAULT;
    slots.push(slot.value);
  }
  return ok(slots);
}

function parseSources(list: Json | undefined): readonly BundleSource[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const sources = BUNDLE_SOURCES.filter((source) => list.includes(source));
  return sources.length === list.length && sources.every((source, index) => source === list[index]) ? sources : undefined;
}

function parseFields(fields: Fields): Result<Manifest, BundleFailure> {
  const { id, created, mode, home_id: homeId, counts, bytes, root } = fields;
  if (Object.keys(fields).sort().join() !== KEYS || (mode !== 'portable' && mode !== 'device')) return FAULT;
  if (!isText(created, /^(0|[1-9][0-9]{0,19})$/) || !isText(id, /^[0-9]{1,20}-[0-9a-f]{12}$/)) return FAULT;
  if (!isText(homeId, /^[0-9a-f]{32}$/) || !isText(root, /^[0-9a-f]{64}$/) || !isCount(bytes)) return FAULT;
  if (!isFields(counts) || Object.keys(counts).sort().join() !== 'extents,nodes') return FAULT;
  const { nodes, extents } = counts;
  const sources = parseSources(fields.sources);
  if (!isCount(nodes) || !isCount(extents) || !sources) return FAULT;
  const slots = parseSlots(fields.slots, mode);
  if (!slots.ok) return slots;
  return ok({ id, created: BigInt(created), mode, homeId, slots: slots.value, sources, counts: { nodes, extents }, bytes, root });
}

/** Checks everything that needs no key, the id included. */
export async function parseManifest(bytes: Bytes): Promise<Result<Manifest, BundleFailure>> {
  if (bytes.length > MAX_MANIFEST_BYTES) return err({ kind: 'too_large', what: MANIFEST });
  const fields = parseJson(bytes);
  if (!isFields(fields)) return FAULT;
  if (fields.format !== 'nbk') return err(notABundle('format'));
  if (fields.version !== 1) return err({ kind: 'unsupported', what: 'version' });
  if (!isCanonical(fields, bytes)) return FAULT;
  const manifest = parseFields(fields);
  if (!manifest.ok) return manifest;
  return (await idOf(manifest.value)) === manifest.value.id ? manifest : FAULT;
}
