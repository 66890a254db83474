// An app's own part of the person's account, which it goes to itself: with a token for minutes and a key that never leaves this page
// (RFC 9449). What it keeps there it encrypts itself, or the server can read it (docs/apps.md, "The account's storage").
import type { Access, AppToken } from '../src/workers/contract/app-protocol.ts';
import type { Line } from './line.ts';

export interface AccountStorage {
  /** The one collection that the app has there. */
  readonly collection: string;
  /** What the server calls the person to this app. */
  readonly subject: string;
  /** A call of the storage API (docs/cloud-api.md), `path` as `/objects/<collection>/<id>`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

type Use = <T>(scope: Access['scopes'][number], work: (binding: string) => Promise<T>) => Promise<T>;

const utf8 = (text: string) => new TextEncoder().encode(text);
const base64Url = (bytes: ArrayBuffer | Uint8Array<ArrayBuffer>) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const digest = async (text: string) => base64Url(await crypto.subtle.digest('SHA-256', utf8(text)));
const part = (value: object) => base64Url(utf8(JSON.stringify(value)));

export async function openAccount(line: Line, scope: Access['scopes'][number], use: Use): Promise<AccountStorage> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  const jwk = { crv, kty, x, y };
  const jkt = await digest(JSON.stringify(jwk));
  const token = (): Promise<AppToken> => use(scope, (binding) => line.call('token', { binding, jkt }));

  /** Where this device's clock is wrong, the server wants a word of its own in place of the time. */
  let nonce: string | undefined;

  async function proof(method: string, { origin, pathname }: URL, access: string): Promise<string> {
    const claims = { jti: base64Url(crypto.getRandomValues(new Uint8Array(16))), htm: method, htu: origin + pathname, iat: Math.floor(Date.now() / 1000), ath: await digest(access), ...(nonce !== undefined && { nonce }) };
    const said = `${part({ typ: 'dpop+jwt', alg: 'ES256', jwk })}.${part(claims)}`;
    return `${said}.${base64Url(await crypto.subtle.sign(algorithm, privateKey, utf8(said)))}`;
  }

  async function send(path: string, init: RequestInit): Promise<Response> {
    const { token: access, api } = await token();
    const url = new URL(api + path);
    const headers = new Headers(init.headers);
    headers.set('authorization', `DPoP ${access}`);
    headers.set('dpop', await proof(init.method ?? 'GET', url, access));
    return fetch(url, { ...init, headers, credentials: 'omit' });
  }

  const { collection, subject } = await token();
  return {
    collection, subject,
    async fetch(path, init = {}) {
      const answer = await send(path, init);
      const asked = answer.status === 401 ? answer.headers.get('dpop-nonce') : null;
      if (asked === null) return answer;
      nonce = asked;
      // A body that comes piece by piece comes once: the next call has the word.
      return init.body instanceof ReadableStream ? answer : send(path, init);
    },
  };
}
