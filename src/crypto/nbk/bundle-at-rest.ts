// A bundle whose entries still lie where they are at rest, as a snapshot's do: everything that reads a bundle reads it too.
import { type Bytes, utf8 } from '../bytes.ts';
import { err, ok, type Result } from '../../result.ts';
import { type BundleFailure, damaged } from './bundle-failure.ts';
import { EXTENTS, extentPath, NODES, nodePath, sealedPath } from './entry-name.ts';
import type { EntriesAtRest } from './entry-reader.ts';
import { ListedDigests } from './listed-digests.ts';
import { parseManifest } from './manifest.ts';
import type { Bundle } from './open-bundle.ts';
import { bytesAccess } from './random-access.ts';
import type { BundleHead, BundlePlan } from './write-bundle.ts';
import { ZipDirectory } from './zip-directory.ts';

type Lists = Pick<BundlePlan, 'nodes' | 'extents' | 'sealed'>;

/** Entries by path and their digests, sorted as a ZIP's are. */
function entriesOf({ nodes, extents, sealed }: Lists): readonly { path: string; digest: string; size: number }[] {
  return [
    ...nodes.map(({ id, digest, size }) => ({ path: nodePath(id), digest, size })),
    ...extents.map(({ id, size }) => ({ path: extentPath(id), digest: id, size })),
    ...sealed.map(({ kind, digest, size }) => ({ path: sealedPath(kind), digest, size })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `damaged` where the manifest does not parse or an entry is listed twice. */
export async function bundleAtRest(lists: Lists, head: Pick<BundleHead, 'manifestBytes' | 'seal'>, atRest: EntriesAtRest): Promise<Result<Bundle, BundleFailure>> {
  const manifest = await parseManifest(head.manifestBytes);
  if (!manifest.ok) return manifest;
  const directory = new ZipDirectory();
  const entries = entriesOf(lists);
  for (const { path, size } of entries) if (!directory.add(utf8(path), { size, crc: 0, offset: 0 })) return err(damaged(path));
  const range = (prefix: string) => ({ from: directory.firstFrom(prefix), to: directory.firstFrom(`${prefix}~`) });
  const [nodes, extents] = [range(NODES), range(EXTENTS)];
  const digests = new ListedDigests(directory, extents);
  entries.forEach(({ digest }, index) => digests.set(index, digest));
  return ok({
    source: bytesAccess(new Uint8Array(0) as Bytes), directory, atRest, manifest: manifest.value, manifestBytes: head.manifestBytes, seal: head.seal,
    nodes, extents, digests, checksumsHold: true,
  });
}
