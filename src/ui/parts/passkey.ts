// A passkey as a way into a home: WebAuthn with the PRF extension (W3C Web Authentication Level 3). What it gives exists in the page
// alone, is handed to the authority once as bytes, and zeroed there; no server takes part.
import type { PasskeyHint } from '../../workers/contract/device.ts';
import type { SecretBytes } from '../../workers/contract/home.ts';

const SALT_BYTES = 32;
const PRF_BYTES = 32;
/** ES256 and EdDSA, RS256 for older Windows; the signature itself is not used. */
const ALGORITHMS = [-7, -8, -257];

export interface NewPasskey {
  readonly prf: SecretBytes;
  readonly cred: SecretBytes;
  readonly salt: SecretBytes;
}

interface PrfResults { readonly prf?: { readonly enabled?: boolean; readonly results?: { readonly first?: BufferSource } } }

/** Whether this browser has passkeys at all; whether they have PRF shows when one is made. */
export const passkeysThere = (): boolean => 'PublicKeyCredential' in globalThis && isSecureContext;

const challenge = (): SecretBytes => crypto.getRandomValues(new Uint8Array(32));

function prfOf(credential: PublicKeyCredential): SecretBytes | undefined {
  const { prf } = credential.getClientExtensionResults() as PrfResults;
  const first = prf?.results?.first;
  if (first === undefined) return undefined;
  const bytes = first instanceof ArrayBuffer ? new Uint8Array(first.slice(0)) : new Uint8Array((first as Uint8Array<ArrayBuffer>).slice());
  return bytes.length === PRF_BYTES ? bytes : undefined;
}

/** Asks the authenticator for what opens the slot; undefined where the person said no, or it cannot. */
export async function readPasskey({ cred, salt }: PasskeyHint): Promise<SecretBytes | undefined> {
  const extensions = { prf: { eval: { first: salt } } } as AuthenticationExtensionsClientInputs;
  const publicKey: PublicKeyCredentialRequestOptions = { challenge: challenge(), allowCredentials: [{ type: 'public-key', id: cred }], userVerification: 'required', extensions };
  const credential = await navigator.credentials.get({ publicKey }).catch(() => null);
  return credential instanceof PublicKeyCredential ? prfOf(credential) : undefined;
}

/** Makes one, and asks it once for its secret where making it gave none. */
export async function makePasskey(name: string): Promise<NewPasskey | undefined> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const extensions = { prf: { eval: { first: salt } } } as AuthenticationExtensionsClientInputs;
  const publicKey: PublicKeyCredentialCreationOptions = {
    challenge: challenge(), rp: { name: 'Nexus' }, user: { id: challenge(), name, displayName: name }, extensions,
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })), authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  };
  const credential = await navigator.credentials.create({ publicKey }).catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) return undefined;
  const cred = new Uint8Array(credential.rawId.slice(0));
  const prf = prfOf(credential) ?? await readPasskey({ cred, salt });
  return prf && { prf, cred, salt };
}
