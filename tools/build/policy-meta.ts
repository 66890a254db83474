// Writes the content security policy into each page, right after its charset, for hosts that send no headers.
import type { Plugin } from 'vite';

const AFTER = '<meta charset="utf-8">';

export function policyMeta(policy: string): Plugin {
  return {
    name: 'nexus:policy-meta',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        if (!html.includes(AFTER)) throw new Error(`a page does not begin with ${AFTER}`);
        return html.replace(AFTER, () => `${AFTER}\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`);
      },
    },
  };
}
