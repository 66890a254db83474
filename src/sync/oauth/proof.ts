// A proof of the key that a token is bound to (RFC 9449).
import * as oauth from 'oauth4webapi';

/** Sends with a proof, and once more where the server asks for its own nonce in it. */
export async function withProof<T>(key: CryptoKeyPair, send: (proof: { DPoP: oauth.DPoPHandle }) => Promise<T>): Promise<T> {
  const proof = { DPoP: oauth.DPoP({}, key) };
  try {
    return await send(proof);
  } catch (fault) {
    if (!oauth.isDPoPNonceError(fault)) throw fault;
    return send(proof);
  }
}

/** The thumbprint of a key, by which a token is bound to it. */
export const thumbprintOf = (key: CryptoKeyPair): Promise<string> => oauth.DPoP({}, key).calculateThumbprint();
