// The built app on a port of its own, as `npm start` serves it. Stopping it is how a device goes offline.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../../server/free-port.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { Relay } from './relay.ts';

const running = new Set<ChildProcess>();
process.on('exit', () => { for (const child of running) child.kill('SIGKILL'); });

const ROOT = join(import.meta.dirname, '../../..');

export class BuiltServer {
  #process: ChildProcess | undefined;
  #port = 0;
  #dist: string | undefined;
  /** Everything that it keeps. */
  readonly data = temporaryFolder('data');
  readonly #env: Readonly<Record<string, string>>;
  readonly #relay: Relay | undefined;
  #said = '';

  /** `env` = further settings of the server; `behind` = where browsers find it. */
  constructor(env: Readonly<Record<string, string>> = {}, behind?: Relay) {
    this.#env = env;
    this.#relay = behind;
  }

  get origin(): string {
    return this.#relay?.origin ?? `http://localhost:${this.#port}`;
  }

  /** Everything that it wrote to its terminal and its log, where it stands behind a relay. */
  get said(): string {
    return this.#said;
  }

  /** From the next start on, another build is served. */
  serve(dist: string): void {
    this.#dist = dist;
  }

  /** Starts it; the second time on the same port, so that the origin stays the same. */
  async start(): Promise<void> {
    if (this.#relay && this.#port === 0) this.#relay.leadTo(this.#port = await freePort());
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'server/main.ts'], {
      cwd: ROOT, env: { ...process.env, ...this.#env, PORT: String(this.#port), NEXUS_DATA: this.data, ...(this.#relay && { NEXUS_ORIGIN: this.#relay.origin }), ...(this.#dist !== undefined && { NEXUS_DIST: this.#dist }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.on('data', (data: Buffer) => {
      if (this.#relay) this.#said += data.toString();
      else process.stderr.write(data);
    });
    this.#process = child;
    running.add(child);
    child.once('exit', () => { running.delete(child); });
    const ended = once(child, 'exit').then(() => { throw new Error('the server ended before it listened'); });
    const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]) as [string];
    ended.catch(() => undefined);
    this.#said += `${line}\n`;
    if (!this.#relay) this.#port = Number(/:(\d+)\/$/.exec(line)?.[1]);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
