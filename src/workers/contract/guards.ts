// Small guards that compose: what crosses the door is structured-clone data, checked for shape and bounds before it is trusted.

export type Guard<T> = (value: unknown) => value is T;
type Fields<T> = { readonly [K in keyof T]-?: Guard<Exclude<T[K], undefined>> };
type OptionalKeys<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? K : never }[keyof T];

/** A plain object with exactly these fields; those in `optional` may be absent, and are never undefined. */
export function fields<T extends object>(guards: Fields<T>, ...optional: readonly OptionalKeys<T>[]): Guard<T> {
  const known = new Set(Object.keys(guards));
  const needed = Object.keys(guards).filter((key) => !(optional as readonly string[]).includes(key));
  return (value): value is T => {
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
    const keys = Object.keys(value);
    return needed.every((key) => Object.hasOwn(value, key))
      && keys.every((key) => known.has(key) && (guards as Record<string, Guard<unknown>>)[key]?.((value as Record<string, unknown>)[key]) === true);
  };
}

export const parsed = <T>(parse: (value: unknown) => T | undefined): Guard<T> => (value): value is T => parse(value) !== undefined;

export const oneOf = <const T extends string>(...values: readonly T[]): Guard<T> => (value): value is T => (values as readonly unknown[]).includes(value);

export const text = (maxChars: number): Guard<string> => (value): value is string => typeof value === 'string' && value.length <= maxChars && value.isWellFormed();

export const whole = (min: number, max: number): Guard<number> => (value): value is number => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;

export const truth: Guard<boolean> = (value): value is boolean => typeof value === 'boolean';

export const bytes = (max: number): Guard<Uint8Array<ArrayBuffer>> => (value): value is Uint8Array<ArrayBuffer> =>
  value instanceof Uint8Array && value.buffer instanceof ArrayBuffer && value.length <= max;

export const instance = <T>(kind: abstract new (...args: never[]) => T): Guard<T> => (value): value is T => value instanceof kind;

export const listOf = <T>(guard: Guard<T>, max: number, min = 0): Guard<readonly T[]> => (value): value is readonly T[] =>
  Array.isArray(value) && value.length >= min && value.length <= max && value.every(guard);

export const either = <A, B>(a: Guard<A>, b: Guard<B>): Guard<A | B> => (value): value is A | B => a(value) || b(value);

export const nothing: Guard<null> = (value): value is null => value === null;

/** Whether there is something to see: some letters look like nothing, fillers of Hangul and the Braille of no dot. */
export const isSeen = (value: string): boolean => /[^\p{Default_Ignorable_Code_Point}\p{Z}\p{M}\u2800]/u.test(value);
