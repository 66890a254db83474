// Owns what a statement of an entitlement says: a compact JWS (ES256) by a key of the provider (docs/cloud-api.md, "Entitlements").

/** The `typ` of its header: nothing that the same key signs for another purpose is taken for one. */
export const ENTITLEMENT_TYPE = 'entitlement+jwt';

/** `iat` and `exp` in s since 1970, as JWTs have them; `until`, the end of what was bought, in ms. */
export interface EntitlementClaims { readonly iss: string; /** The app. */ readonly aud: string; /** The app's pairwise subject. */ readonly sub: string; readonly product: string; readonly until: number; readonly iat: number; readonly exp: number }
