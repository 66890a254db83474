// Owns the response headers: the same protection on every answer, and how long each file may be kept.
import { HEADER_POLICY, WORKER_POLICY } from './content-policy.ts';

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

/** The policy of a built file. */
export function policyOf(path: string): string {
  return path.startsWith('/assets/authority.worker-') ? WORKER_POLICY : HEADER_POLICY;
}
