// A bare HTTP server in a thread of its own that takes PUTs: it drops what it takes, or hashes and keeps it until it lies on the disk.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

const { folder } = workerData as { readonly folder: string | undefined };
let files = 0;

async function keep(request: IncomingMessage, into: string): Promise<void> {
  const hash = createHash('sha256');
  const file = await open(join(into, String(files += 1)), 'w');
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    await file.write(chunk);
  }
  await file.datasync();
  await file.close();
  hash.digest();
}

async function drop(request: IncomingMessage): Promise<void> {
  for await (const _ of request);
}

const server = createServer((request, response) => {
  void (folder === undefined ? drop(request) : keep(request, folder)).then(() => { response.writeHead(201).end(); });
}).listen(0, '127.0.0.1', () => { parentPort?.postMessage((server.address() as AddressInfo).port); });
