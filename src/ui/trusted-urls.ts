// Owns the page's default Trusted Types policy: the only script URLs that a string may become are this app's two workers.
// Loaded before anything else by each page; browsers without Trusted Types skip it.

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string | null }): unknown;
}

/** In a build the authority's file carries its hash. */
const OWN_WORKERS = /^\/(?:assets\/authority\.worker-[\w-]+\.js|service-worker\.js)$/;

/** The address when it is one of our workers, `null` (refused) otherwise. */
function ownWorkerUrl(text: string): string | null {
  const url = new URL(text, location.origin);
  return url.origin === location.origin && url.search === '' && OWN_WORKERS.test(url.pathname) ? url.href : null;
}

const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
trustedTypes?.createPolicy('default', { createScriptURL: ownWorkerUrl });

export {};
