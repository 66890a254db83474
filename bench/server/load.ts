// The load that every server gets alike: prepared requests, so many at once, over connections that stay. It reads answers into
// one buffer a connection and keeps nothing of them, so that on one machine the server is what is measured.
import { connect, type Socket } from 'node:net';

export interface Shot { readonly method: string; readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body?: Uint8Array }

const READ_BYTES = 256 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

function headOf({ method, url, headers, body }: Shot): Buffer {
  const { pathname, host } = new URL(url);
  const lines = [`${method} ${pathname} HTTP/1.1`, `host: ${host}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), ...body ? [`content-length: ${body.byteLength}`] : []];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** Where an answer stands: its head is not whole yet, or so much of its body is to come, or its chunks end some time. */
interface Reading { head: Buffer; left: number | 'chunked' | undefined; tail: Buffer }

/** Takes a piece of an answer; true when the answer is whole. Throws for one that is no success. */
function take(reading: Reading, piece: Buffer): boolean {
  let body = piece;
  if (reading.left === undefined) {
    reading.head = Buffer.concat([reading.head, piece]);
    const end = reading.head.indexOf(HEAD_END);
    if (end < 0) return false;
    const head = reading.head.subarray(0, end).toString('latin1');
    if (!/^HTTP\/1\.1 2/.test(head)) throw new Error(`answered ${head.slice(0, 40)}`);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    reading.left = length !== undefined ? Number(length) : /\r\ntransfer-encoding: chunked/i.test(head) ? 'chunked' : 0;
    body = reading.head.subarray(end + HEAD_END.byteLength);
  }
  if (reading.left === 'chunked') {
    reading.tail = Buffer.concat([reading.tail, body]).subarray(-LAST_CHUNK.byteLength);
    return reading.tail.equals(LAST_CHUNK);
  }
  reading.left -= body.byteLength;
  return reading.left <= 0;
}

/** One connection; sends what `next` gives until it gives nothing. */
function connection(origin: URL, next: () => { head: Buffer; body: Uint8Array | undefined } | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let reading: Reading;
    const buffer = Buffer.alloc(READ_BYTES);
    const socket: Socket = connect({
      host: '127.0.0.1', port: Number(origin.port), noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          try {
            if (take(reading, reading.left === undefined ? Buffer.from(buffer.subarray(0, length)) : buffer.subarray(0, length))) shoot();
          } catch (error) {
            socket.destroy(error as Error);
          }
          return true;
        },
      },
    });
    const shoot = (): void => {
      const shot = next();
      reading = { head: Buffer.alloc(0), left: undefined, tail: Buffer.alloc(0) };
      if (!shot) {
        socket.end();
        resolve();
        return;
      }
      socket.write(shot.head);
      if (shot.body) socket.write(shot.body);
    };
    socket.once('connect', shoot).once('error', reject).once('close', () => { reject(new Error('the server closed a connection')); });
  });
}

/** Sends all, `atOnce` at a time; how many a second. */
export async function rateOf(shots: readonly Shot[], atOnce: number): Promise<number> {
  const written = shots.map((shot) => ({ head: headOf(shot), body: shot.body }));
  const origin = new URL(shots[0]!.url);
  let at = 0;
  const next = () => {
    at += 1;
    return written[at - 1];
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, () => connection(origin, next)));
  return shots.length / ((performance.now() - began) / 1000);
}
