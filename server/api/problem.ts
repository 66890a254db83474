// Owns how the API says no: problem documents (RFC 9457) with a stable code, and what may be learnt from a failure.
import type { FastifyReply } from 'fastify';
import { type ProblemCode, PROBLEMS } from '../../src/sync/wire/problems.ts';

/** After these the rest of a body is not worth reading. */
const CLOSING: readonly ProblemCode[] = ['body.too_large', 'request.too_slow', 'request.length'];
/** What the challenge says was wrong (RFC 9449, section 7.1). */
const CHALLENGED: Readonly<Partial<Record<ProblemCode, string>>> = {
  'access.missing': '', 'access.refused': ', error="invalid_token"', 'access.proof': ', error="invalid_dpop_proof"', 'access.nonce': ', error="use_dpop_nonce"',
};
const CHALLENGE = 'DPoP algs="ES256 Ed25519 EdDSA"';

export interface ProblemDetails { readonly rev?: string | undefined; readonly retryAfterMs?: number; readonly common?: number | undefined; readonly nonce?: string }

/** The document itself. */
export function problemOf(code: ProblemCode, { rev, common }: ProblemDetails = {}): Readonly<Record<string, unknown>> {
  const [status, title] = PROBLEMS[code];
  return { type: `urn:nexus:problem:${code}`, title, status, code, ...rev === undefined ? {} : { rev }, ...common === undefined ? {} : { common } };
}

/** Answers with a problem document and the headers that belong to it. */
export function refuse(reply: FastifyReply, code: ProblemCode, details: ProblemDetails = {}): FastifyReply {
  const [status] = PROBLEMS[code];
  if (CLOSING.includes(code)) reply.header('connection', 'close');
  const said = CHALLENGED[code];
  if (said !== undefined) reply.header('www-authenticate', `${CHALLENGE}${said}`);
  if (details.nonce !== undefined) reply.header('dpop-nonce', details.nonce);
  if (details.rev !== undefined) reply.header('etag', `"${details.rev}"`);
  if (details.retryAfterMs !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(details.retryAfterMs / 1000))));
  return reply.code(status).type('application/problem+json').send(problemOf(code, details));
}

const FULL = ['ENOSPC', 'EDQUOT', '53100', 'SQLITE_FULL'];
/** SQLite's result code for a full disk. */
const SQLITE_FULL = 13;
/** PostgreSQL: connection exceptions, an administrator's shutdown, too many connections; Node: the network's. */
const AWAY = /^(?:08...|57P0[123]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND)$/;
const AWAY_SENTENCES = /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/;
/** What the S3 library names a store that does not answer. */
const AWAY_NAMES = ['TimeoutError', 'ServiceUnavailable', 'SlowDown', 'AbortError', 'NetworkingError'];

interface Failure { readonly code?: unknown; readonly name?: unknown; readonly message?: unknown; readonly errcode?: unknown; readonly statusCode?: unknown; readonly $metadata?: { readonly httpStatusCode?: number }; readonly errors?: readonly unknown[] }

/** Which of our codes a failure is: whose fault it was, and whether to try again. */
export function codeOfFailure(error: unknown): ProblemCode {
  const { code, name, message, errcode, statusCode, $metadata, errors = [] } = (error ?? {}) as Failure;
  if (FULL.includes(String(code)) || errcode === SQLITE_FULL) return 'server.full';
  const away = AWAY.test(String(code)) || AWAY_NAMES.includes(String(name)) || AWAY_SENTENCES.test(String(message)) || ($metadata?.httpStatusCode ?? 0) >= 500;
  if (away || errors.some((each) => codeOfFailure(each) === 'server.unavailable')) return 'server.unavailable';
  if (statusCode === 413) return 'body.too_large';
  if (statusCode === 415) return 'request.media_type';
  if (statusCode === 408) return 'request.too_slow';
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? 'request.malformed' : 'server.failed';
}

export const RETRY_MS = 5_000;
