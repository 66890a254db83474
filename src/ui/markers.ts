// Console markers for self-tests: the one module of the pages that writes to the console. Ids only, never a name; off unless the
// address asks for them by `?markers` or it is the self-test's page; at most a hundred a minute.
const PER_MINUTE = 100;

function wanted(): boolean {
  return new URLSearchParams(location.search).has('markers') || /^\/selftest(\.html)?$/.test(location.pathname);
}

let windowStart = Number.NEGATIVE_INFINITY;
let written = 0;

/** Writes a marker of something that this code saw happen. */
export function mark(marker: string): void {
  if (!wanted()) return;
  const at = performance.now();
  if (at - windowStart > 60_000) [windowStart, written] = [at, 0];
  written += 1;
  if (written <= PER_MINUTE) console.info(marker);
}
