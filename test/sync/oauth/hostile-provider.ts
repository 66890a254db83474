// An OpenID provider on a real port that a test can make lie: every answer is right until it is told otherwise.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';

type Claims = Readonly<Record<string, unknown>>;

export interface Lies {
  /** Instead of the answer of this path. */
  readonly answer?: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>>;
  readonly metadata?: Claims;
  readonly claims?: Claims;
  /** Signs by a key that its list does not have. */
  readonly foreignKey?: boolean;
  readonly unsigned?: boolean;
}

export interface HostileProvider {
  readonly issuer: string;
  lies: Lies;
  /** The nonce that the next `id_token` carries. */
  nonce: string;
  /** Forms that came to the token endpoint. */
  readonly forms: URLSearchParams[];
  readonly hits: Map<string, number>;
  close(): Promise<void>;
}

const keys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export async function startHostileProvider(): Promise<HostileProvider> {
  const [own, foreign] = [keys(), keys()];
  const jwk = { ...await exportJWK(own.publicKey), alg: 'ES256', kid: 'own', use: 'sig' };

  async function idToken(): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: provider.issuer, sub: 'ada', aud: 'nexus', iat: now, exp: now + 300, nonce: provider.nonce, preferred_username: 'Ada', ...provider.lies.claims };
    if (provider.lies.unsigned) return new UnsecuredJWT(claims).encode();
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'own' }).sign(provider.lies.foreignKey ? foreign.privateKey : own.privateKey);
  }

  const json = (response: ServerResponse, body: unknown, status = 200) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const bodyOf = async (request: IncomingMessage) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    return new URLSearchParams(text);
  };

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    provider.hits.set(path, (provider.hits.get(path) ?? 0) + 1);
    const lie = provider.lies.answer?.[path];
    if (lie) return lie(request, response);
    void (async () => {
      const { issuer } = provider;
      if (path === '/.well-known/openid-configuration') {
        return json(response, {
          issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`, revocation_endpoint: `${issuer}/revoke`,
          device_authorization_endpoint: `${issuer}/device`, id_token_signing_alg_values_supported: ['ES256', 'none'], dpop_signing_alg_values_supported: ['ES256'],
          authorization_response_iss_parameter_supported: true, response_types_supported: ['code'], ...provider.lies.metadata,
        });
      }
      if (path === '/jwks') return json(response, { keys: [jwk] });
      if (path === '/device') return json(response, { device_code: 'd', user_code: 'ABCD-EFGH', verification_uri: `${issuer}/code`, expires_in: 600 });
      if (path === '/token') {
        provider.forms.push(await bodyOf(request));
        return json(response, { access_token: randomBytes(8).toString('hex'), token_type: 'DPoP', expires_in: 300, refresh_token: 'r', id_token: await idToken() });
      }
      return json(response, {}, path === '/revoke' ? 200 : 404);
    })();
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const provider: HostileProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lies: {}, nonce: '', forms: [], hits: new Map(),
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
  return provider;
}
