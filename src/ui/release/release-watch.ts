// Registers the service worker and hears of a release that waits. Whether it is taken is the person's word, never ours.
import { BehaviorSubject, type Observable } from 'rxjs';
import type { TakeRelease } from '../../workers/contract/relay.ts';

/** `unsupported`: this browser or address has no service workers; Nexus works, but not without a network. */
export type ReleaseState = 'none' | 'waiting' | 'taking' | 'unsupported';

const state = new BehaviorSubject<ReleaseState>('none');
let take: () => void = () => undefined;

export const releaseState: Observable<ReleaseState> = state;

/** The very first release waits for a moment as well where the browser is busy: it takes the place of none, and soon waits no more. */
async function offer(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration?.active && registration.waiting) state.next('waiting');
}

/** Starts to watch; once a page. */
export async function watchReleases(): Promise<void> {
  if (!('serviceWorker' in navigator)) {
    state.next('unsupported');
    return;
  }
  const { Workbox } = await import('workbox-window');
  const workbox = new Workbox('/service-worker.js');
  workbox.addEventListener('waiting', () => { void offer(); });
  workbox.addEventListener('controlling', (event) => { if (event.isUpdate === true) location.reload(); });
  take = () => {
    state.next('taking');
    const message: TakeRelease = { type: 'release.take' };
    void workbox.messageSW(message);
  };
  await workbox.register().catch(() => { state.next('unsupported'); });
}

/** The person said yes: the waiting release takes over and every page of ours reloads. */
export function takeRelease(): void {
  take();
}

/** Asks whether there is a newer release; false where nobody could be asked. */
export async function lookForRelease(): Promise<boolean> {
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration === undefined) return false;
  return registration.update().then(() => true, () => false);
}
