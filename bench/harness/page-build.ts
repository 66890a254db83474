// Bundles the page that measures and serves it on this machine alone, isolated, so that clocks are as fine as an engine has them.
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { build } from 'vite';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const HEADERS = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp', 'cache-control': 'no-store' };

export interface ServedPage {
  readonly url: string;
  close(): void;
}

async function bundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-bench-page-'));
  await build({
    configFile: false, root: join(import.meta.dirname, '..', 'page'), logLevel: 'warn', worker: { format: 'es' },
    build: { outDir: folder, target: 'es2023', emptyOutDir: true, modulePreload: false, reportCompressedSize: false, chunkSizeWarningLimit: 4_000 },
  });
  return folder;
}

function send(response: ServerResponse, path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { ...HEADERS, 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
  createReadStream(path).pipe(response);
}

/** `data`: a folder whose files are served under `/data/`. */
export async function servePage(data?: string): Promise<ServedPage> {
  const folder = await bundle();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const given = data !== undefined && pathname.startsWith('/data/') ? join(data, pathname.slice('/data/'.length)) : undefined;
    send(response, given ?? join(folder, pathname === '/' ? 'index.html' : pathname));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page is not served');
  return {
    url: `http://localhost:${address.port}/`,
    close() {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
