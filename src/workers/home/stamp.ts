// Who changed what of a node, and when: one clock for the last change, and the earlier ones of the other field groups
// (docs/formats.md, "The tree").
import type { Bytes } from '../../crypto/bytes.ts';
import { type Clock, CLOCK_GROUPS, type ClockGroup, type GroupClock, type HomeNode } from '../../crypto/node.ts';

/** `node`, changed in `group` now. */
export function stamped<N extends HomeNode>(node: N, group: ClockGroup, { clock, device }: { readonly clock: Clock; readonly device: Bytes }): N {
  const before: GroupClock = [...node.clock, node.device];
  const others = CLOCK_GROUPS.filter((one) => one !== group).map((one) => [one, node.clocks?.[one] ?? before] as const);
  return { ...node, clock, device, clocks: Object.fromEntries(others) };
}
