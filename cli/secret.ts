// Where a secret comes from: a file, or the terminal without echo. It is never an argument, which others can see.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { SecretFrom } from './arguments.ts';
import { EXIT, Failed } from './exit.ts';

const MOST_BYTES = 64 * 1024;

function fromFile(path: string): Uint8Array<ArrayBuffer> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new Failed(EXIT.other, 'The file with the secret cannot be read.');
  }
  if (bytes.length > MOST_BYTES) throw new Failed(EXIT.usage, 'The file with the secret is too large.');
  // One line break at the end is the editor's, not the secret's.
  const text = bytes.toString('utf8').replace(/\r?\n$/, '');
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

function fromTerminal(): Promise<Uint8Array<ArrayBuffer>> {
  if (!process.stdin.isTTY) throw new Failed(EXIT.usage, 'There is no terminal to ask on: use --password-file or --phrase-file.');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const asking = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write('Password or recovery phrase: ');
  return new Promise((resolve, reject) => {
    asking.on('SIGINT', () => {
      asking.close();
      reject(new Failed(EXIT.interrupted, ''));
    });
    asking.question('', (answer) => {
      asking.close();
      process.stderr.write('\n');
      resolve(new Uint8Array(Buffer.from(answer, 'utf8')));
    });
  });
}

/** UTF-8; undefined where none is wanted. */
export async function readSecret(from: SecretFrom): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (from === 'none') return undefined;
  return from === 'terminal' ? fromTerminal() : fromFile(from.file);
}
