// The server as processes of its own over the pair of the suite: started, killed, started again on the same port.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { serverNode } from '../../../tools/server-node.mjs';
import { freePort } from '../../../server/free-port.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const running = new Set<ChildProcess>();
process.on('exit', () => { for (const child of running) child.kill('SIGKILL'); });

export interface ServerProcess {
  /** Where it listens. */
  readonly address: string;
  start(): Promise<void>;
  /** Ends it at once, as a power cut would end a process; resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop; its exit code, and what it wrote to its log. */
  stop(): Promise<number | null>;
  readonly log: string;
  readonly pid: number | undefined;
}

/** A server that `env` describes; its clients call it `origin`, whatever port it listens on. */
export async function serverProcess(env: Readonly<Record<string, string>>, origin?: string): Promise<ServerProcess> {
  const dist = temporaryFolder('dist');
  writeFileSync(join(dist, 'index.html'), '<!doctype html><title>t</title>');
  const port = await freePort();
  let child: ChildProcess | undefined;
  let log = '';
  return {
    address: `http://localhost:${port}`,
    get log() { return log; },
    get pid() { return child?.pid; },
    async start() {
      const { command, args, env: base } = serverNode();
      const started = spawn(command, [...args, '--port', String(port), ...origin === undefined ? [] : ['--origin', origin]], {
        env: { ...process.env, ...base, NEXUS_RATE: '100000000', NEXUS_LOG: 'warn', ...env, NEXUS_DIST: dist }, stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      running.add(started);
      started.once('exit', () => { running.delete(started); });
      started.stderr.on('data', (data: Buffer) => { log += data.toString(); });
      const lines = createInterface(started.stdout);
      const ended = once(started, 'exit').then(() => { throw new Error(`the server ended before it listened: ${log}`); });
      await Promise.race([once(lines, 'line'), ended]);
      ended.catch(() => undefined);
    },
    async kill() {
      const ending = child;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = once(ending, 'exit');
      ending.kill('SIGKILL');
      await ended;
    },
    async stop() {
      const ending = child!;
      const ended = once(ending, 'exit') as Promise<[number | null]>;
      ending.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}
