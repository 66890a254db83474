// Owns: which entries are chosen and which one has the focus, as plain data with pure steps. Not how they are drawn.
import type { NodeId } from '../../workers/contract/ids.ts';

export interface Selection {
  readonly ids: ReadonlySet<NodeId>;
  /** Where a range starts. */
  readonly anchor?: NodeId;
  /** The one that the keyboard is on. */
  readonly focus?: NodeId;
}

export const NOTHING: Selection = { ids: new Set() };

export const selectOnly = (id: NodeId): Selection => ({ ids: new Set([id]), anchor: id, focus: id });

export function toggle(selection: Selection, id: NodeId): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id, focus: id };
}

/** From the anchor to `id`, in the order shown; what was chosen before is let go. */
export function rangeTo(selection: Selection, order: readonly NodeId[], id: NodeId): Selection {
  const from = selection.anchor === undefined ? 0 : Math.max(0, order.indexOf(selection.anchor));
  const to = order.indexOf(id);
  if (to < 0) return selection;
  const ids = new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1));
  const anchor = order[from];
  return { ids, focus: id, ...(anchor !== undefined && { anchor }) };
}

export function selectAll(selection: Selection, order: readonly NodeId[]): Selection {
  return { ...selection, ids: new Set(order) };
}

/** After a change: what is gone is no longer chosen, and the focus goes to its neighbour. */
export function retain(selection: Selection, before: readonly NodeId[], after: readonly NodeId[]): Selection {
  const there = new Set(after);
  const ids = new Set([...selection.ids].filter((id) => there.has(id)));
  const focus = selection.focus === undefined || there.has(selection.focus) ? selection.focus : neighbour(selection.focus, before, after);
  const anchor = selection.anchor !== undefined && there.has(selection.anchor) ? selection.anchor : focus;
  return { ids, ...(focus !== undefined && { focus }), ...(anchor !== undefined && { anchor }) };
}

function neighbour(gone: NodeId, before: readonly NodeId[], after: readonly NodeId[]): NodeId | undefined {
  const at = Math.max(0, before.indexOf(gone));
  return after[Math.min(at, after.length - 1)];
}
