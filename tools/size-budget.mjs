// The first screen's weight: the compressed script and style that index.html asks for before anything is shown.
// What is loaded later, the worker included, is told beside it. Runs on Node 20 with no dependency, after a build.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const BUDGET = 100 * 1024;
const STATIC_IMPORT = /(?:^|[;}\s])(?:import|export)\s*(?:[\w*{}\s,$]*?from\s*)?["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g;
const LINKED = /<(?:script[^>]*\ssrc|link[^>]*rel="(?:modulepreload|stylesheet)"[^>]*\shref)="([^"]+)"/g;

/** The views that may be the first one to be shown; each is loaded by the entry at once. */
const FIRST_VIEWS = ['nx-oobe', 'nx-greeter', 'nx-lock'];

/** Every file that a page needs before it shows a view: what it names, the view's own file, and what those import. */
export function firstScreenOf(dist, page = 'index.html', view = undefined) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path)) return;
    found.add(path);
    const text = readFileSync(join(dist, path), 'utf8');
    for (const [, spec] of text.matchAll(STATIC_IMPORT)) visit(posix.join(posix.dirname(path), spec));
  };
  for (const [, href] of readFileSync(join(dist, page), 'utf8').matchAll(LINKED)) visit(href.replace(/^\//, ''));
  for (const name of view ? readdirSync(join(dist, 'assets')) : []) if (name.startsWith(`${view}-`) && name.endsWith('.js')) visit(`assets/${name}`);
  return [...found].sort();
}

const weigh = (dist, paths) => paths.reduce((sum, path) => {
  const bytes = readFileSync(join(dist, path));
  return { gzip: sum.gzip + gzipSync(bytes, { level: 9 }).length, brotli: sum.brotli + brotliCompressSync(bytes).length };
}, { gzip: 0, brotli: 0 });

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
const say = (what, { gzip, brotli }) => console.log(`${what}: ${kib(gzip)} gzip, ${kib(brotli)} Brotli`);

function main(dist) {
  const screens = FIRST_VIEWS.map((view) => firstScreenOf(dist, 'index.html', view)).map((paths) => ({ paths, weight: weigh(dist, paths) }));
  const { paths: first, weight } = screens.sort((a, b) => b.weight.gzip - a.weight.gzip)[0];
  const others = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.js')).map((name) => `assets/${name}`).filter((path) => !first.includes(path));
  const worker = others.filter((path) => path.includes('authority.worker'));
  say(`first screen, the heaviest of ${FIRST_VIEWS.join(', ')} (${first.length} files)`, weight);
  say('authority worker, its own file', weigh(dist, worker));
  say('all that is loaded later', weigh(dist, others));
  say('service worker', weigh(dist, ['service-worker.js']));
  if (first.length === 0 || worker.length !== 1) {
    console.log('the build is not as expected: no first screen or no authority worker');
    return 1;
  }
  if (first.some((path) => path.includes('libsodium'))) {
    console.log('a page loads libsodium; only the worker may');
    return 1;
  }
  console.log(weight.gzip <= BUDGET ? `within ${kib(BUDGET)}` : `over ${kib(BUDGET)}`);
  return weight.gzip <= BUDGET ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(main(process.argv[2] ?? join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist')));
