// One fetch of one source over one line: a head, then a piece for each pull, then the end or a break.
// Pieces are handed over, not copied. What is on offer, and for how long, is stream-desk.ts.
import type { StreamReply, StreamRequest } from '../../contract/relay.ts';
import type { ByteRange, StreamSource } from '../../contract/stream.ts';

export interface CourseDeps {
  readonly range: { readonly start: number; readonly end?: number } | undefined;
  /** Something was asked or sent. */
  readonly active: () => void;
  /** Every byte of the whole was taken. */
  readonly taken: () => void;
  /** Called once, however it ended. */
  readonly ended: () => void;
  readonly broken: (fault: unknown) => void;
}

export interface Course {
  /** Sends the head, or refuses. */
  begin(): void;
  /** A piece was asked for and is being made. */
  busy(): boolean;
  /** Ends it now; the other side hears that it broke. */
  breakOff(): void;
}

const isPosition = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** What will be sent of a range that was asked for; `undefined` = the whole, `outside` = nothing of it is there. */
export function servedRange({ size, ranges }: StreamSource, asked: CourseDeps['range']): ByteRange | 'outside' | undefined {
  if (!asked || !ranges || size === undefined) return undefined;
  const { start, end = size } = asked;
  if (!isPosition(start) || !isPosition(end) || start >= size || end <= start) return 'outside';
  return { start, end: Math.min(end, size) };
}

/** A view of a part of its buffer is copied: handing the buffer over would take the rest along. */
const whole = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();

const headOf = ({ mediaType, size, saveAs, ranges }: StreamSource, range: ByteRange | undefined): StreamReply => ({
  type: 'stream.head', mediaType, ranges,
  ...(size !== undefined && { size }), ...(saveAs !== undefined && { saveAs }), ...(range && { range }),
});

export function runCourse(port: MessagePort, source: StreamSource, { range: asked, active, taken, ended, broken }: CourseDeps): Course {
  const range = servedRange(source, asked);
  const promised = range && range !== 'outside' ? range.end - range.start : source.size;
  let pieces: AsyncIterator<Uint8Array<ArrayBuffer>> | undefined;
  let sent = 0;
  let working = false;
  let over = false;

  const send = (reply: StreamReply, transfer: Transferable[] = []): void => port.postMessage(reply, transfer);

  /** The other side closes the port when it has read the last word. */
  function finish(last?: StreamReply): void {
    if (over) return;
    over = true;
    port.removeEventListener('message', onMessage);
    port.removeEventListener('close', onClose);
    if (last) send(last);
    ended();
    pieces?.return?.().catch(broken);
  }

  const breakOff = (): void => finish({ type: 'stream.refused', why: 'broken' });

  function take(step: IteratorResult<Uint8Array<ArrayBuffer>>): void {
    sent += step.done === true ? 0 : step.value.byteLength;
    const short = step.done === true && promised !== undefined && sent < promised;
    if (short || (promised !== undefined && sent > promised)) throw new Error('a source is not as long as it said');
    if (step.done !== true) {
      const bytes = whole(step.value);
      return send({ type: 'stream.piece', bytes }, [bytes.buffer]);
    }
    finish({ type: 'stream.end' });
    if (!range) taken();
  }

  async function pull(): Promise<void> {
    if (working) return;
    working = true;
    active();
    try {
      pieces ??= source.open(range === 'outside' ? undefined : range)[Symbol.asyncIterator]();
      const step = await pieces.next();
      working = false;
      if (over) return;
      take(step);
      active();
    } catch (fault) {
      working = false;
      breakOff();
      broken(fault);
    }
  }

  function onMessage({ data }: MessageEvent<StreamRequest | undefined>): void {
    if (data?.type === 'stream.pull') void pull();
    else if (data?.type === 'stream.cancel') finish();
    else breakOff();
  }

  function onClose(): void {
    finish();
  }

  return {
    begin() {
      if (range === 'outside') return finish({ type: 'stream.refused', why: 'unsatisfiable', ...(source.size !== undefined && { size: source.size }) });
      port.addEventListener('message', onMessage);
      port.addEventListener('close', onClose);
      send(headOf(source, range));
    },
    busy: () => working,
    breakOff,
  };
}
