// Sealed extents to the server, whoever sends them: what it lacks, each read when it is its turn, and no more bytes at once than
// the budget allows (docs/sync.md, "Engine").
import { err, ok, type Result } from '../result.ts';
import { type AccountRoom, createAccountRoom } from './account-room.ts';
import type { BulkPace } from './bulk-pace.ts';
import { type ByteBudget, createByteBudget } from './byte-budget.ts';
import type { Cloud, CloudFailure, ExtentBody } from './cloud.ts';
import { eachOf } from './each-of.ts';
import { EXTENTS_NAMED } from './wire/limits.ts';

/** What became of an extent: the server had it, has it now, or it is not here to be sent. */
export type Fate = 'had' | 'sent' | 'nowhere';

export interface Sending {
  readonly cloud: Pick<Cloud, 'missing' | 'putExtent'>;
  /** An extent that is given away, or a copy of its bytes; undefined where it is not here. */
  readonly read: (id: string) => Promise<ExtentBody | undefined>;
  /** Asked before each; false ends it all, as aborted. */
  readonly mayGoOn: () => boolean | Promise<boolean>;
  readonly pace?: BulkPace;
  /** Hears of each; a failure that it gives back ends it all. */
  readonly told: (id: string, became: Result<Fate, CloudFailure>) => Result<void, CloudFailure> | Promise<Result<void, CloudFailure>>;
}

/** No sealed extent is larger. */
const EXTENT_BYTES = 4 * 1024 * 1024 + 64 * 1024;
/** Bodies under way: an engine keeps copies of each beside it, until its collector comes to them. */
const BYTES_AT_ONCE = 3 * EXTENT_BYTES;

/** What bounds it: bytes of bodies under way, and room in the account. */
interface Bounds { readonly budget: ByteBudget; readonly account: AccountRoom }

/** A Blob whose bytes are gone fails as if the server did not answer. */
const isGone = (body: ExtentBody): Promise<boolean> => (body instanceof Blob ? body.arrayBuffer().then(() => false, () => true) : Promise.resolve(false));

/** Sends one, and counts what we hold of it until it is through: how long it is shows when it was read. */
async function sendOne({ cloud, read, mayGoOn, pace }: Sending, id: string, { budget, account }: Bounds): Promise<Result<Fate, CloudFailure>> {
  let held = await budget.take(EXTENT_BYTES);
  let body: ExtentBody | undefined;
  try {
    // Asked only now: the wait may have been long.
    if (!(await mayGoOn())) return err('aborted');
    body = await read(id);
    if (!body) return ok('nowhere');
    const [sealed, bytes] = [body, body instanceof Blob ? body.size : body.length];
    const holds = body instanceof Blob ? 0 : bytes;
    budget.give(held - holds);
    held = holds;
    if (!account.take(bytes)) return err('quota');
    const send = () => cloud.putExtent(id, sealed);
    const put = await (pace ? pace.timed(send, (done) => (done.ok ? bytes : undefined)) : send());
    if (put.ok) return ok('sent');
    account.give(bytes);
    if (put.error === 'quota') account.refused(bytes);
    return put.error === 'unreachable' && (await isGone(body)) ? ok('nowhere') : put;
  } finally {
    // Given back now: buffers of this size outrun the collector. Nothing else holds them.
    if (body instanceof Uint8Array) body.buffer.transfer(0);
    budget.give(held);
  }
}

/** Sends those of `ids` that the server lacks; it keeps the others for a day. */
export async function sendExtents(sending: Sending, ids: readonly string[]): Promise<Result<void, CloudFailure>> {
  const { cloud, told, pace } = sending;
  const budget = createByteBudget(BYTES_AT_ONCE);
  for (let at = 0; at < ids.length; at += EXTENTS_NAMED) {
    const some = ids.slice(at, at + EXTENTS_NAMED);
    const asked = await cloud.missing(some);
    if (!asked.ok) return asked;
    const { missing, room: left } = asked.value;
    const [lacking, bounds] = [new Set(missing), { budget, account: createAccountRoom(left) }];
    for (const id of some) {
      const heard = lacking.has(id) ? ok() : await told(id, ok('had'));
      if (!heard.ok) return heard;
    }
    const sent = await eachOf(missing, async (id) => {
      const became = await sendOne(sending, id, bounds);
      return !became.ok && became.error === 'aborted' ? became : told(id, became);
    }, pace?.atOnce);
    if (!sent.ok) return sent;
  }
  return ok();
}
