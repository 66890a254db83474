// What two contents of one file are to each other: asked only where both sides changed it.
import { equal, toHex } from '../../crypto/bytes.ts';
import { extentId } from '../../crypto/extent.ts';
import { type Content, type FileNode, MAX_VERSIONS, type Version } from '../../crypto/node.ts';
import { ContentAbsent, ContentTampered, readPieces } from './content.ts';
import type { HomeContext } from './context.ts';
import type { Kinship } from './merge.ts';

/** Larger ones are told apart without being read. */
const MOST_COMPARED_BYTES = 64 * 1024 * 1024;

type Held = Pick<Content, 'size' | 'extents' | 'inline'> | Version;

/** Names the sealed bytes; what is inline has the id that it gets as a version. */
async function sealedName(held: Held): Promise<string> {
  if ('inline' in held && held.inline) return extentId(held.inline);
  return (held.extents ?? []).map(([id]) => toHex(id)).join('/');
}

/** Whether the winner was made from what the loser is: it has all of that among its versions, but for the oldest where it keeps no more. */
async function isEarlier(loser: FileNode, winner: FileNode): Promise<boolean> {
  const known = new Set(await Promise.all(winner.versions.map(sealedName)));
  if (!known.has(await sealedName(loser.content))) return false;
  known.add(await sealedName(winner.content));
  const names = await Promise.all(loser.versions.map(sealedName));
  const first = names.findIndex((name) => !known.has(name));
  // An old version that was brought back has newer ones behind it, which the winner may never have known.
  return first < 0 || (winner.versions.length >= MAX_VERSIONS && names.slice(first).every((name) => !known.has(name)));
}

/** By what is on this device; where that is not all, they are told apart. */
async function samePlaintext(context: HomeContext, a: Content, b: Content): Promise<boolean> {
  const home = { ...context, remote: {} };
  const [left, right] = [readPieces(home, a), readPieces(home, b)];
  try {
    for (;;) {
      const [one, other] = await Promise.all([left.next(), right.next()]);
      if (one.done || other.done) return one.done === other.done;
      if (!equal(one.value, other.value)) return false;
    }
  } catch (fault) {
    if (fault instanceof ContentAbsent || fault instanceof ContentTampered) return false;
    throw fault;
  } finally {
    await Promise.all([left.return(), right.return()]);
  }
}

/** What becomes of the loser's content where the winner's stays. */
export async function kinshipOf(home: HomeContext, winner: FileNode, loser: FileNode): Promise<Kinship> {
  const [kept, lost] = [winner.content, loser.content];
  if (await isEarlier(loser, winner)) return 'descends';
  if (kept.size !== lost.size) return 'apart';
  if ((await sealedName(kept)) === (await sealedName(lost))) return 'same';
  if (kept.size > MOST_COMPARED_BYTES) return 'apart';
  return (await samePlaintext(home, kept, lost)) ? 'same' : 'apart';
}

/** Extents that must be here for `kinshipOf` to say more than that the two are apart. */
export function comparedExtents(a: Content, b: Content): readonly string[] {
  if (a.size !== b.size || a.size > MOST_COMPARED_BYTES) return [];
  return [...(a.extents ?? []), ...(b.extents ?? [])].map(([id]) => toHex(id));
}
