// What a folder of blobs does with the memory of what it keeps.
import { assert } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { blobName } from '../../../server/blobs/blobs.ts';
import { openFolder } from '../../../server/blobs/folder.ts';

describe('a folder of blobs', () => {
  let root: string;
  beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'nexus-folder-')); });
  afterEach(() => { rmSync(root, { recursive: true }); });

  it('gives back what lies on the disk, and of memory that others share nothing', async () => {
    const blobs = await openFolder(root);
    const shared = Buffer.alloc(300_000, 7);
    const own = [Buffer.alloc(200_000, 1), Buffer.alloc(400_000, 2)];
    const pieces = [own[0]!, shared.subarray(100_000, 200_000), own[1]!];
    const whole = Buffer.concat(pieces);
    const name = blobName(0, new Uint8Array(16));
    await blobs.put(name, Readable.from(pieces), whole.length);
    assert.deepEqual(own.map(({ byteLength }) => byteLength), [0, 0]);
    assert.isTrue(shared.every((byte) => byte === 7));
    assert.lengthOf(shared, 300_000);
    assert.isTrue(whole.equals(await buffer((await blobs.get(name))!)));
  });
});
