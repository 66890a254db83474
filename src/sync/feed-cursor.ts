// A cursor of the feed: `<generation>.<number>`, the life of the server that numbers changes, and the last one that was read.

/** Apart. */
export function positionOf(cursor: string): { readonly generation: string; readonly seq: number } {
  const [generation = '', seq] = cursor.split('.');
  return { generation, seq: Number(seq) };
}

/** Whether `cursor` is of another life than `before`, or of an earlier time of the same. */
export function wentBack(before: string, cursor: string): boolean {
  const [then, now] = [positionOf(before), positionOf(cursor)];
  return then.generation !== now.generation || now.seq < then.seq;
}
