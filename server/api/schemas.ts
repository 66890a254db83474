// Owns the shapes of the API's requests and answers: what validates is what the OpenAPI document shows.
import Type from 'typebox';
import { BATCH_OPERATIONS, CHANGES_PAGE, ENROLMENT, EXTENTS_NAMED } from '../../src/sync/wire/limits.ts';

const strict = { additionalProperties: false } as const;
const Collection = Type.String({ pattern: '^(nodes|envelopes|devices|bundles|extents|datasets/[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?)$', description: 'nodes, datasets/<name>, envelopes, devices, bundles or extents' });
const HexId = Type.String({ pattern: '^[0-9a-f]{32}$' });
const ExtentId = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'The SHA-256 of the bytes' });
const Rev = Type.String({ pattern: '^[0-9]{1,15}$' });
const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Time = Type.Integer({ description: 'ms since 1970' });

export const Written = Type.Object({ rev: Rev, seq: Seq }, strict);

export const ChangesQuery = Type.Object({
  since: Type.Optional(Type.String({ maxLength: 64, description: '`next` of an earlier page' })),
  limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,3}$', description: `At most ${CHANGES_PAGE}` })),
}, strict);
const Change = Type.Object({ seq: Seq, collection: Collection, id: HexId, rev: Rev, size: Type.Integer(), deleted: Type.Boolean() }, strict);
export const Changes = Type.Object({ generation: Type.String(), next: Type.String(), more: Type.Boolean(), changes: Type.Array(Change) }, strict);

export const ExtentNames = Type.Object({ ids: Type.Array(ExtentId, { maxItems: EXTENTS_NAMED }) }, strict);
export const MissingExtents = Type.Object({ missing: Type.Array(ExtentId) }, strict);
export const ExtentsToCollect = Type.Object({ ids: Type.Array(ExtentId, { maxItems: EXTENTS_NAMED }), seen: Seq }, strict);
export const CollectedExtents = Type.Object({ collected: Type.Array(ExtentId) }, strict);

export const Revisions = Type.Object({ revisions: Type.Array(Type.Object({ rev: Rev, size: Type.Integer(), replacedAt: Time }, strict)) }, strict);

/** Base64url of at most 4 KiB. */
const Said = Type.String({ pattern: '^[A-Za-z0-9_-]*$', maxLength: Math.ceil(ENROLMENT.stepBytes * 4 / 3) });
export const EnrolmentStep = Type.Object({ said: Said }, strict);
export const EnrolmentParams = Type.Object({ id: HexId });
export const EnrolmentStepParams = Type.Object({ id: HexId, step: Type.String({ pattern: `^[1-${ENROLMENT.steps - 1}]$` }) });
export const Enrolment = Type.Object({ id: HexId, steps: Type.Record(Type.String(), Said), expiresAt: Time }, strict);

export const BindingParams = Type.Object({ id: HexId });
export const BindingBody = Type.Object({
  app: Type.String({ minLength: 1, maxLength: 256 }), collection: Type.String({ pattern: '^datasets/[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$' }), writes: Type.Boolean(), expiresAt: Time,
}, strict);
const Binding = Type.Object({ id: HexId, app: Type.String(), collection: Type.String(), writes: Type.Boolean(), expiresAt: Time, revoked: Type.Boolean() }, strict);
export const Bindings = Type.Object({ bindings: Type.Array(Binding) }, strict);

const Count = Type.Object({ bytes: Type.Integer(), objects: Type.Integer() }, strict);
export const Usage = Type.Object({ bytes: Type.Integer(), objects: Type.Integer(), quota: Count, collections: Type.Record(Type.String(), Count) }, strict);

export const Problem = Type.Object({ type: Type.String(), title: Type.String(), status: Type.Integer(), code: Type.String(), rev: Type.Optional(Rev) });

export const BATCH_DESCRIPTION = `CBOR (RFC 8949): an array of at most ${BATCH_OPERATIONS} maps {op, collection, id, ifMatch?, body?}; the answer is an array of {status, rev?, seq?, body?, code?} in the same order.`;
