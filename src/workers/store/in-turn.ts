// One piece of work after the other: what reads, decides and writes is not overtaken by another that does the same.

/** Runs a piece of work once those before it are over, however they ended. */
export type Turn = <T>(body: () => Promise<T>) => Promise<T>;

/** A queue of its own, with nothing in it yet. */
export function createTurn(): Turn {
  let last: Promise<unknown> = Promise.resolve();
  return (body) => {
    const run = last.then(body);
    last = run.catch(() => undefined);
    return run;
  };
}

/** A turn for each key; those of different keys do not wait for each other, and one that nobody waits in is forgotten. */
export function createTurns<Key>(): <T>(key: Key, body: () => Promise<T>) => Promise<T> {
  const turns = new Map<Key, { readonly turn: Turn; waiting: number }>();
  return async (key, body) => {
    const one = turns.get(key) ?? { turn: createTurn(), waiting: 0 };
    turns.set(key, one);
    one.waiting += 1;
    try {
      return await one.turn(body);
    } finally {
      one.waiting -= 1;
      if (one.waiting === 0) turns.delete(key);
    }
  };
}
