// An app on a page of its own, at another origin than Nexus: its page, its script, its manifest, which others may read.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build, type Rollup } from 'vite';

const ROOT = join(import.meta.dirname, '../../..');

export interface Site { readonly origin: string; close(): void }

/** A script, from the project's root, as an author would bundle it. */
export async function bundled(entry: string): Promise<string> {
  const lib = { entry: join(ROOT, entry), formats: ['es' as const] };
  const built = await build({ root: ROOT, configFile: false, publicDir: false, logLevel: 'silent', build: { write: false, target: 'es2023', lib } }) as Rollup.RollupOutput[];
  return built[0]!.output[0].code;
}

export async function hostApp({ script, page, manifest }: { readonly script: string; readonly page: string; readonly manifest: string }): Promise<Site> {
  const answers: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/': ['text/html', page], '/app.js': ['text/javascript', script], '/nexus-app.json': ['application/json', manifest],
  };
  const server = createServer((request, response) => {
    const [type, body] = answers[request.url ?? ''] ?? [];
    if (type === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' }).end(body);
  });
  await once(server.listen(0), 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => { server.closeAllConnections(); server.close(); } };
}
