// Answers `GET /_open/<id>` from the authority, piece by piece as the browser takes them. It sees plaintext in passing:
// it keeps none of it, and holds no key. Rules: docs/decisions/0004-stream-relay.md.
import { STREAM_PATH } from '../contract/relay.ts';
import { outsideOf, parseRange } from './byte-range.ts';
import { isNamespace, type After } from './port-broker.ts';
import { lengthOf, PROTECTION, streamHeaders, type StreamHead } from './stream-headers.ts';
import { holdLine, type StreamLine } from './stream-line.ts';

export interface RelayDeps {
  readonly origin: string;
  /** A stream line to the authority of a namespace; `undefined` where nobody has it. */
  readonly findAuthority: (namespace: string) => Promise<MessagePort | undefined>;
  readonly after: After;
}

export interface StreamRelay {
  /** The answer to a request for a stream; `undefined` for any other request. */
  answer(request: Request): Answer | undefined;
}

export interface Answer {
  readonly response: Promise<Response>;
  /** Settles when the body is over, or after HOLD_MS: for `waitUntil`. */
  readonly over: Promise<void>;
}

/** Browsers end a service worker whose event lasts 5 minutes; longer streams live by being nudged. */
export const HOLD_MS = 4 * 60_000;

/** Taken ahead of the reader: one piece at most. */
const AHEAD_BYTES = 1024 * 1024;
const ID = /^[0-9a-f]{64}$/;

const bare = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status, headers: { ...PROTECTION, ...headers } });

/** The pieces as they are pulled. It breaks off unless exactly as many bytes come as were promised. */
function bodyOf(line: StreamLine, promised: number | undefined, over: () => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = 0;
  const wrong = (over: boolean) => promised !== undefined && (over ? sent > promised : sent !== promised);
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const reply = await line.pull();
      if (reply.type === 'stream.piece') {
        sent += reply.bytes.byteLength;
        if (!wrong(true)) return controller.enqueue(reply.bytes);
      } else if (reply.type === 'stream.end' && !wrong(false)) {
        over();
        return controller.close();
      }
      over();
      line.cancel();
      controller.error(new TypeError('the stream broke off'));
    },
    cancel() {
      over();
      line.cancel();
    },
  }, { highWaterMark: AHEAD_BYTES, size: (piece) => piece.byteLength });
}

function responseOf(head: StreamHead, line: StreamLine, over: () => void): Response {
  return new Response(bodyOf(line, lengthOf(head), over), { status: head.range ? 206 : 200, headers: streamHeaders(head) });
}

/** Where the address names a stream: whose, and which. */
function streamIn(request: Request, origin: string): { readonly id: string; readonly namespace: string } | undefined {
  const url = new URL(request.url);
  if (url.origin !== origin || !url.pathname.startsWith(STREAM_PATH)) return undefined;
  return { id: url.pathname.slice(STREAM_PATH.length), namespace: url.searchParams.get('in') ?? '' };
}

export function createStreamRelay({ origin, findAuthority, after }: RelayDeps): StreamRelay {
  /** The head's answer; `over` is called when no body follows, or when it is over. */
  async function relay(line: StreamLine, request: Request, { id, over }: { id: string; over: () => void }): Promise<Response> {
    const reply = await line.open(id, parseRange(request.headers.get('Range')));
    if (reply.type === 'stream.head') return responseOf(reply, line, over);
    over();
    line.cancel();
    if (reply.type !== 'stream.refused' || reply.why === 'broken') return bare(503);
    return reply.why === 'unknown' ? bare(404) : bare(416, { 'Content-Range': outsideOf(reply.size) });
  }

  async function find(request: Request, { id, namespace, over }: { id: string; namespace: string; over: () => void }): Promise<Response> {
    const port = await findAuthority(namespace);
    if (port) return relay(holdLine(port, after), request, { id, over });
    over();
    return bare(503, { 'Retry-After': '1' });
  }

  return {
    answer(request) {
      const stream = streamIn(request, origin);
      if (!stream) return undefined;
      const now = (response: Response): Answer => ({ response: Promise.resolve(response), over: Promise.resolve() });
      // Nothing is asked for: the authority keeps this service worker awake while a stream runs.
      if (stream.id === '') return now(bare(204));
      if (request.method !== 'GET') return now(bare(405, { Allow: 'GET' }));
      if (!ID.test(stream.id) || !isNamespace(stream.namespace)) return now(bare(404));
      const { promise, resolve } = Promise.withResolvers<void>();
      const release = after(HOLD_MS, resolve);
      const over = (): void => {
        release();
        resolve();
      };
      return { response: find(request, { ...stream, over }), over: promise };
    },
  };
}
