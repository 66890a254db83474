// Prints a DPoP proof (RFC 9449) for one request: `node docs/dpop.mjs METHOD URL [TOKEN]`. The key lies in `dpop-key.json` beside
// where it is called; it is made by the first call. For trying the API by hand; an app keeps its key where it cannot be read.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = 'dpop-key.json';
if (!existsSync(FILE)) writeFileSync(FILE, JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })), { mode: 0o600 });
const key = createPrivateKey({ key: JSON.parse(readFileSync(FILE, 'utf8')), format: 'jwk' });
const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' });

const [method, url, token] = process.argv.slice(2);
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = { htm: method, htu: url, jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ...token ? { ath: createHash('sha256').update(token).digest('base64url') } : {} };
const text = `${part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })}.${part(claims)}`;
process.stdout.write(`${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}\n`);
