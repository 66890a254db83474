// How two versions of one node become one. Pure, and the same on every device whatever the order of arrival
// (docs/sync.md, "Merge"):
//   1. Each field group (place, content, trash) is taken whole from the side that changed it later.
//   2. Content that both sides changed since they last agreed is kept twice, where the bytes differ: the later one stays,
//      the other is the `loser`, which becomes a file of its own.
//   3. A change of content beats a move to the trash that did not know of it.
// Nothing else: what concerns several nodes (loops, names alike, folders that are gone) is in mend-places.ts.
import type { FileNode, HomeNode, Version } from '../../crypto/node.ts';
import { MAX_VERSIONS } from '../../crypto/node.ts';
import { clocksOf, compareClocks, type GroupClocks, isNobodys, justAfter, laterOf, withClocks } from './group-clocks.ts';

export interface Sides {
  readonly local: HomeNode;
  readonly remote: HomeNode;
  /** The clocks of the last state that both sides knew; undefined where none is known. */
  readonly base?: GroupClocks | undefined;
  /** Whether the local side was changed since then, where that state is not known. */
  readonly changed?: boolean | undefined;
}

/** What the side whose content does not stay is to the other: the same bytes, an earlier state of it, or apart from it. */
export type Kinship = 'same' | 'descends' | 'apart';

export interface Merged {
  readonly node: HomeNode;
  /** It is the remote side in every group: there is nothing to send. */
  readonly asRemote: boolean;
  /** The side whose content is to be kept as a file of its own. */
  readonly loser?: FileNode;
}

/**
 * Whether the content that does not stay may be one that the other side never knew: both changed it since `base`, or the
 * remote one is older than what was known of it, as after a deletion that a change elsewhere undid. Then somebody must look
 * at what the contents are to each other.
 */
export function isContested({ local, remote, base }: Sides): boolean {
  if (local.kind !== 'file' || remote.kind !== 'file') return false;
  const [ours, theirs] = [clocksOf(local).content, clocksOf(remote).content];
  if (compareClocks(ours, theirs) === 0) return false;
  if (!base) return true;
  const [changedHere, changedThere] = [compareClocks(ours, base.content) !== 0, compareClocks(theirs, base.content) !== 0];
  return changedThere && (changedHere || compareClocks(theirs, ours) < 0);
}

/** Whose content stays, and whose does not. */
export function contentSides({ local, remote }: Sides): { readonly winner: HomeNode; readonly loser: HomeNode } {
  const oursIsLater = compareClocks(clocksOf(local).content, clocksOf(remote).content) > 0;
  return oursIsLater ? { winner: local, loser: remote } : { winner: remote, loser: local };
}

const place = ({ parent, name, from }: HomeNode) => ({ parent, name, from });
const content = (node: HomeNode) => (node.kind === 'file' ? { mediaType: node.mediaType, content: node.content, versions: node.versions } : {});

const versionKey = ({ fileId, extents, size }: Version): string => [fileId, size, ...extents.map(([id]) => id)].join('/');

/** Whether both sides have versions that were brought together, each on a device of its own and with others than the other: one clock, and two states. */
function isTied({ local, remote }: Sides): boolean {
  const [ours, theirs] = [clocksOf(local).content, clocksOf(remote).content];
  return compareClocks(ours, theirs) === 0 && isNobodys(ours);
}

/** The winner's versions and those that only the loser has, newest first as far as their files say; undefined where it has none that would stay. */
function moreVersions(winner: HomeNode, loser: HomeNode): readonly Version[] | undefined {
  if (winner.kind !== 'file' || loser.kind !== 'file') return undefined;
  const known = new Set(winner.versions.map(versionKey));
  const others = loser.versions.filter((version) => !known.has(versionKey(version)));
  const all = [...winner.versions, ...others].sort((a, b) => b.modified - a.modified || (versionKey(a) < versionKey(b) ? -1 : 1)).slice(0, MAX_VERSIONS);
  return all.every((version) => known.has(versionKey(version))) ? undefined : all;
}

/** Whether one side went to the trash while the other, not knowing, changed the content. */
function wasChangedMeanwhile({ local, remote, base, changed }: Sides, trashedLocally: boolean): boolean {
  if (!base) return changed === true && !trashedLocally && compareClocks(clocksOf(local).content, clocksOf(remote).content) > 0;
  const [trasher, other] = trashedLocally ? [local, remote] : [remote, local];
  const trashedSince = compareClocks(clocksOf(trasher).trash, base.trash) !== 0;
  return trashedSince && compareClocks(clocksOf(other).content, base.content) !== 0 && compareClocks(clocksOf(other).content, clocksOf(trasher).content) !== 0;
}

function withoutAbsent<N extends HomeNode>(node: N): N {
  return Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined)) as unknown as N;
}

/** `kinship` counts where `isContested`. The two sides are of one id and one kind. */
export function mergeNodes(sides: Sides, kinship: Kinship): Merged {
  const { local, remote } = sides;
  const [ours, theirs] = [clocksOf(local), clocksOf(remote)];
  const isOurs = (group: keyof GroupClocks) => compareClocks(ours[group], theirs[group]) > 0;
  const [placed, kept] = [isOurs('place') ? local : remote, isOurs('trash') ? local : remote];
  const { winner: filled, loser } = contentSides(sides);
  const clocks = { place: laterOf(ours.place, theirs.place), content: laterOf(ours.content, theirs.content), trash: laterOf(ours.trash, theirs.trash) };
  const revived = kept.trashed !== undefined && remote.kind === 'file' && wasChangedMeanwhile(sides, kept === local);
  const contested = isContested(sides);
  const versions = (contested && kinship === 'same') || isTied(sides) ? moreVersions(filled, loser) : undefined;
  const merged = withoutAbsent({ ...remote, ...place(placed), ...content(filled), ...(versions && { versions }), trashed: revived ? undefined : kept.trashed } as HomeNode);
  // One clock means one state: what neither side said has a clock of its own.
  const node = withClocks(merged, { ...clocks, ...(revived && { trash: justAfter(clocks.trash) }), ...(versions && { content: justAfter(clocks.content) }) });
  return {
    node, asRemote: [placed, filled, kept].every((side) => side === remote) && !revived && !versions,
    ...(contested && kinship === 'apart' && loser.kind === 'file' && { loser }),
  };
}
