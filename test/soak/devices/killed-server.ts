// The real server behind a relay: killed and started again at seeded moments, taken away and brought back, its accounts changed while it runs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { BuiltServer } from '../../e2e/support/built-server.ts';
import { Relay } from '../../e2e/support/relay.ts';

const ROOT = join(import.meta.dirname, '../../..');

interface AccountLine { readonly name: string; readonly bytes: number; readonly quota: { readonly bytes: number } }

export class KilledServer {
  readonly server: BuiltServer;
  readonly relay: Relay;
  /** After how many requests each, counted from the one before. */
  #gaps: number[] = [];
  #since = 0;
  #restart: Promise<void> | undefined;
  kills = 0;

  private constructor(relay: Relay) {
    this.relay = relay;
    this.server = new BuiltServer({ NEXUS_LOG: 'warn' }, relay);
    relay.heard = () => { this.#hear(); };
  }

  static async start(): Promise<KilledServer> {
    const killed = new KilledServer(await Relay.open());
    await killed.server.start();
    return killed;
  }

  /** From here on it is killed, and started again, whenever so many further requests have come. */
  killAfter(gaps: readonly number[]): void {
    this.#gaps = [...gaps];
    this.#since = 0;
  }

  #hear(): void {
    this.#since += 1;
    const [gap] = this.#gaps;
    if (gap === undefined || this.#since < gap || this.#restart) return;
    this.#gaps.shift();
    this.#restart = this.server.stop().then(() => this.server.start()).finally(() => {
      this.kills += 1;
      this.#since = 0;
      this.#restart = undefined;
    });
  }

  /** Kills that have not come yet never come; one that is under way ends first. */
  async atPeace(): Promise<void> {
    this.#gaps = [];
    await this.#restart;
  }

  async #admin(...words: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'server/admin/main.ts', ...words], { cwd: ROOT, env: { ...process.env, NEXUS_DATA: this.server.data }, stdio: ['ignore', 'pipe', 'inherit'] });
    const [said, [code]] = await Promise.all([buffer(child.stdout), once(child, 'exit')]);
    if (code !== 0) throw new Error(`nexus-server ${words.join(' ')} ended with ${String(code)}`);
    return said.toString();
  }

  /** What the account keeps, in bytes. */
  async bytesOf(account: string): Promise<number> {
    const accounts = JSON.parse(await this.#admin('user', 'list', '--json')) as readonly AccountLine[];
    return accounts.find(({ name }) => name === account)!.bytes;
  }

  async setQuota(account: string, bytes: number): Promise<void> {
    await this.#admin('user', 'quota', account, String(bytes));
  }

  /** The last token of a browser that says so of itself. */
  tokenOf(browser: RegExp): string {
    const tokens = this.relay.exchanges.map(({ heads: [asked = ''] }) => (browser.test(asked) ? /\nauthorization\n(.+)/i.exec(asked)?.[1] : undefined));
    return tokens.findLast((token) => token !== undefined)!;
  }

  /** What of the account such a browser was given, of all that was asked from the `first` request on. */
  givenTo(browser: RegExp, first: number): readonly string[] {
    return this.relay.exchanges.slice(first).filter(({ url, heads: [asked = '', answered = ''] }) => url.startsWith('/v1/') && browser.test(asked) && answered.startsWith('2')).map(({ method, url }) => `${method} ${url}`);
  }

  /** Why nothing is given for a token alone: its key is missing, or it is none. */
  async refusalOf(token: string): Promise<string> {
    const answer = await fetch(`${this.relay.origin}/v1/changes`, { headers: { authorization: token } });
    return ((await answer.json()) as { readonly code: string }).code;
  }

  async close(): Promise<void> {
    await this.atPeace();
    await this.server.stop();
    this.relay.close();
  }
}
