// Owns what the server's log may say. Nothing secret can be in it, since only these fields are ever taken: no header, no
// body, no address with its ids, no error's own words.
import { type Logger, pino } from 'pino';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type Level = (typeof LEVELS)[number];
export const isLevel = (text: string): text is Level => (LEVELS as readonly string[]).includes(text);

interface Failure { readonly name?: unknown; readonly code?: unknown; readonly stack?: unknown }

/** An error's kind, code and where it was thrown; its message may quote values. */
export function failureFields(failure: unknown): Readonly<Record<string, unknown>> {
  const { name, code, stack } = (failure ?? {}) as Failure;
  const at = String(stack ?? '').split('\n').map((line) => /^\s+at (.+)$/.exec(line)?.[1]).filter((line) => line !== undefined).slice(0, 8);
  return { name: String(name ?? typeof failure), ...code === undefined ? {} : { code: String(code) }, at };
}

const nothing = () => ({});

/** Lines of JSON on standard error, or wherever `destination` writes. */
export function createLog(level: Level, destination: { write(line: string): void } = process.stderr): Logger {
  return pino({
    level, base: null, timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { failure: failureFields, err: failureFields, req: nothing, res: nothing, request: nothing, reply: nothing },
  }, destination);
}
