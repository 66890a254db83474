// Under Trusted Types a worker's URL must pass a policy: only scripts of this origin that the app itself names do.
// The types are not in lib.dom yet (W3C Trusted Types).
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

let allowed = false;

export function allowOwnScripts(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (allowed || !trustedTypes) return;
  allowed = true;
  trustedTypes.createPolicy('default', {
    createScriptURL(url) {
      const { origin, pathname } = new URL(url, location.href);
      const own = origin === location.origin && (pathname === '/service-worker.js' || pathname.startsWith('/assets/'));
      if (!own) throw new TypeError('not a script of this app');
      return url;
    },
  });
}
