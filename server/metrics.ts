// Owns the server's figures (Prometheus), on a loopback port of their own: counts by route and status, never by account.
import type { FastifyInstance } from 'fastify';
import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface Metrics { readonly registry: Registry; observe(app: FastifyInstance): void; swept(kind: string, count: number): void }

/** `streams` tells how many event streams are open. */
export function createMetrics(streams: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({ name: 'nexus_request_seconds', help: 'Time to answer', labelNames: ['method', 'route', 'status'], buckets: SECONDS, registers: [registry] });
  const bytes = new Counter({ name: 'nexus_body_bytes_total', help: 'Bytes of object bodies', labelNames: ['direction'], registers: [registry] });
  const swept = new Counter({ name: 'nexus_swept_total', help: 'What the janitor dropped', labelNames: ['kind'], registers: [registry] });
  registry.registerMetric(new Gauge({ name: 'nexus_event_streams', help: 'Open event streams', registers: [], collect() { this.set(streams()); } }));
  return {
    registry,
    observe(app) {
      app.addHook('onResponse', (request, reply, done) => {
        const { url: route = 'none' } = request.routeOptions;
        seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
        bytes.inc({ direction: 'in' }, Number(request.headers['content-length'] ?? 0) || 0);
        bytes.inc({ direction: 'out' }, Number(reply.getHeader('content-length') ?? 0) || 0);
        done();
      });
    },
    swept: (kind, count) => { swept.inc({ kind }, count); },
  };
}

/** Serves `/metrics` on this machine alone; resolves with what to close. */
export async function serveMetrics(registry: Registry, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => { response.writeHead(200, { 'content-type': registry.contentType }).end(text); },
      () => { response.writeHead(500).end(); });
  });
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(port, '127.0.0.1', resolve); });
  return server;
}
