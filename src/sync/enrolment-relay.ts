// The server's relay between a new device and an old one (docs/cloud-api.md): steps, each said once. Whatever comes is bounded and
// of the right form, and otherwise not to be trusted.
import { err, ok, type Result } from '../result.ts';
import { jsonOf } from './answers.ts';
import type { CloudFailure, Cloudy } from './cloud.ts';
import type { Send, StorageRequest } from './cloud-client.ts';
import { ENROLMENT } from './wire/limits.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface Enrolment {
  readonly id: string;
  readonly steps: ReadonlyMap<number, Bytes>;
  /** ms since 1970. */
  readonly expiresAt: number;
}

export interface EnrolmentRelay {
  begin(said: Bytes): Cloudy<Enrolment>;
  list(): Cloudy<readonly Enrolment[]>;
  /** Undefined once it is over. */
  read(id: string): Cloudy<Enrolment | undefined>;
  /** False where it is over, or this step was taken by somebody else. */
  say(id: string, step: number, said: Bytes): Cloudy<boolean>;
}

const ID = /^[0-9a-f]{32}$/;
const JSON_TYPE = { 'content-type': 'application/json' };
const OVER = [404, 409, 410];

const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined);

const toText = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

function fromText(text: unknown): Bytes | undefined {
  if (typeof text !== 'string' || text.length > (ENROLMENT.stepBytes * 4) / 3 + 4 || !/^[\w-]*$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function enrolmentOf(said: unknown): Enrolment | undefined {
  const [id, steps, expiresAt] = ['id', 'steps', 'expiresAt'].map((name) => field(said, name));
  if (typeof id !== 'string' || !ID.test(id) || typeof steps !== 'object' || steps === null || typeof expiresAt !== 'number' || !Number.isSafeInteger(expiresAt)) return undefined;
  const entries = Object.entries(steps).slice(0, ENROLMENT.steps + 1).map(([step, text]) => [Number(step), fromText(text)] as const);
  if (entries.length > ENROLMENT.steps || entries.some(([step, bytes]) => !Number.isInteger(step) || step < 0 || !bytes)) return undefined;
  return { id, steps: new Map(entries as readonly (readonly [number, Bytes])[]), expiresAt };
}

function listOf(said: unknown): readonly Enrolment[] | undefined {
  const all = field(said, 'enrolments');
  if (!Array.isArray(all) || all.length > ENROLMENT.open) return undefined;
  const parsed = all.map(enrolmentOf);
  return parsed.includes(undefined) ? undefined : parsed as readonly Enrolment[];
}

const failureOf = (status: number): CloudFailure => (status >= 500 || status === 429 ? 'unreachable' : status === 401 || status === 403 ? 'signed_out' : 'protocol');

export function createEnrolmentRelay(send: Send): EnrolmentRelay {
  async function ask<T>(request: StorageRequest, parse: (said: unknown) => T | undefined): Promise<Result<T | undefined, CloudFailure>> {
    const answer = await send(request);
    if (!answer.ok) return answer;
    const { status, body } = answer.value;
    if (status === 200 || status === 201) {
      const parsed = parse(await jsonOf(answer.value).catch(() => undefined));
      return parsed === undefined ? err('protocol') : ok(parsed);
    }
    await body?.cancel().catch(() => undefined);
    return OVER.includes(status) ? ok(undefined) : err(failureOf(status));
  }

  /** Where the server has no such call, nobody can be approved there. */
  const there = <T>(answer: Result<T | undefined, CloudFailure>): Result<T, CloudFailure> => (answer.ok ? (answer.value === undefined ? err('absent') : ok(answer.value)) : answer);
  const words = (said: Bytes): string => JSON.stringify({ said: toText(said) });

  return {
    begin: async (said) => there(await ask({ method: 'POST', path: '/enrolments', headers: JSON_TYPE, body: words(said) }, enrolmentOf)),
    list: async () => there(await ask({ method: 'GET', path: '/enrolments' }, listOf)),
    read: (id) => ask({ method: 'GET', path: `/enrolments/${id}` }, (said) => {
      const found = enrolmentOf(said);
      return found?.id === id ? found : undefined;
    }),
    async say(id, step, said) {
      const taken = await ask({ method: 'PUT', path: `/enrolments/${id}/${step}`, headers: JSON_TYPE, body: words(said) }, enrolmentOf);
      return taken.ok ? ok(taken.value !== undefined) : taken;
    },
  };
}
