// How two versions of one node become one, whatever was changed on either side: alike from both sides, each group from whoever changed
// it later, and never back.
import { assert } from 'chai';
import fc from 'fast-check';
import { CLOCK_GROUPS, type ClockGroup, type FileNode, type GroupClock, type HomeNode, MAX_VERSIONS } from '../../../src/crypto/node.ts';
import { clocksOf, compareClocks, type GroupClocks, laterOf, withClocks } from '../../../src/workers/home/group-clocks.ts';
import { isContested, type Kinship, mergeNodes } from '../../../src/workers/home/merge.ts';

const bytes16 = (first: number) => new Uint8Array(16).fill(first);
const ROOT = bytes16(9);
const BEFORE: GroupClock = [100, 0, bytes16(1)];

/** One clock means one state: everything in a group follows from when it was changed, and by whom. */
function nodeAt(clocks: GroupClocks): FileNode {
  const named = ([ms, counter, device]: GroupClock): number => ms * 100 + counter * 10 + device[0]!;
  const [place, content, trash] = CLOCK_GROUPS.map((group) => named(clocks[group])) as [number, number, number];
  const node: HomeNode = {
    kind: 'file', id: bytes16(7), parent: ROOT, name: `at ${place}`, clock: [0, 0], device: bytes16(0), mediaType: 'text/plain',
    content: { fileId: bytes16(content % 256), size: content, modified: content, extents: [] },
    versions: clocks.content === BEFORE ? [] : [{ fileId: bytes16(0), size: named(BEFORE), modified: 1, extents: [], device: bytes16(1) }],
    ...(trash % 2 === 1 && { trashed: trash }),
  };
  return withClocks(node, clocks);
}

/** What one device changed since both agreed, later than that by its own clock. */
const changesBy = (device: number) => fc.record(Object.fromEntries(CLOCK_GROUPS.map((group) => [group, fc.option(fc.tuple(fc.integer({ min: 101, max: 105 }), fc.integer({ min: 0, max: 2 })), { nil: undefined })])) as Record<ClockGroup, fc.Arbitrary<[number, number] | undefined>>)
  .map((changed) => nodeAt(Object.fromEntries(CLOCK_GROUPS.map((group) => [group, changed[group] ? [...changed[group], bytes16(device)] : BEFORE])) as unknown as GroupClocks));

const sides = fc.record({ a: changesBy(2), b: changesBy(3), kinship: fc.constantFrom<Kinship>('same', 'descends', 'apart') });
const base = clocksOf(nodeAt({ place: BEFORE, content: BEFORE, trash: BEFORE }));

describe('merging two versions of a node', () => {
  it('comes to the same from both sides', () => {
    fc.assert(fc.property(sides, ({ a, b, kinship }) => {
      const [here, there] = [mergeNodes({ local: a, remote: b, base }, kinship), mergeNodes({ local: b, remote: a, base }, kinship)];
      assert.deepEqual(here.node, there.node);
      assert.deepEqual(here.loser, there.loser);
    }));
  });

  it('takes each group whole from whoever changed it later, and no clock back', () => {
    fc.assert(fc.property(sides, ({ a, b, kinship }) => {
      const { node } = mergeNodes({ local: a, remote: b, base }, kinship);
      const [ours, theirs, merged] = [a, b, node].map(clocksOf) as [GroupClocks, GroupClocks, GroupClocks];
      for (const group of CLOCK_GROUPS) assert.isAtLeast(compareClocks(merged[group], laterOf(ours[group], theirs[group])), 0);
      assert.equal(node.name, (compareClocks(ours.place, theirs.place) > 0 ? a : b).name);
      const later = compareClocks(ours.content, theirs.content) > 0 ? a : b;
      assert.deepEqual((node as FileNode).content, later.content);
    }));
  });

  describe('where two devices brought versions together, each others, by the same clock', () => {
    const UNITED: GroupClock = [200, 1, bytes16(0)];
    const clocks = { place: BEFORE, content: UNITED, trash: BEFORE };
    const united = (...modified: readonly number[]): FileNode => ({ ...nodeAt(clocks), versions: modified.map((when) => ({ fileId: bytes16(when), size: when, modified: when, extents: [], device: bytes16(1) })) });
    const kept = (node: HomeNode) => (node as FileNode).versions.map(({ modified }) => modified);
    const known = { base: clocksOf(nodeAt({ place: BEFORE, content: BEFORE, trash: BEFORE })) };

    it('keeps those of both, alike from both sides, and says so by a later clock', () => {
      const [a, b] = [united(9, 7, 3), united(9, 8, 3)];
      const [here, there] = [mergeNodes({ local: a, remote: b, ...known }, 'descends'), mergeNodes({ local: b, remote: a, ...known }, 'descends')];
      assert.deepEqual(here.node, there.node);
      assert.deepEqual(kept(here.node), [9, 8, 7, 3]);
      assert.isFalse(here.asRemote);
      assert.isAbove(compareClocks(clocksOf(here.node).content, UNITED), 0);
      assert.isTrue(mergeNodes({ local: b, remote: here.node, ...known }, 'descends').asRemote);
    });

    it('takes the other side where that has all of them, or newer ones fill it', () => {
      const full = Array.from({ length: MAX_VERSIONS }, (_, at) => 200 - at);
      for (const [mine, theirs] of [[[3], [9, 3]], [[9, 3], [9, 3]], [[5, 4], full]] as const) {
        const { node, asRemote } = mergeNodes({ local: united(...mine), remote: united(...theirs), ...known }, 'descends');
        assert.deepEqual(kept(node), [...theirs]);
        assert.isTrue(asRemote);
      }
    });

    it('does not do so for what a device wrote, whose clock means one state', () => {
      const by = (node: FileNode): FileNode => withClocks(node, { ...clocks, content: [200, 1, bytes16(2)] });
      assert.isTrue(mergeNodes({ local: by(united(9, 7)), remote: by(united(9, 8)), ...known }, 'descends').asRemote);
    });
  });

  it('changes nothing more where one side hears of what came of it', () => {
    fc.assert(fc.property(sides, ({ a, b, kinship }) => {
      const { node } = mergeNodes({ local: a, remote: b, base }, kinship);
      const again = mergeNodes({ local: b, remote: node, base: clocksOf(b) }, 'descends');
      assert.deepEqual(again.node, node);
      assert.isTrue(again.asRemote);
      assert.isUndefined(again.loser);
    }));
  });

  it('keeps what gives way as a file of its own where both changed the content apart, and nowhere else', () => {
    fc.assert(fc.property(sides, ({ a, b, kinship }) => {
      const both = [a, b].every((node) => compareClocks(clocksOf(node).content, base.content) !== 0);
      assert.equal(isContested({ local: a, remote: b, base }), both);
      assert.equal(mergeNodes({ local: a, remote: b, base }, kinship).loser !== undefined, both && kinship === 'apart');
    }));
  });

  it('leaves in the trash only what was not changed by who did not know', () => {
    fc.assert(fc.property(sides, ({ a, b, kinship }) => {
      const { node } = mergeNodes({ local: a, remote: b, base }, kinship);
      const [ours, theirs] = [clocksOf(a), clocksOf(b)];
      const [kept, other] = compareClocks(ours.trash, theirs.trash) > 0 ? [a, b] : [b, a];
      const isNews = compareClocks(clocksOf(kept).trash, base.trash) !== 0 && compareClocks(clocksOf(other).content, base.content) !== 0;
      assert.equal(node.trashed, isNews ? undefined : kept.trashed);
    }));
  });
});
