// A content that lost against a later one, as a file of its own beside it: made once, whichever device makes it.
import { type Bytes, concat, toHex, u64, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import type { FileNode, GroupClock, HomeNode } from '../../crypto/node.ts';
import { clocksOf } from './group-clocks.ts';
import { besideName } from '../../crypto/free-name.ts';

const PURPOSE = utf8('nexus/conflict/v1');
const DEVICE_DIGITS = 6;
const MARK_BEGINS = ' (conflict, ';
/** A clock may say a later moment; no date does. */
const LAST_MS = 8.64e15;

const bytesOf = ([ms, counter, device]: GroupClock): Bytes => concat(u64(ms), u64(counter), device);

/** What a device is called in names of files: the beginning of its id. */
export const deviceCode = (device: Bytes): string => toHex(device).slice(0, DEVICE_DIGITS);

/** In ms since 1970, of a moment that a date can tell. */
export const writtenAt = ([ms]: GroupClock): number => Math.min(ms, LAST_MS);

/** What is in the name of a copy whose content was written then, by that device. */
const markOf = (written: GroupClock): string => `${MARK_BEGINS}${deviceCode(written[2])}, ${new Date(writtenAt(written)).toISOString().slice(0, 10)})`;

/** Of the content of `node`, as it was written then: the same on every device. */
export const copyId = async (node: Bytes, written: GroupClock): Promise<Bytes> => (await sha256(concat(PURPOSE, node, bytesOf(written)))).slice(0, 16);

export const copyName = (name: string, written: GroupClock): string => besideName(name, markOf(written));

/** What stands before the mark in the name of a copy of what was written then; undefined for any other name. */
export function copyStem(name: string, written: GroupClock): string | undefined {
  if (!name.includes(MARK_BEGINS)) return undefined;
  const at = name.lastIndexOf(markOf(written));
  return at < 0 ? undefined : name.slice(0, at);
}

/** Of `loser`, beside `winner`. Its id follows from the node and from who wrote the content, and when. */
export async function conflictCopy(winner: HomeNode, loser: FileNode): Promise<FileNode> {
  const written = clocksOf(loser).content;
  const [ms, counter, device] = written;
  const [id, name] = [await copyId(loser.id, written), copyName(winner.name, written)];
  return { kind: 'file', id, parent: winner.parent, name, mediaType: loser.mediaType, content: loser.content, versions: loser.versions, clock: [ms, counter], device };
}
