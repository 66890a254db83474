// Owns: the arithmetic of a long grid: which rows are drawn, where the keyboard goes, how far to scroll. Draws nothing.

export interface GridShape {
  readonly count: number;
  readonly columns: number;
  readonly rowHeight: number;
}

export interface Viewport {
  readonly top: number;
  readonly height: number;
}

interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

const SPARE_ROWS = 8;

export const rowsOf = (shape: GridShape): number => Math.ceil(shape.count / shape.columns);

/** The rows in sight and a few more on either side. */
export function windowOf(shape: GridShape, view: Viewport): RowWindow {
  const rows = rowsOf(shape);
  const first = Math.floor(view.top / shape.rowHeight) - SPARE_ROWS;
  const end = Math.ceil((view.top + view.height) / shape.rowHeight) + SPARE_ROWS;
  return { first: Math.max(0, Math.min(first, rows)), end: Math.max(0, Math.min(end, rows)) };
}

/** The least scrolling that brings the entry into sight. */
export function topToShow(shape: GridShape, view: Viewport, index: number): number {
  const start = Math.floor(index / shape.columns) * shape.rowHeight;
  if (start < view.top) return start;
  const overhang = start + shape.rowHeight - (view.top + view.height);
  return overhang > 0 ? view.top + overhang : view.top;
}

/** Where a key takes the keyboard from `index`; undefined where it does not move it. */
export function stepOf(key: string, index: number, shape: GridShape, view: Viewport): number | undefined {
  const page = Math.max(1, Math.floor(view.height / shape.rowHeight) - 1) * shape.columns;
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: shape.columns, ArrowUp: -shape.columns, PageDown: page, PageUp: -page,
    Home: -shape.count, End: shape.count, ...(shape.columns > 1 && { ArrowRight: 1, ArrowLeft: -1 }),
  };
  const step = steps[key];
  if (step === undefined || shape.count === 0) return undefined;
  const target = index + step;
  const sameColumn = Math.abs(step) === shape.columns && (target < 0 || (target >= shape.count && !reachesLastRow(index, shape)));
  return sameColumn ? index : Math.max(0, Math.min(shape.count - 1, target));
}

/** One row above a last row that is not full: down goes to its end. */
function reachesLastRow(index: number, shape: GridShape): boolean {
  return Math.floor(index / shape.columns) < rowsOf(shape) - 1;
}
