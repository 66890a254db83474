// What no file of the project may say: where it was written, where packages came from, anything outside itself.
// Runs on Node 20 with no dependency: `node tools/text-check.mjs [root]`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SKIPPED_FOLDERS = ['node_modules', '.git', 'dist', 'coverage', '.test-profiles'];
const BINARY = /\.(png|jpe?g|gif|webp|nbk|zip|plain|extent\d*|bin|woff2|pdf)$/;

// Written in halves, so that this file passes its own check.
const FORBIDDEN = [
  { pattern: new RegExp('(?<![\\w.])/(?:wor' + 'k|roo' + 't|hom' + 'e)/[\\w.]'), says: 'names a path of one machine' },
  { pattern: new RegExp('/tmp/ba' + 'sh'), says: 'names a path of one machine' },
  { pattern: new RegExp('registry\\.(?:np' + 'mjs|yarn' + 'pkg)|"resolved": "htt' + 'p'), says: 'names a package registry' },
  { pattern: new RegExp('(?:\\.\\./)+sha' + 'red/'), says: 'points outside the project' },
  { pattern: new RegExp('\\b(?:TO' + 'DO|FIX' + 'ME)\\b'), says: 'leaves something for later', only: /^(?:src|server|cli|tools|bench|test)\// },
  { pattern: /[ \t]+$/m, says: 'ends a line in blanks', only: /\.(?:ts|mjs|css|html|json)$/ },
];

function* textFiles(root, path = '') {
  for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
    const name = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.includes(entry.name) && !entry.name.startsWith('dist.')) yield* textFiles(root, name);
    } else if (entry.isFile() && !BINARY.test(entry.name)) {
      yield name;
    }
  }
}

const lineOf = (text, index) => text.slice(0, index).split('\n').length;

/** Every fault under a root, one line each. */
export function textFaults(root) {
  const faults = [];
  for (const file of textFiles(root)) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const { pattern, says, only } of FORBIDDEN) {
      const match = !only || only.test(file) ? pattern.exec(text) : null;
      if (match) faults.push(`${file}:${lineOf(text, match.index)}: ${says}`);
    }
    if (/^(?:src|server|cli|tools|test|bench)\//.test(file) && !/^(?:[a-z0-9]+[-.])*[a-z0-9]+$/.test(file.split('/').pop())) faults.push(`${file}: is not named in kebab-case`);
  }
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = textFaults(process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url))));
  for (const fault of faults) console.log(fault);
  console.log(faults.length === 0 ? 'the text is clean' : `${faults.length} faults in the text`);
  process.exit(faults.length === 0 ? 0 : 1);
}
