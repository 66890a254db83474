// A proof of the key that a token is bound to (RFC 9449).
import * as oauth from 'oauth4webapi';

/** Of keys whose proofs a server wanted its nonce in, as where this device's clock is wrong: they go on with the last one that it gave. */
const asked = new WeakMap<CryptoKeyPair, oauth.DPoPHandle>();

/** Sends with a proof, and once more where the server asks for its own nonce in it. */
export async function withProof<T>(key: CryptoKeyPair, send: (proof: { DPoP: oauth.DPoPHandle }) => Promise<T>): Promise<T> {
  const proof = { DPoP: asked.get(key) ?? oauth.DPoP({}, key) };
  try {
    return await send(proof);
  } catch (fault) {
    if (!oauth.isDPoPNonceError(fault)) throw fault;
    asked.set(key, proof.DPoP);
    return send(proof);
  }
}

/** The thumbprint of a key, by which a token is bound to it. */
export const thumbprintOf = (key: CryptoKeyPair): Promise<string> => oauth.DPoP({}, key).calculateThumbprint();
