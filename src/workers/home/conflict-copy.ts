// A content that lost against a later one, as a file of its own beside it: made once, whichever device makes it.
import { type Bytes, concat, toHex, u64, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import type { FileNode, GroupClock, HomeNode } from '../../crypto/node.ts';
import { clocksOf } from './group-clocks.ts';
import { besideName } from './free-name.ts';

const PURPOSE = utf8('nexus/conflict/v1');
const DEVICE_DIGITS = 6;

const bytesOf = ([ms, counter, device]: GroupClock): Bytes => concat(u64(ms), u64(counter), device);

/** What a device is called in names of files: the beginning of its id. */
export const deviceCode = (device: Bytes): string => toHex(device).slice(0, DEVICE_DIGITS);

/** Of `loser`, beside `winner`. Its id follows from the node and from who wrote the content, and when. */
export async function conflictCopy(winner: HomeNode, loser: FileNode): Promise<FileNode> {
  const written = clocksOf(loser).content;
  const [ms, counter, device] = written;
  const id = (await sha256(concat(PURPOSE, loser.id, bytesOf(written)))).slice(0, 16);
  const name = besideName(winner.name, ` (conflict, ${deviceCode(device)}, ${new Date(ms).toISOString().slice(0, 10)})`);
  return { kind: 'file', id, parent: winner.parent, name, mediaType: loser.mediaType, content: loser.content, versions: loser.versions, clock: [ms, counter], device };
}
