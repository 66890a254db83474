// How a sign-in comes back from the provider's pages: to the tab that waits for it, over a channel of this origin; where none
// waits, to the app that then starts in this very tab. The answer leaves the address at once and is kept nowhere.

const CHANNEL = 'nexus.callback';
/** How long another tab may take to say that it has the answer. */
const TAKEN_MS = 1_500;

type Message = { readonly answer: string } | { readonly taken: true };

let kept: string | undefined;

/** The answer that this tab itself came back with, once. */
export function takeAnswer(): string | undefined {
  const answer = kept;
  kept = undefined;
  return answer;
}

/** Whether this tab came back with an answer that nobody has taken yet. */
export const hasAnswer = (): boolean => kept !== undefined;

/** Offers the answer to whichever tab waits; false, and kept for this one, where none does. */
export async function handOver(answer: string): Promise<boolean> {
  const channel = new BroadcastChannel(CHANNEL);
  const taken = await new Promise<boolean>((resolve) => {
    channel.addEventListener('message', ({ data }: MessageEvent<Partial<{ taken: true }> | null>) => { if (data?.taken === true) resolve(true); });
    setTimeout(resolve, TAKEN_MS, false);
    channel.postMessage({ answer } satisfies Message);
  });
  channel.close();
  if (!taken) kept = answer;
  return taken;
}

const stateIn = (query: string | undefined): string | null => new URLSearchParams(query).get('state');

/** Whether it came back from where `url` led: whoever sends a person to the callback page cannot know that attempt's `state`. */
export const isAnswerTo = (url: string | undefined, answer: string): boolean => stateIn(answer) !== null && stateIn(answer) === stateIn(URL.parse(url ?? '')?.search);

/** Hears answers to what waits in this tab, and leaves others to other tabs; the result stops it. */
export function awaitAnswer(isMine: (answer: string) => boolean, heard: (answer: string) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', ({ data }: MessageEvent<Partial<{ answer: unknown }> | null>) => {
    if (typeof data?.answer !== 'string' || !isMine(data.answer)) return;
    channel.postMessage({ taken: true } satisfies Message);
    heard(data.answer);
  });
  return () => { channel.close(); };
}
