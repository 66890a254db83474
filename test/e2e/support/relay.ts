// A relay between browsers and a server: what it is asked and answers passes through unchanged, and a test hears of it. Browsers know the
// server by the relay's address, so that it may be killed, and started again, behind it.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request and its answer; grows while they pass. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** Both heads as they went over the wire. */
  readonly heads: string[];
  /** Bytes of both bodies. */
  sent: number;
  received: number;
  /** Whether its answer went out whole. */
  passed: boolean;
  readonly asked: Buffer[];
  readonly answered: Buffer[];
}

const headOf = (first: string, { rawHeaders }: IncomingMessage): string => [first, ...rawHeaders].join('\n');

export class Relay {
  readonly exchanges: Exchange[] = [];
  /** Called before a request goes on; it waits for what this gives. */
  heard: (exchange: Exchange) => void | Promise<void> = () => undefined;
  readonly #keeps: boolean;
  readonly #server: Server = createServer((asked, answer) => { void this.#pass(asked, answer); });
  #to = 0;
  #port = 0;

  private constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  /** Bodies are kept, or only counted. */
  static async open({ keeps = false } = {}): Promise<Relay> {
    const relay = new Relay(keeps);
    await once(relay.#server.listen(0, '127.0.0.1'), 'listening');
    relay.#port = (relay.#server.address() as AddressInfo).port;
    return relay;
  }

  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  /** From here on what comes goes to this port. */
  leadTo(port: number): void {
    this.#to = port;
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = '', url = '' } = asked;
    const exchange: Exchange = { method, url, heads: [headOf(`${method} ${url}`, asked)], sent: 0, received: 0, passed: false, asked: [], answered: [] };
    this.exchanges.push(exchange);
    await this.heard(exchange);
    if (answer.destroyed) return;
    // Nobody packs what the test is to look through.
    const onward = request({ host: '127.0.0.1', port: this.#to, method, path: url, headers: { ...asked.headers, 'accept-encoding': 'identity' } }, (came) => {
      exchange.heads.push(headOf(String(came.statusCode), came));
      this.#hear(came, (bytes) => { exchange.received += bytes.length; }, exchange.answered);
      answer.writeHead(came.statusCode ?? 502, came.rawHeaders);
      came.on('error', () => { answer.destroy(); });
      came.pipe(answer);
    });
    // A server that is away is away for the browser too: no answer, and none of the relay's own.
    onward.on('error', () => { asked.socket.destroy(); });
    answer.on('finish', () => { exchange.passed = true; });
    answer.on('close', () => { onward.destroy(); });
    this.#hear(asked, (bytes) => { exchange.sent += bytes.length; }, exchange.asked);
    asked.pipe(onward);
  }

  #hear(stream: IncomingMessage, count: (bytes: Buffer) => void, kept: Buffer[]): void {
    stream.on('data', (bytes: Buffer) => {
      count(bytes);
      if (this.#keeps) kept.push(bytes);
    });
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
