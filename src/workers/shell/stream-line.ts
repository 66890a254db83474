// One stream line, as the service worker holds it: asks the authority for a head, then for one piece at a time.
// A line that says nothing for PATIENCE.idleStreamMs after it was asked is dead: so no response hangs on a tab that is gone.
import { PATIENCE } from '../contract/limits.ts';
import type { StreamReply, StreamRequest } from '../contract/relay.ts';
import type { AskedRange } from './byte-range.ts';
import type { After } from './port-broker.ts';

export interface StreamLine {
  /** Asks once; the answer is a head or a refusal. */
  open(id: string, range: AskedRange | undefined): Promise<StreamReply>;
  /** The next piece, the end, or a refusal. One at a time. */
  pull(): Promise<StreamReply>;
  /** Nobody reads on. */
  cancel(): void;
}

const BROKEN: StreamReply = { type: 'stream.refused', why: 'broken' };
const isReply = (data: unknown): data is StreamReply =>
  typeof data === 'object' && data !== null && String((data as Record<string, unknown>)['type']).startsWith('stream.');

export function holdLine(port: MessagePort, after: After): StreamLine {
  let settle: ((reply: StreamReply) => void) | undefined;
  let last: StreamReply | undefined;

  /** Heard from the authority, or of its loss. What comes last is every later answer as well. */
  function hear(reply: StreamReply): void {
    if (reply.type === 'stream.end' || reply.type === 'stream.refused') {
      last = reply;
      port.close();
    }
    settle?.(reply);
  }

  function ask(request: StreamRequest): Promise<StreamReply> {
    if (last) return Promise.resolve(last);
    return new Promise((resolve) => {
      const stop = after(PATIENCE.idleStreamMs, () => hear(BROKEN));
      settle = (reply) => {
        settle = undefined;
        stop();
        resolve(reply);
      };
      port.postMessage(request);
    });
  }

  port.addEventListener('message', ({ data }: MessageEvent<unknown>) => hear(isReply(data) ? data : BROKEN));
  port.addEventListener('close', () => { if (!last) hear(BROKEN); });
  port.start();

  return {
    open: (id, range) => ask({ type: 'stream.open', id, ...(range && { range }) }),
    pull: () => ask({ type: 'stream.pull' }),
    cancel() {
      if (last) return;
      port.postMessage({ type: 'stream.cancel' } satisfies StreamRequest);
      hear(BROKEN);
    },
  };
}
