// Tells the authority that somebody is there: at most every ten seconds, and only while a session is open. Idle is measured there.
import type { Client } from '../../workers/door/page/client.ts';

const EVERY_MS = 10_000;
/** How often the browser is asked whether somebody clicked or typed within a frame of an app: it says so for a second at least, and the page sees nothing of it. */
const LOOK_MS = 1_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Gives the way to stop. */
export function reportActivity(client: Client, clock: () => number): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const seen = (): void => {
    const at = clock();
    if (at - last < EVERY_MS && at >= last) return;
    last = at;
    void client.call.reportActivity({});
  };
  const { userActivation } = navigator as { readonly userActivation?: UserActivation };
  const looking = setInterval(() => { if (userActivation?.isActive) seen(); }, LOOK_MS);
  for (const sign of SIGNS) addEventListener(sign, seen, { passive: true, capture: true });
  return () => {
    clearInterval(looking);
    for (const sign of SIGNS) removeEventListener(sign, seen, { capture: true });
  };
}
