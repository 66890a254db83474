// A word to the service worker while a stream runs: a fetch event is what keeps the browser from ending it, messages on
// a line do not. It carries nothing, and where no service worker hears it there is no stream either.
import { STREAM_PATH } from '../../contract/relay.ts';

/** Asks the relay for nothing; it answers 204. */
export async function nudgeRelay(): Promise<void> {
  await fetch(STREAM_PATH, { cache: 'no-store' }).catch(() => undefined);
}
