// Owns: handing a stream to the browser's downloads. The page keeps no bytes of it, and stays where it is.

/** Frames stay, since some browsers end a download with its frame; the oldest of many go. */
const FRAMES = 8;
const CLASS = 'nx-download';

/** Settles once streams can be handed over: on a first visit the service worker that does it may still be installing. */
export async function streamsReady(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration && !registration.active) await navigator.serviceWorker.ready;
}

/** Goes to the one-time address in a frame out of sight: an answer that is no download cannot take the page's place. */
export async function startDownload(url: string): Promise<void> {
  await streamsReady();
  const frames = document.querySelectorAll(`iframe.${CLASS}`);
  if (frames.length >= FRAMES) frames[0]?.remove();
  const frame = document.createElement('iframe');
  frame.className = CLASS;
  frame.hidden = true;
  frame.title = 'download';
  frame.setAttribute('aria-hidden', 'true');
  frame.src = url;
  document.body.append(frame);
}
