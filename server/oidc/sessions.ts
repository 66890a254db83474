// Owns the sign-ins of an account: which there are, and their end. A sign-in is a grant with its family of refresh tokens; it is
// named by the grant's SHA-256, which opens nothing.
import { SESSIONS } from '../../src/sync/wire/limits.ts';
import type { Tx } from '../rows/rows.ts';
import { type CredentialStore, credentialId, dropGrant } from './credentials.ts';

export interface Session { readonly id: string; /** The client that signed in. */ readonly client: string; readonly begunAt: number; /** When it was last refreshed. */ readonly usedAt: number }

/** What oidc-provider notes of a refresh token; times in s since 1970, `iiat` of the family's first. */
interface RefreshPayload { readonly clientId: string; readonly iat: number; readonly iiat: number; readonly sessionUid?: string }

/** The account's sign-ins, those used last first. */
export async function listSessions({ rows, clock }: CredentialStore, account: string): Promise<readonly Session[]> {
  return rows.read(async (db) => {
    // A family has few tokens that were not used up: the last one, and what it was exchanged for.
    const tokens = await db.selectFrom('credentials').select(['grant_id', 'payload']).where('account', '=', account).where('kind', '=', 'RefreshToken')
      .where('consumed_at', 'is', null).where('expires_at', '>', clock()).orderBy('expires_at', 'desc').limit(4 * SESSIONS).execute();
    const newest = new Map<string, Session>();
    for (const { grant_id: grant, payload } of tokens) {
      const id = credentialId(grant ?? '');
      const { clientId, iat, iiat } = JSON.parse(payload) as RefreshPayload;
      if (!newest.has(id) && newest.size < SESSIONS) newest.set(id, { id, client: clientId, begunAt: iiat * 1000, usedAt: iat * 1000 });
    }
    if (newest.size === 0) return [];
    const grants = await db.selectFrom('credentials').select('id').where('kind', '=', 'Grant').where('id', 'in', [...newest.keys()]).where('expires_at', '>', clock()).execute();
    const live = new Set(grants.map(({ id }) => id));
    return [...newest.values()].filter(({ id }) => live.has(id));
  });
}

/** Whoever holds the browser of a sign-in could go on without a password: its own session with the provider ends too. */
async function endBrowserSession(tx: Tx, account: string, grantId: string): Promise<void> {
  const token = await tx.selectFrom('credentials').select('payload').where('kind', '=', 'RefreshToken').where('grant_id', '=', grantId).limit(1).executeTakeFirst();
  const { sessionUid } = JSON.parse(token?.payload ?? '{}') as Partial<RefreshPayload>;
  if (sessionUid !== undefined) await tx.deleteFrom('credentials').where('kind', '=', 'Session').where('uid', '=', sessionUid).where('account', '=', account).execute();
}

/** Ends a sign-in with everything that was given for it; false where the account has none of that name. */
export async function endSession({ rows }: Pick<CredentialStore, 'rows'>, account: string, id: string): Promise<boolean> {
  return rows.write(async (tx) => {
    const grant = await tx.selectFrom('credentials').select('payload').where('kind', '=', 'Grant').where('id', '=', id).where('account', '=', account).executeTakeFirst();
    if (!grant) return false;
    const { jti: grantId } = JSON.parse(grant.payload) as { jti: string };
    await endBrowserSession(tx, account, grantId);
    await dropGrant(tx, grantId);
    return true;
  });
}
