// So many bytes at once: whoever wants more waits, in the order of asking.

export interface ByteBudget {
  /** Resolves, to as many as were asked for, when they are free. */
  take(bytes: number): Promise<number>;
  give(bytes: number): void;
}

/** Nobody may ask for more than `most`. */
export function createByteBudget(most: number): ByteBudget {
  let free = most;
  const waiting: { readonly bytes: number; readonly go: (bytes: number) => void }[] = [];

  function serve(): void {
    for (let [first] = waiting; first && first.bytes <= free; [first] = waiting) {
      free -= first.bytes;
      waiting.shift();
      first.go(first.bytes);
    }
  }

  return {
    take: (bytes) => new Promise((go) => {
      waiting.push({ bytes, go });
      serve();
    }),
    give(bytes) {
      free += bytes;
      serve();
    },
  };
}
