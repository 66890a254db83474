// Owns the shapes of the API's requests and answers: what validates is what the OpenAPI document shows.
import { BATCH_OPERATIONS, CHANGES_PAGE, ENROLMENT, EXTENTS_NAMED } from '../../src/sync/wire/limits.ts';

/** JSON Schema (2020-12), as far as it is needed here. */
type Schema = Readonly<Record<string, unknown>>;

const text = (pattern: string, more: Schema = {}): Schema => ({ type: 'string', pattern, ...more });
const whole = (more: Schema = {}): Schema => ({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, ...more });
const list = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });
const byName = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
const truth: Schema = { type: 'boolean' };
const words: Schema = { type: 'string' };

/** Every field is there, unless it is named `optional`; no other is. */
const object = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => (
  { type: 'object', properties, required: Object.keys(properties).filter((name) => !optional.includes(name)), additionalProperties: false });

const DATASET = 'datasets/[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?';
const Collection = text(`^(nodes|envelopes|devices|bundles|extents|${DATASET})$`, { description: 'nodes, datasets/<name>, envelopes, devices, bundles or extents' });
const HexId = text('^[0-9a-f]{32}$');
const ExtentId = text('^[0-9a-f]{64}$', { description: 'The SHA-256 of the bytes' });
const Rev = text('^[0-9]{1,15}$');
const Time = whole({ description: 'ms since 1970' });

export const Written = object({ rev: Rev, seq: whole() });

export const ChangesQuery = object({
  since: { type: 'string', maxLength: 64, description: '`next` of an earlier page' },
  limit: text('^[1-9][0-9]{0,3}$', { description: `At most ${CHANGES_PAGE}` }),
  collection: Collection,
}, ['since', 'limit', 'collection']);
export const BatchQuery = object({ life: { type: 'string', maxLength: 64, description: '`generation` of the feed by which its revisions are known; in another nothing is done' } }, ['life']);
const Change = object({ seq: whole(), collection: Collection, id: HexId, rev: Rev, size: whole(), deleted: truth });
export const Changes = object({ generation: words, next: words, more: truth, changes: list(Change) });

export const ExtentNames = object({ ids: list(ExtentId, { maxItems: EXTENTS_NAMED }) });
export const MissingExtents = object({ missing: list(ExtentId), room: whole({ description: 'Bytes that the quota leaves for another object' }) });
export const ExtentsToCollect = object({ ids: list(ExtentId, { maxItems: EXTENTS_NAMED }), seen: whole() });
export const CollectedExtents = object({ collected: list(ExtentId) });

export const Revisions = object({ revisions: list(object({ rev: Rev, size: whole(), replacedAt: Time })) });

/** Base64url of at most 4 KiB. */
const Said = text('^[A-Za-z0-9_-]*$', { maxLength: Math.ceil(ENROLMENT.stepBytes * 4 / 3) });
export const EnrolmentStep = object({ said: Said });
export const EnrolmentParams = object({ id: HexId });
export const EnrolmentStepParams = object({ id: HexId, step: text(`^[1-${ENROLMENT.steps - 1}]$`) });
export const Enrolment = object({ id: HexId, steps: byName(Said), expiresAt: Time });
export const Enrolments = object({ enrolments: list(Enrolment) });

export const BindingParams = object({ id: HexId });
const App = text('^[!-~]{1,256}$', { description: 'An origin, or the id of an app that is built in' });
const Subject = text('^[A-Za-z0-9_-]{22}$', { description: 'What the app knows the account by: another for every app' });
const binding = { app: App, collection: text(`^${DATASET}$`), writes: truth, expiresAt: Time };
export const BindingBody = object(binding);
export const Binding = object({ id: HexId, ...binding, revoked: truth, subject: Subject });
export const Bindings = object({ bindings: list(Binding) });

const SessionId = text('^[0-9a-f]{64}$', { description: 'Names the sign-in, and lets nobody in' });
export const SessionParams = object({ id: SessionId });
export const Sessions = object({ sessions: list(object({ id: SessionId, client: words, begunAt: Time, usedAt: Time, current: truth })) });

export const EntitlementsQuery = object({ app: App }, ['app']);
const Product = text('^[!-~]{1,256}$', { description: 'As its seller calls it' });
export const HookHeaders: Schema = {
  type: 'object', required: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  properties: {
    'webhook-id': { ...words, description: 'The same for every attempt at one message' },
    'webhook-timestamp': { ...words, description: 's since 1970, of this attempt' },
    'webhook-signature': { ...words, description: 'v1,<base64 of HMAC-SHA-256 over id.timestamp.body>; more of them with spaces' },
  },
};
export const ENTITLEMENT_GRANTED = 'entitlement.granted';
export const EntitlementEvent = object({
  type: { enum: [ENTITLEMENT_GRANTED, 'entitlement.revoked'] },
  timestamp: text('^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$', { description: 'When it happened (RFC 3339)' }),
  data: object({ account: HexId, app: App, product: Product, until: Time }),
});
export const Entitlements = object({ entitlements: list(text('^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$', { description: 'A compact JWS (ES256) by the key in /oidc/jwks' })) });

const Count = object({ bytes: whole(), objects: whole() });
export const Usage = object({ bytes: whole(), objects: whole(), quota: Count, collections: byName(Count) });

export const Problem = { ...object({ type: words, title: words, status: whole(), code: words, rev: Rev, common: whole() }, ['rev', 'common']), additionalProperties: true };

export const BATCH_DESCRIPTION = `CBOR (RFC 8949): an array of at most ${BATCH_OPERATIONS} maps {op, collection, id, ifMatch?, body?}; the answer is an array of {status, rev?, seq?, body?, code?} in the same order.`;
