// Owns the response headers: the same protection on every answer, and how long each file may be kept.
import { FRAME_POLICY, HEADER_POLICY, WORKER_POLICY } from './content-policy.ts';

const DENIED = ['accelerometer', 'autoplay', 'browsing-topics', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'hid',
  'magnetometer', 'microphone', 'midi', 'payment', 'serial', 'usb', 'xr-spatial-tracking'];
const OWN = ['clipboard-write', 'fullscreen', 'publickey-credentials-create', 'publickey-credentials-get'];

/** On every answer, errors included. */
export const PROTECTION: Readonly<Record<string, string>> = {
  'content-security-policy': HEADER_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': [...DENIED.map((name) => `${name}=()`), ...OWN.map((name) => `${name}=(self)`)].join(', '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The server's own pages: forms may lead on to the apps that sign-in answers go to, and nowhere else. */
export function pageHeaders({ origin, appOrigins }: { readonly origin: string; readonly appOrigins: readonly string[] }): Readonly<Record<string, string>> {
  const forms = ["'self'", ...new Set([origin, ...appOrigins])].join(' ');
  return {
    ...PROTECTION,
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
  };
}

/** Files under `/assets/` carry their hash in their name and never change; everything else is asked for again. */
export function cacheControlOf(path: string): string {
  return path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}

/** What a built file has of its own, by how its path begins. */
const OWN_PROTECTION: readonly (readonly [begins: string, headers: Readonly<Record<string, string>>])[] = [
  ['/assets/authority.worker-', { 'content-security-policy': WORKER_POLICY }],
  ['/frame.html', { 'content-security-policy': FRAME_POLICY }],
  // The one page that keeps its opener: it answers that page alone, and shows nothing of a home.
  ['/connect.html', { 'cross-origin-opener-policy': 'unsafe-none' }],
];

/** What protects a built file, where it is not as everywhere. */
export function protectionOf(path: string): Readonly<Record<string, string>> {
  return OWN_PROTECTION.find(([begins]) => path.startsWith(begins))?.[1] ?? {};
}
