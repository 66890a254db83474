// The house's walls: who may import whom, which package may be used where, and no cycles. Runs on Node 20 with no
// dependency: `node tools/import-walls.mjs [root]`. The table is the one of docs/architecture.md.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const AUTHORITIES = ['identity', 'session', 'keystore', 'home', 'account', 'syncing', 'grants', 'backup'];

/** Every area by the path that it begins with; the longest that fits counts. */
const AREAS = {
  'src/result.ts': 'result',
  'src/crypto/': 'crypto',
  'src/ui/': 'ui',
  'src/sync/': 'sync',
  'src/sync/wire/': 'wire',
  'src/workers/': 'entry',
  'src/workers/release.ts': 'release',
  'src/workers/service.worker.ts': 'service',
  'src/workers/contract/': 'contract',
  'src/workers/contract/app-protocol.ts': 'app-protocol',
  'src/workers/door/': 'door',
  'src/workers/door/page/': 'door-page',
  'src/workers/election/': 'election',
  'src/workers/shell/': 'shell',
  'src/workers/store/': 'store',
  'src/workers/store/open/': 'store-open',
  'src/workers/store/outbox/': 'store-outbox',
  ...Object.fromEntries(AUTHORITIES.map((name) => [`src/workers/${name}/`, name])),
  'server/': 'server',
  'cli/': 'cli',
  'sdk/': 'sdk',
  'examples/': 'examples',
  'tools/': 'tools',
  'test/': 'test',
  'bench/': 'bench',
};

const WORKERS = ['contract', 'door', 'election', 'shell', 'store', 'store-open', 'store-outbox', 'entry', 'release', ...AUTHORITIES];
const EVERYTHING = [...new Set(Object.values(AREAS))];

/** What each area may import besides itself and `result`. */
const MAY_IMPORT = {
  result: [],
  crypto: [],
  contract: ['app-protocol'],
  'app-protocol': [],
  wire: [],
  sync: ['wire'],
  ui: ['contract', 'app-protocol', 'door-page', 'release'],
  'door-page': ['contract', 'entry', 'release', 'door'],
  door: ['contract', 'app-protocol'],
  election: ['contract'],
  store: ['contract', 'sync', 'store-open', 'store-outbox'],
  'store-open': ['contract', 'store'],
  'store-outbox': ['contract', 'store', 'store-open', 'sync'],
  service: ['shell', 'sync', 'wire', 'contract', 'store-open', 'store-outbox', 'release'],
  shell: ['sync', 'wire', 'contract', 'store-open', 'store-outbox'],
  entry: [...WORKERS, 'sync', 'wire', 'crypto'],
  release: [],
  ...Object.fromEntries(AUTHORITIES.map((name) => [name, ['contract', 'app-protocol', 'store', 'store-outbox', 'crypto', 'sync', 'wire', 'release']])),
  server: ['wire'],
  cli: ['crypto', 'contract'],
  sdk: ['app-protocol'],
  examples: ['sdk'],
  tools: [],
  test: EVERYTHING,
  bench: EVERYTHING,
};

/** Pure pieces of one authority that others may use whole; of all else they see types, the interface handed to them. */
const SHARED = ['src/workers/identity/credentials.ts', 'src/workers/keystore/failure-code.ts', 'src/workers/account/cloud-error.ts', 'src/workers/home/group-clocks.ts'];

/** Where each package may be used; `test`, `bench`, `tools` and build files may use any. */
const PACKAGES = {
  comlink: ['door', 'door-page'],
  idb: ['store', 'store-open', 'store-outbox'],
  rxjs: [...AUTHORITIES, 'door', 'door-page', 'ui', 'entry'],
  'workbox-precaching': ['shell'],
  'workbox-routing': ['shell'],
  'workbox-window': ['ui'],
  lit: ['ui'],
  '@lit/localize': ['ui'],
  '@noble/ciphers': ['crypto'],
  '@scure/bip39': ['crypto'],
  cborg: ['crypto', 'server', 'sync'],
  'libsodium-wrappers-sumo': ['crypto'],
  '@peculiar/webcrypto': ['cli'],
  'client-zip': ['home'],
  oauth4webapi: ['sync'],
  jose: ['sync', 'server'],
  hpke: ['crypto'],
  'lean-qr': ['ui'],
  ...Object.fromEntries(['fastify', '@fastify/static', '@fastify/cors', '@fastify/formbody', '@fastify/rate-limit', '@fastify/swagger', 'pino', 'prom-client',
    'kysely', 'pg', '@aws-sdk/client-s3', 'oidc-provider', '@simplewebauthn/server'].map((name) => [name, ['server']])),
};
const NODE_AREAS = ['server', 'cli', 'tools', 'test', 'bench'];
const ANY_PACKAGE = ['tools', 'test', 'bench'];

const IMPORT = /^\s*(?:import|export)(\s+type)?\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|new URL\(\s*['"](\.[^'"]+)['"],\s*import\.meta\.url/gm;

/** `{spec, typeOnly, lazy, line}` of everything that a source text imports. */
export function importsOf(text) {
  return [...text.matchAll(IMPORT)].map((match) => ({
    spec: match[2] ?? match[3] ?? match[4],
    typeOnly: match[1] !== undefined,
    lazy: match[2] === undefined,
    line: text.slice(0, match.index + match[0].search(/\S/)).split('\n').length,
  }));
}

export function areaOf(path) {
  const prefix = Object.keys(AREAS).filter((each) => path.startsWith(each)).sort((a, b) => b.length - a.length)[0];
  return prefix && AREAS[prefix];
}

const packageOf = (spec) => spec.split('/').slice(0, spec.startsWith('@') ? 2 : 1).join('/');

function packageFault(area, spec) {
  if (spec.startsWith('node:')) return NODE_AREAS.includes(area) ? undefined : `${area} may not use Node's ${spec}`;
  const name = packageOf(spec);
  if (ANY_PACKAGE.includes(area) || PACKAGES[name]?.includes(area)) return undefined;
  return `${area} may not use the package ${name}`;
}

function wallFault(area, target, { typeOnly }) {
  const other = areaOf(target);
  if (!other) return `${target} is outside every area`;
  if (other === area || other === 'result' || MAY_IMPORT[area].includes(other)) return undefined;
  const handedOver = AUTHORITIES.includes(area) && AUTHORITIES.includes(other) && (typeOnly || SHARED.includes(target));
  return handedOver ? undefined : `${area} may not import ${other} (${target})`;
}

function* filesUnder(root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return;
  if (!statSync(full).isDirectory()) {
    if (/\.(ts|mts|mjs|js)$/.test(path)) yield path;
    return;
  }
  for (const name of readdirSync(full).sort()) if (name !== 'node_modules') yield* filesUnder(root, `${path}/${name}`);
}

/** Circles among imports that run at load; types are gone by then, and lazy imports come later. */
function cyclesIn(graph) {
  const found = [];
  const state = new Map();
  const visit = (file, trail) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

/** Every fault under a root, one line each. */
export function wallFaults(root) {
  const faults = [];
  const graph = new Map();
  const files = ['src', 'server', 'cli', 'sdk', 'examples', 'tools', 'test', 'bench'].flatMap((folder) => [...filesUnder(root, folder)]);
  for (const file of files) {
    const area = areaOf(file);
    const edges = [];
    graph.set(file, edges);
    for (const each of importsOf(readFileSync(join(root, file), 'utf8'))) {
      const relative = each.spec.startsWith('.');
      const target = relative ? normalize(join(dirname(file), each.spec)).replaceAll('\\', '/') : undefined;
      const fault = relative ? wallFault(area, target, each) : packageFault(area, each.spec);
      if (fault) faults.push(`${file}:${each.line}: ${fault}`);
      if (target && !each.typeOnly && !each.lazy) edges.push(target);
    }
  }
  return [...faults, ...cyclesIn(graph).map((circle) => `circle: ${circle}`)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = wallFaults(process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url))));
  for (const fault of faults) console.log(fault);
  console.log(faults.length === 0 ? 'the walls hold' : `${faults.length} imports break the walls`);
  process.exit(faults.length === 0 ? 0 : 1);
}
