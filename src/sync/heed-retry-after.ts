// A server that says when it wants to be asked again (Retry-After) is asked nothing until then: what would go meanwhile fails at once, as
// where nobody answers, and whoever waits comes again as they do then.
import { err } from '../result.ts';
import type { Send } from './cloud-client.ts';

/** However long a server asks for. */
const LONGEST_MS = 5 * 60_000;
/** A server in trouble names a wait with 503 too: that passes, and trying again is what back-off and second tries are for. */
const TOO_MANY = 429;

/** In seconds, or as a date of the one form that is made today; undefined where it is neither. */
function waitOf(said: string | null, now: number): number | undefined {
  if (said === null) return undefined;
  if (/^\d+$/.test(said)) return Number(said) * 1000;
  const at = Date.parse(said);
  return Number.isNaN(at) || new Date(at).toUTCString() !== said ? undefined : at - now;
}

function createGate(clock: () => number) {
  let until = -Infinity;
  return {
    isClosed() {
      const left = until - clock();
      // More is left than anybody asked for: the clock was set back.
      return left > 0 && left <= LONGEST_MS;
    },
    heed({ status, headers }: Response): void {
      const ms = status === TOO_MANY ? waitOf(headers.get('retry-after'), clock()) : undefined;
      if (ms !== undefined) until = clock() + Math.min(ms, LONGEST_MS);
    },
  };
}

/** For every way to one account: what one of them is told, all heed. */
export function heedRetryAfter(clock: () => number): (send: Send) => Send {
  const all = createGate(clock);
  // That an account has as many event streams as it may is no word about anything else.
  const streams = createGate(clock);
  return (send) => async (request) => {
    const own = request.pace === 'lasting' ? streams : all;
    if (all.isClosed() || own.isClosed()) return err('unreachable');
    const answer = await send(request);
    if (answer.ok) own.heed(answer.value);
    return answer;
  };
}
