// Owns how account passwords rest: Argon2id (RFC 9106) records, and a check that takes as long for a name that nobody has.
import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** OWASP's first choice for interactive sign-in; the memory bounds how many may be checked at once. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const TAG_BYTES = 32;
const SALT_BYTES = 16;
const AT_ONCE = 2;

export const PASSWORD = { least: 10, most: 1024 } as const;

const derive = promisify(argon2);

/** Runs at most so many at a time, first come first served. */
function turnstile(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => { waiting.push(resolve); });
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
const inTurn = turnstile(AT_ONCE);

async function tagOf(password: string, salt: Uint8Array, cost: { memory: number; passes: number; parallelism: number }): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFC'), 'utf8');
  const tag = await inTurn(() => derive('argon2id', { message, nonce: salt, tagLength: TAG_BYTES, ...cost }));
  message.fill(0);
  return Buffer.from(tag);
}

/** A record to keep: `argon2id$memory$passes$parallelism$salt$tag`. `random` gives bytes. */
export async function passwordRecord(password: string, random: (length: number) => Uint8Array): Promise<string> {
  const salt = random(SALT_BYTES);
  const tag = await tagOf(password, salt, COST);
  return ['argon2id', COST.memory, COST.passes, COST.parallelism, Buffer.from(salt).toString('base64url'), tag.toString('base64url')].join('$');
}

/** What stands in for the record of somebody who has none: no password opens it. */
const NOBODY = `argon2id$${COST.memory}$${COST.passes}$${COST.parallelism}$${Buffer.alloc(SALT_BYTES).toString('base64url')}$`;

/** Whether the password is the record's; the same work where there is no record. */
export async function isPassword(password: string, record: string | null | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, salt, expected = ''] = (record ?? NOBODY).split('$');
  const tag = await tagOf(password, Buffer.from(salt ?? '', 'base64url'), { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) });
  const known = Buffer.from(expected, 'base64url');
  return known.byteLength === tag.byteLength && timingSafeEqual(known, tag);
}

/** Whether a new password is long enough and not too long, in characters. */
export const isAcceptable = (password: string): boolean => {
  const { length } = [...password];
  return length >= PASSWORD.least && length <= PASSWORD.most;
};
