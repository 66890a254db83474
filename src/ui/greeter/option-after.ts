// Where a key moves to in a row of options. Pure.

/** The index of the option that the key leads to; nothing where the key does not move. */
export function optionAfter(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight': case 'ArrowDown': return Math.min(count - 1, at + 1);
    case 'ArrowLeft': case 'ArrowUp': return Math.max(0, at - 1);
    case 'Home': return 0;
    case 'End': return count - 1;
    default: return undefined;
  }
}
