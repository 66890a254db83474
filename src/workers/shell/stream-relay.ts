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
  /** The response to a request for a stream; `undefined` for any other request. */
  answer(request: Request): Promise<Response> | undefined;
}

/** Taken ahead of the reader: one piece at most. */
const AHEAD_BYTES = 1024 * 1024;
const ID = /^[0-9a-f]{64}$/;

const bare = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status, headers: { ...PROTECTION, ...headers } });

/** The pieces as they are pulled. It breaks off unless exactly as many bytes come as were promised. */
function bodyOf(line: StreamLine, promised: number | undefined): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = 0;
  const wrong = (over: boolean) => promised !== undefined && (over ? sent > promised : sent !== promised);
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const reply = await line.pull();
      if (reply.type === 'stream.piece') {
        sent += reply.bytes.byteLength;
        if (!wrong(true)) return controller.enqueue(reply.bytes);
      } else if (reply.type === 'stream.end' && !wrong(false)) {
        return controller.close();
      }
      line.cancel();
      controller.error(new TypeError('the stream broke off'));
    },
    cancel: () => line.cancel(),
  }, { highWaterMark: AHEAD_BYTES, size: (piece) => piece.byteLength });
}

function responseOf(head: StreamHead, line: StreamLine): Response {
  return new Response(bodyOf(line, lengthOf(head)), { status: head.range ? 206 : 200, headers: streamHeaders(head) });
}

export function createStreamRelay({ origin, findAuthority, after }: RelayDeps): StreamRelay {
  async function relay(id: string, namespace: string, range: string | null): Promise<Response> {
    const port = await findAuthority(namespace);
    if (!port) return bare(503, { 'Retry-After': '1' });
    const line = holdLine(port, after);
    const reply = await line.open(id, parseRange(range));
    if (reply.type === 'stream.head') return responseOf(reply, line);
    if (reply.type !== 'stream.refused') {
      line.cancel();
      return bare(503);
    }
    if (reply.why === 'unsatisfiable') return bare(416, { 'Content-Range': outsideOf(reply.size) });
    return bare(reply.why === 'unknown' ? 404 : 503);
  }

  return {
    answer(request) {
      const url = new URL(request.url);
      if (url.origin !== origin || !url.pathname.startsWith(STREAM_PATH)) return undefined;
      const id = url.pathname.slice(STREAM_PATH.length);
      const namespace = url.searchParams.get('in') ?? '';
      // Nothing is asked for: the authority keeps this service worker awake while a stream runs.
      if (id === '') return Promise.resolve(bare(204));
      if (request.method !== 'GET') return Promise.resolve(bare(405, { Allow: 'GET' }));
      if (!ID.test(id) || !isNamespace(namespace)) return Promise.resolve(bare(404));
      return relay(id, namespace, request.headers.get('Range'));
    },
  };
}
