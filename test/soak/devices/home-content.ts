// What a home holds, read from a backup of it by the phrase alone: every live file's path and what its content hashes to.
import { createHash } from 'node:crypto';
import { openBundleFile, whole } from '../../../cli/bundle-file.ts';
import { utf8 } from '../../../src/crypto/bytes.ts';
import { readFile } from '../../../src/crypto/nbk/read-file.ts';
import { readTree } from '../../../src/crypto/nbk/tree.ts';

/** Throws where a record or a content does not hold. */
export async function homeContent(bundle: string, phrase: string): Promise<ReadonlyMap<string, string>> {
  const file = await openBundleFile(bundle, () => Promise.resolve(utf8(phrase)));
  const { opened } = file;
  if (!opened) throw new Error('the backup is not open');
  const tree = whole(await readTree(opened));
  if (tree.damaged.length > 0) throw new Error(`${tree.damaged.length} records do not open`);
  const digests = new Map<string, string>();
  for (const { id, kind, path, trashed, fault } of tree.entries) {
    if (fault) throw new Error(`${path}: ${fault}`);
    if (kind !== 'file' || trashed) continue;
    const hash = createHash('sha256');
    for await (const piece of readFile(opened, id)) hash.update(whole(piece));
    digests.set(path, hash.digest('hex'));
  }
  await file.close();
  return digests;
}
