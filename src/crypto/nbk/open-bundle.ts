// Opens a bundle for reading (docs/formats.md, "Bundles"): directory, manifest, digests, and with a secret the home's keys.
// What `openBundle` returns is whole in structure, and every entry's digest is bound to the manifest's root; what
// `openWithSecret` returns is bound to the home's key as well. Content is read later, one entry at a time.
import { err, ok, type Result } from '../../result.ts';
import type { Aead } from '../aead.ts';
import { secretBytes } from '../argon2id.ts';
import { type Bytes, fromHex, fromUtf8, owned } from '../bytes.ts';
import type { CborMap } from '../canonical-cbor.ts';
import { domainKey, everyEpoch, type HomeKeys, importHomeKeys } from '../home-keys.ts';
import { withKeyring } from '../keyring.ts';
import { entropyOf } from '../recovery-phrase.ts';
import { openFields } from '../sealed.ts';
import { openSlot, type Slot, type SlotSecret } from '../slot.ts';
import { type BundleFailure, bundleFailure, damaged, notABundle } from './bundle-failure.ts';
import { type BundleSealedKind, CHECKSUMS, entryFault, EXTENTS, MANIFEST, NODES, SEAL, sealedPath } from './entry-name.ts';
import { type IndexRange, type ReadEntry, readEntry, type ZipFile } from './entry-reader.ts';
import { actualRoot, ListedDigests, listedRoot } from './listed-digests.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import type { RandomAccess } from './random-access.ts';
import { sealHolds } from './seal.ts';
import type { ZipDirectory } from './zip-directory.ts';
import { readDirectory } from './zip-reader.ts';

export interface Bundle extends ZipFile {
  readonly manifest: Manifest;
  readonly manifestBytes: Bytes;
  readonly seal: Bytes;
  /** Indexes of node and extent entries in the directory. */
  readonly nodes: IndexRange;
  readonly extents: IndexRange;
  readonly digests: ListedDigests;
  /** False where checksums.sha256 itself is damaged: everything can still be read. */
  readonly checksumsHold: boolean;
}

export interface BundleSecret {
  /** UTF-8 of a password or a recovery phrase. */
  readonly secret: Bytes;
  /** This device's key of a `device` slot, where it has one. */
  readonly deviceKey?: (slotId: Bytes) => Promise<CryptoKey | undefined>;
}

/** A bundle whose seal held under these keys. */
export interface OpenedBundle {
  readonly bundle: Bundle;
  readonly aead: Aead;
  /** As they were when it was made. */
  readonly keys: HomeKeys;
  /** As the bundle carries it; absent where keys had never been renewed. */
  readonly keyring?: Bytes;
}

const rangeOf = (directory: ZipDirectory, prefix: string): IndexRange =>
  ({ from: directory.firstFrom(prefix), to: directory.firstFrom(`${prefix}~`) });

async function headEntry(file: ZipFile, path: string): Promise<Result<ReadEntry, BundleFailure>> {
  const index = file.directory.find(path);
  if (index < 0) return err(path === SEAL ? damaged(SEAL) : notABundle(path));
  const entry = await readEntry(file, index);
  return entry.fault ? err(damaged(path)) : ok(entry);
}

function countsHold({ directory }: ZipFile, manifest: Manifest, ranges: readonly [nodes: IndexRange, extents: IndexRange]): boolean {
  const [nodes, extents] = ranges;
  let bytes = 0;
  for (let index = 0; index < directory.count; index += 1) bytes += directory.size(index);
  for (const path of [CHECKSUMS, MANIFEST, SEAL]) bytes -= directory.size(directory.find(path));
  const kinds = (['prefs', 'grants', 'audit'] as const).every((kind) => manifest.sources.includes(kind) === directory.find(sealedPath(kind)) >= 0);
  return kinds && bytes === manifest.bytes && nodes.to - nodes.from === manifest.counts.nodes && extents.to - extents.from === manifest.counts.extents;
}

/** Structure, manifest and digests; no secret is needed. */
export async function openBundle(source: RandomAccess): Promise<Result<Bundle, BundleFailure>> {
  const directory = await readDirectory(source, entryFault);
  if (!directory.ok) return directory;
  const file = { source, directory: directory.value };
  const head = await headEntry(file, MANIFEST);
  if (!head.ok) return head;
  const parsed = await parseManifest(head.value.bytes);
  if (!parsed.ok) return parsed;
  const seal = await headEntry(file, SEAL);
  if (!seal.ok) return seal;
  if (file.directory.find(CHECKSUMS) < 0) return err(damaged(CHECKSUMS));
  const manifest = parsed.value;
  const [nodes, extents] = [rangeOf(file.directory, NODES), rangeOf(file.directory, EXTENTS)];
  if (!countsHold(file, manifest, [nodes, extents])) return err(damaged('counts'));
  const digests = new ListedDigests(file.directory, extents);
  const listed = await listedRoot(file, { manifest: head.value.digest, seal: seal.value.digest }, digests);
  const checksumsHold = listed === manifest.root;
  if (!checksumsHold && (await actualRoot(file, extents, digests)) !== manifest.root) return err(damaged('root'));
  return ok({ ...file, manifest, manifestBytes: head.value.bytes.slice(), seal: seal.value.bytes.slice(), nodes, extents, digests, checksumsHold });
}

async function secretsFor(slot: Slot, { secret, deviceKey }: BundleSecret): Promise<Result<SlotSecret | undefined, BundleFailure>> {
  const text = fromUtf8(secret);
  if (text === undefined) return ok(undefined);
  const entropy = entropyOf(text);
  if (slot.kind === 'recovery') return ok(entropy && { kind: 'recovery', entropy });
  if (slot.kind === 'password') return ok({ kind: 'password', secret: secretBytes(text) });
  const key = await deviceKey?.(slot.id);
  return key ? ok({ kind: 'device', secret: secretBytes(text), deviceKey: key }) : err({ kind: 'device_mismatch' });
}

async function masterKey(bundle: Bundle, aead: Aead, secret: BundleSecret): Promise<Result<Bytes, BundleFailure>> {
  let failure: BundleFailure = { kind: 'wrong_secret' };
  // A phrase is tried first: it costs nothing, a password 64 MiB and a second.
  const slots = [...bundle.manifest.slots].sort((a, b) => Number(b.kind === 'recovery') - Number(a.kind === 'recovery'));
  for (const slot of slots) {
    const shaped = await secretsFor(slot, secret);
    if (!shaped.ok) {
      failure = shaped.error;
      continue;
    }
    if (!shaped.value) continue;
    const mek = await openSlot(aead, slot, shaped.value);
    if (mek.ok) return mek;
    if (mek.error.kind !== 'wrong_secret') return err(bundleFailure(mek.error));
  }
  return err(failure);
}

/** The home's keys: `wrong_secret` where no slot opens, `damaged` where one does and the seal does not hold. */
export async function openWithSecret(bundle: Bundle, aead: Aead, secret: BundleSecret): Promise<Result<OpenedBundle, BundleFailure>> {
  const mek = await masterKey(bundle, aead, secret);
  if (!mek.ok) return mek;
  return openWithKeys(bundle, aead, await importHomeKeys(homeIdOf(bundle), mek.value));
}

/** The same for whoever has the home open already: it may have been made before keys were renewed. */
export async function openWithKeys(bundle: Bundle, aead: Aead, keys: HomeKeys): Promise<Result<OpenedBundle, BundleFailure>> {
  for (const { mek } of everyEpoch(keys)) {
    const bare = { homeId: homeIdOf(bundle), mek };
    if (await sealHolds(aead, bare, { manifest: bundle.manifestBytes, seal: bundle.seal })) return withItsKeyring(bundle, aead, bare);
  }
  return err(damaged(SEAL));
}

async function withItsKeyring(bundle: Bundle, aead: Aead, bare: HomeKeys): Promise<Result<OpenedBundle, BundleFailure>> {
  const index = bundle.directory.find(sealedPath('keyring'));
  if (index < 0) return ok({ bundle, aead, keys: bare });
  const keyring = await readListed(bundle, index);
  if (!keyring.ok) return keyring;
  const keys = await withKeyring(aead, bare, keyring.value);
  return keys ? ok({ bundle, aead, keys, keyring: owned(keyring.value) }) : err(damaged(sealedPath('keyring')));
}

/** The bytes of an entry whose digest is the listed one. */
export async function readListed(bundle: Bundle, index: number): Promise<Result<Bytes, BundleFailure>> {
  const entry = await readEntry(bundle, index);
  return entry.fault || entry.digest !== bundle.digests.of(index) ? err(damaged(entry.path)) : ok(entry.bytes);
}

/** The fields of prefs, grants or audit; undefined where the bundle has none. */
export async function readSealed({ bundle, aead, keys }: OpenedBundle, kind: Exclude<BundleSealedKind, 'keyring'>): Promise<Result<CborMap | undefined, BundleFailure>> {
  const index = bundle.directory.find(sealedPath(kind));
  if (index < 0) return ok(undefined);
  const bytes = await readListed(bundle, index);
  if (!bytes.ok) return bytes;
  const name = { kind, homeId: keys.homeId, id: new Uint8Array(0) };
  const fields = openFields(aead, await domainKey(keys, 'bundle'), name, bytes.value);
  return fields.ok ? fields : err(bundleFailure(fields.error));
}

function homeIdOf({ manifest }: Bundle): Bytes {
  const homeId = fromHex(manifest.homeId, 16);
  if (!homeId) throw new Error('a parsed manifest has a home id');
  return homeId;
}
