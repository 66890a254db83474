// Owns passkeys (WebAuthn): what is asked of the browser, and whether its answer holds. A challenge lives five minutes in the
// rows, used once.
import type { AuthenticationResponseJSON, AuthenticatorTransport, RegistrationResponseJSON } from '@simplewebauthn/server';
import { type CredentialStore, credentialAdapter } from '../oidc/credentials.ts';

/** The site that passkeys belong to. */
export interface Site { readonly origin: string; readonly host: string }

/** Loaded by the first who signs in so. */
const webauthn = () => import('@simplewebauthn/server');

const CHALLENGE_S = 300;
const PASSKEYS = 16;

/** One challenge for each sitting and purpose. */
function challenges(store: CredentialStore, sitting: string) {
  const adapter = credentialAdapter(store, 'Challenge');
  return {
    note: (challenge: string) => adapter.upsert(sitting, { jti: challenge }, CHALLENGE_S),
    async take(): Promise<string | undefined> {
      const found = await adapter.find(sitting);
      await adapter.destroy(sitting);
      return found ? found.jti : undefined;
    },
  };
}

async function passkeysOf({ rows }: CredentialStore, account: string) {
  const found = await rows.read((db) => db.selectFrom('passkeys').select(['id', 'transports']).where('account', '=', account).execute());
  return found.map(({ id, transports }) => ({ id, transports: JSON.parse(transports) as AuthenticatorTransport[] }));
}

export const hasPasskey = async (store: CredentialStore, account: string): Promise<boolean> => (await passkeysOf(store, account)).length > 0;

/** What `navigator.credentials.get` needs; any passkey of this site may answer. */
export async function signInOptions(store: CredentialStore, site: Site, sitting: string) {
  const options = await (await webauthn()).generateAuthenticationOptions({ rpID: site.host, userVerification: 'preferred' });
  await challenges(store, `use ${sitting}`).note(options.challenge);
  return options;
}

/** The account that the answer signs in; undefined where it does not hold. */
export async function signInWith(store: CredentialStore, site: Site, sitting: string, response: AuthenticationResponseJSON | null | undefined): Promise<string | undefined> {
  const challenge = await challenges(store, `use ${sitting}`).take();
  const id = typeof response?.id === 'string' ? response.id : '';
  const known = await store.rows.read((db) => db.selectFrom('passkeys').selectAll().where('id', '=', id).executeTakeFirst());
  if (challenge === undefined || !known || !response) return undefined;
  const { verified, authenticationInfo } = await (await webauthn()).verifyAuthenticationResponse({
    response, expectedChallenge: challenge, expectedOrigin: site.origin, expectedRPID: site.host, requireUserVerification: false,
    credential: { id: known.id, publicKey: Uint8Array.from(known.public_key), counter: known.counter },
  }).catch(() => ({ verified: false, authenticationInfo: undefined }));
  if (!verified || !authenticationInfo) return undefined;
  await store.rows.write((tx) => tx.updateTable('passkeys').set({ counter: authenticationInfo.newCounter }).where('id', '=', known.id).execute());
  return known.account;
}

/** What `navigator.credentials.create` needs. */
export async function addOptions(store: CredentialStore, site: Site, sitting: string, account: { readonly id: string; readonly name: string }) {
  const options = await (await webauthn()).generateRegistrationOptions({
    rpName: 'NexusAccount', rpID: site.host, userName: account.name, userID: new Uint8Array(Buffer.from(account.id, 'hex')), attestationType: 'none',
    excludeCredentials: await passkeysOf(store, account.id), authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
  });
  await challenges(store, `add ${sitting}`).note(options.challenge);
  return options;
}

/** Keeps the new passkey; false where the answer does not hold. */
export async function addPasskey(store: CredentialStore, site: Site, sitting: string, { account, response }: { account: string; response: RegistrationResponseJSON }): Promise<boolean> {
  const challenge = await challenges(store, `add ${sitting}`).take();
  if (challenge === undefined || (await passkeysOf(store, account)).length >= PASSKEYS) return false;
  const { verified, registrationInfo } = await (await webauthn()).verifyRegistrationResponse({
    response, expectedChallenge: challenge, expectedOrigin: site.origin, expectedRPID: site.host, requireUserVerification: false,
  }).catch(() => ({ verified: false, registrationInfo: undefined }));
  if (!verified || !registrationInfo) return false;
  const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
  await store.rows.write((tx) => tx.insertInto('passkeys').values({
    id, account, public_key: Buffer.from(publicKey), counter, transports: JSON.stringify(transports), created_at: store.clock(),
  }).onConflict((conflict) => conflict.doNothing()).execute());
  return true;
}
