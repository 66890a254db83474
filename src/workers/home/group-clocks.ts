// The clocks of a node's field groups: place, content, trash (docs/formats.md, "The tree").
import type { Bytes } from '../../crypto/bytes.ts';
import { type Clock, CLOCK_GROUPS, type ClockGroup, type GroupClock, type HomeNode } from '../../crypto/node.ts';

export type GroupClocks = Readonly<Record<ClockGroup, GroupClock>>;

/** Whose changes are mends that every device makes alike: of two at the same moment, a person's own counts. */
const NOBODY: Bytes = new Uint8Array(16);

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return 0;
}

/** Negative where `a` is earlier; 0 only for one and the same change. */
export const compareClocks = (a: GroupClock, b: GroupClock): number => a[0] - b[0] || a[1] - b[1] || compareBytes(a[2], b[2]);

export const laterOf = (a: GroupClock, b: GroupClock): GroupClock => (compareClocks(a, b) > 0 ? a : b);

/** Every group's clock; one that the record does not name is that of the last change. */
export function clocksOf({ clock, device, clocks }: Pick<HomeNode, 'clock' | 'device' | 'clocks'>): GroupClocks {
  const last: GroupClock = [...clock, device];
  return { place: clocks?.place ?? last, content: clocks?.content ?? last, trash: clocks?.trash ?? last };
}

/** `node` with these clocks, written as a record has them: the latest as its own, the others by group. */
export function withClocks<N extends HomeNode>({ clocks: _, ...node }: N, groups: GroupClocks): N {
  const last = CLOCK_GROUPS.map((group) => groups[group]).reduce(laterOf);
  const others = CLOCK_GROUPS.filter((group) => compareClocks(groups[group], last) !== 0).map((group) => [group, groups[group]] as const);
  const clock: Clock = [last[0], last[1]];
  return { ...node, clock, device: last[2], ...(others.length > 0 && { clocks: Object.fromEntries(others) }) } as unknown as N;
}

/** Whether it is of a mend: two devices that mended from different states say so by the same clock. */
export const isNobodys = ([, , device]: GroupClock): boolean => compareBytes(device, NOBODY) === 0;

/** Just after a change, and the same on every device: what mends what two changes did together. */
export const justAfter = ([ms, counter]: GroupClock): GroupClock => [ms, counter + 1, NOBODY];
