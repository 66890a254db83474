// Waiting in tests: ask again until the answer is there, and say what was waited for when it never comes.

const PATIENCE_MS = 20_000;
const PAUSE_MS = 40;

export interface Patience {
  readonly withinMs?: number;
  /** Between two questions. */
  readonly everyMs?: number;
  /** What the last answer was, for the message. */
  readonly state?: () => string;
}

/** The first answer that is neither `undefined` nor `false`. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false> | T | undefined | false, patience: Patience = {}): Promise<T> {
  const deadline = Date.now() + (patience.withinMs ?? PATIENCE_MS);
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}${patience.state ? ` (${patience.state()})` : ''}`);
    await new Promise((resolve) => { setTimeout(resolve, patience.everyMs ?? PAUSE_MS); });
  }
}
