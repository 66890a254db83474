// Owns the content security policy of every page and worker; the server sends it, the build writes it into each page
// for hosts that send no headers. What each line keeps out is told in docs/security.md.

/** `default` admits this app's own worker files alone (src/ui/trusted-urls.ts); `lit-html` makes the templates of Lit. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' blob: data:",
  'media-src': "'self'",
  'font-src': "'self'",
  'connect-src': "'self'",
  'manifest-src': "'self'",
  'frame-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': 'lit-html default',
};

/** The authority's worker alone speaks to other servers: sign-in providers that a person added. No page does. */
const WORKER_CONNECT = "'self' https: http://localhost:* http://127.0.0.1:*";

/** A `<meta>` may not carry these; browsers would warn and ignore them. */
const HEADER_ONLY: readonly string[] = ['frame-ancestors'];

const written = (entries: [string, string][]) => entries.map(([name, value]) => `${name} ${value}`).join('; ');

/** The policy as a response header. */
export const HEADER_POLICY = written(Object.entries(DIRECTIVES));

/** The policy that goes with the authority's worker file. */
export const WORKER_POLICY = written(Object.entries({ ...DIRECTIVES, 'connect-src': WORKER_CONNECT }));

/** What an embedded app may load: what it holds itself, and nothing from anywhere. */
const FRAME: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'style-src': "'unsafe-inline'",
  'img-src': 'data: blob:',
  'media-src': 'data: blob:',
  'font-src': 'data: blob:',
  'connect-src': "'none'",
  'worker-src': "'none'",
  'frame-src': "'none'",
  'object-src': "'none'",
  'form-action': "'none'",
  'base-uri': "'none'",
};

/**
 * The two policies in `/frame.html`, which both have to allow a script: one starts the page's own script by its hash and what that
 * makes, the other nothing that has an address of another place. Frames within inherit both, so nothing starts there but that script.
 */
export const framePolicies = (scriptHash: string): readonly string[] => [
  written(Object.entries({ ...FRAME, 'script-src': `'sha256-${scriptHash}' 'strict-dynamic'` })),
  "script-src 'unsafe-inline' blob:",
];

/** The policy that goes with `/frame.html`: an origin of its own that is nobody's, shown by our pages alone. */
export const FRAME_POLICY = "sandbox allow-scripts; frame-ancestors 'self'";

/** The policy as `<meta http-equiv>`. */
export const META_POLICY = written(Object.entries(DIRECTIVES).filter(([name]) => !HEADER_ONLY.includes(name)));
