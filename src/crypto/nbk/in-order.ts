// Work on several things at once, results in the order of the things: how digests and ciphers keep every core busy.

/** Yields `work(item)` in order with at most `limit` under way; stops starting when the consumer stops. */
export async function* inOrder<T, R>(items: Iterable<T>, limit: number, work: (item: T) => Promise<R>): AsyncGenerator<R, void, undefined> {
  const running: Promise<R>[] = [];
  try {
    for (const item of items) {
      const result = work(item);
      // Told when its turn comes; until then an early rejection is not an unheard one.
      result.catch(() => undefined);
      running.push(result);
      if (running.length >= limit) yield await running.shift()!;
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    // A failure ends the generator while others still run: they end on their own, and nobody is left to hear them.
    await Promise.allSettled(running);
  }
}

/** Each item of each batch. */
export async function* flat<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T, void, undefined> {
  for await (const batch of batches) yield* batch;
}
