// Owns the codes of the API's problem documents (RFC 9457): stable, so that clients decide by them. One line each.

/** Code → status and title. */
export const PROBLEMS = {
  'request.malformed': [400, 'The request does not have the shape that is documented.'],
  'request.not_found': [404, 'There is nothing at this address.'],
  'request.length': [411, 'The length of the body must be told beforehand.'],
  'request.media_type': [415, 'The body is of a type that is not taken here.'],
  'request.too_slow': [408, 'The body came too slowly.'],
  'request.too_many': [429, 'Too many requests; wait as long as Retry-After says.'],
  'body.too_large': [413, 'The body is over the budget.'],
  'access.missing': [401, 'A DPoP-bound access token is needed.'],
  'access.refused': [401, 'The access token is not valid, over, or revoked.'],
  'access.proof': [401, 'The DPoP proof is not valid for this request.'],
  'access.scope': [403, 'The token does not allow this.'],
  'object.missing': [404, 'There is no such object.'],
  'object.conflict': [412, 'The object has changed.'],
  'object.precondition': [428, 'Say If-None-Match: * to create or If-Match to replace.'],
  'object.range': [416, 'The range lies outside the object.'],
  'extent.mismatch': [422, 'The bytes do not hash to the id.'],
  'extent.immutable': [405, 'Extents are never replaced or deleted by name.'],
  'extent.named_since': [409, 'Nodes, datasets or bundles have changed since; look again.'],
  'changes.cursor_gone': [410, 'The cursor is too old or of another generation; start anew.'],
  'quota.bytes': [507, 'The account has no room for these bytes.'],
  'quota.objects': [507, 'The account has no room for another object.'],
  'enrolment.over': [410, 'The enrolment is over.'],
  'enrolment.taken': [409, 'This step was taken already.'],
  'enrolment.too_many': [429, 'Too many enrolments are open.'],
  'binding.too_many': [409, 'The account has as many bindings as it may.'],
  'session.missing': [404, 'There is no such session.'],
  'server.full': [507, 'The server has no room left.'],
  'server.unavailable': [503, 'The server cannot reach its storage; try again later.'],
  'server.failed': [500, 'The server failed.'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>;

export type ProblemCode = keyof typeof PROBLEMS;
