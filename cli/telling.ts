// What a command says: rows for people, JSON for programs, progress where a terminal looks on.

/** Control characters of a name must not move somebody's cursor. */
export const shown = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
export const sayJson = (value: unknown): void => say(JSON.stringify(value, undefined, 2));

const EVERY_MS = 250;

/** Overwrites one line on standard error; silent where that is no terminal. */
export function progressLine(what: string): { report(done: number, total: number): void; end(): void } {
  const { isTTY } = process.stderr;
  let last = 0;
  return {
    report(done, total) {
      if (!isTTY || Date.now() - last < EVERY_MS) return;
      last = Date.now();
      process.stderr.write(`\r${what}: ${total === 0 ? 100 : Math.floor((done / total) * 100)} %`);
    },
    end: () => void (isTTY && last > 0 && process.stderr.write('\r\u001b[K')),
  };
}
