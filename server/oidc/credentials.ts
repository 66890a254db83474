// Owns how oidc-provider's tokens, sessions and grants rest in the rows. What a bearer presents is never kept: a row is found
// by its SHA-256. Refresh tokens rotate with one mercy: until a successor was used, the last one may be repeated
// (docs/server.md, "Refresh"). A token lives no longer than the grant of its sign-in.
import { createHash } from 'node:crypto';
import { errors } from 'oidc-provider';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Rows, Tx } from '../rows/rows.ts';

/** Kinds whose identifier alone lets its holder in; their rows do not contain it. */
const BEARERS = ['AccessToken', 'RefreshToken', 'AuthorizationCode'];
/** Kinds that a grant gives. */
const GRANTED = [...BEARERS, 'DeviceCode'];

export const credentialId = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Where credentials are found and kept. */
export interface CredentialStore { readonly rows: Rows; readonly clock: () => number }

interface Found { readonly payload: string; readonly consumed_at: number | null }

function revived(row: Found | undefined, secret?: string): AdapterPayload | undefined {
  if (!row) return undefined;
  const payload = JSON.parse(row.payload) as AdapterPayload;
  return { ...payload, ...secret === undefined ? {} : { jti: secret }, ...row.consumed_at === null ? {} : { consumed: Math.floor(row.consumed_at / 1000) } };
}

/** Using a token ends every earlier one of its family and those of its own generation; it may itself be repeated still. */
async function rotate(tx: Tx, id: string, now: number): Promise<void> {
  const token = await tx.selectFrom('credentials').select(['grant_id', 'rotation']).where('kind', '=', 'RefreshToken').where('id', '=', id).executeTakeFirst();
  if (!token) return;
  await tx.updateTable('credentials').set({ consumed_at: now }).where('kind', '=', 'RefreshToken').where('grant_id', '=', token.grant_id)
    .where('rotation', '<=', token.rotation).where('id', '<>', id).where('consumed_at', 'is', null).execute();
  await tx.updateTable('credentials').set({ rotated_at: now }).where('kind', '=', 'RefreshToken').where('id', '=', id).execute();
}

/** What a sign-in was given while somebody ended it is given to nobody: its grant must still be there. */
async function holdGrant({ locksRows }: Rows, tx: Tx, grantId: string): Promise<void> {
  const query = tx.selectFrom('credentials').select('id').where('kind', '=', 'Grant').where('id', '=', credentialId(grantId));
  if (!await (locksRows ? query.forShare() : query).executeTakeFirst()) throw new errors.InvalidGrant('the sign-in is over');
}

/** Drops a grant with all that it gave. The grant goes first: what it is giving at this moment is then there to be seen, or is not given. */
export async function dropGrant(tx: Tx, grantId: string): Promise<void> {
  await tx.deleteFrom('credentials').where('kind', '=', 'Grant').where('id', '=', credentialId(grantId)).execute();
  await tx.deleteFrom('credentials').where('kind', 'in', GRANTED).where('grant_id', '=', grantId).execute();
}

/** The adapter for one kind (oidc-provider's `Adapter`). */
export function credentialAdapter({ rows, clock }: CredentialStore, kind: string): Adapter {
  const bearer = BEARERS.includes(kind);
  const findBy = (column: 'id' | 'uid' | 'user_code', value: string): Promise<Found | undefined> => rows.read((db) => db.selectFrom('credentials')
    .select(['payload', 'consumed_at']).where('kind', '=', kind).where(column, '=', value)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', clock())])).executeTakeFirst());

  return {
    async upsert(secret, payload, expiresIn) {
      const { jti, ...rest } = payload;
      const row = {
        kind, id: credentialId(secret), grant_id: payload.grantId ?? null, account: payload.accountId ?? null, uid: payload.uid ?? null, user_code: payload.userCode ?? null,
        rotation: typeof payload.rotations === 'number' ? payload.rotations : null, rotated_at: null, consumed_at: null,
        expires_at: expiresIn === undefined ? null : clock() + expiresIn * 1000, payload: JSON.stringify(bearer ? rest : { ...rest, jti }),
      };
      const { numInsertedOrUpdatedRows } = await rows.write(async (tx) => {
        if (row.grant_id !== null && GRANTED.includes(kind)) await holdGrant(rows, tx, row.grant_id);
        return tx.insertInto('credentials').values(row).onConflict((conflict) => {
          const known = conflict.columns(['kind', 'id']);
          return kind === 'ReplayDetection' ? known.doNothing() : known.doUpdateSet({ grant_id: row.grant_id, account: row.account, uid: row.uid, user_code: row.user_code, expires_at: row.expires_at, payload: row.payload });
        }).executeTakeFirst();
      });
      // Two processes may ask at once whether a proof was seen; one of them is told here.
      if (numInsertedOrUpdatedRows === 0n) throw new errors.InvalidGrant('the proof was used before');
    },
    find: async (secret) => revived(await findBy('id', credentialId(secret)), bearer ? secret : undefined),
    findByUid: async (uid) => revived(await findBy('uid', uid)),
    findByUserCode: async (code) => revived(await findBy('user_code', code)),
    async consume(secret) {
      const id = credentialId(secret);
      const now = clock();
      const first = await rows.write(async (tx) => {
        if (kind === 'RefreshToken') return rotate(tx, id, now).then(() => true);
        const { numUpdatedRows } = await tx.updateTable('credentials').set({ consumed_at: now }).where('kind', '=', kind).where('id', '=', id).where('consumed_at', 'is', null).executeTakeFirst();
        return numUpdatedRows === 1n;
      });
      if (!first) throw new errors.InvalidGrant('it was used before');
    },
    async destroy(secret) {
      if (kind === 'Grant') await rows.write((tx) => dropGrant(tx, secret));
      else await rows.write((tx) => tx.deleteFrom('credentials').where('kind', '=', kind).where('id', '=', credentialId(secret)).execute());
    },
    async revokeByGrantId(grantId) {
      if (GRANTED.includes(kind)) await rows.write((tx) => tx.deleteFrom('credentials').where('kind', 'in', GRANTED).where('grant_id', '=', grantId).execute());
    },
  };
}

/** What an access token allows; every request asks anew, so that a revocation is felt at once. */
export interface AccessTokenFacts { readonly account: string; /** The sign-in that it came from (sessions.ts). */ readonly session: string; readonly scope: string; readonly jkt: string; readonly audience: string; readonly expiresAt: number; readonly binding: string | undefined }

/** The facts of a live access token of an account that may be used; undefined for any other. */
export async function accessTokenFacts({ rows, clock }: CredentialStore, token: string): Promise<AccessTokenFacts | undefined> {
  const row = await rows.read((db) => db.selectFrom('credentials').innerJoin('accounts', 'accounts.id', 'credentials.account')
    .select(['credentials.payload', 'credentials.expires_at', 'credentials.account', 'credentials.grant_id'])
    .where('kind', '=', 'AccessToken').where('credentials.id', '=', credentialId(token)).where('credentials.expires_at', '>', clock()).where('disabled', '=', 0).executeTakeFirst());
  if (!row?.account || row.grant_id === null) return undefined;
  const { scope = '', jkt, aud, extra } = JSON.parse(row.payload) as { scope?: string; jkt?: string; aud?: string; extra?: { binding?: string } };
  if (jkt === undefined || typeof aud !== 'string') return undefined;
  return { account: row.account, session: credentialId(row.grant_id), scope, jkt, audience: aud, expiresAt: row.expires_at ?? 0, binding: extra?.binding };
}

/** Ends everything that an account's devices and apps hold. */
export async function revokeAccount({ rows }: Pick<CredentialStore, 'rows'>, account: string): Promise<void> {
  await rows.write(async (tx) => {
    // The grants first, as one alone.
    await tx.deleteFrom('credentials').where('kind', '=', 'Grant').where('account', '=', account).execute();
    await tx.deleteFrom('credentials').where('account', '=', account).execute();
  });
}
