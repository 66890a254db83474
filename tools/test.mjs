// `npm test`: everything that must hold, step by step; the last line is `N passed, N failed` and nothing more.
// Runs on Node 20 with no dependency; `--only a,b` runs the named steps alone.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ENGINES, ensureDependencies, ensureEngines, ensurePeers, ensureServices, node, root } from './ensure.mjs';
import { inLanes, LANES } from './lanes.mjs';

ensureDependencies();
const ci = process.env.CI === 'true';

/** A step passes or fails as one, unless its runner prints how many tests it ran. */
const NODE_COUNTS = { passed: /^ℹ pass (\d+)/m, failed: /^ℹ fail (\d+)/m, skipped: /^ℹ skipped (\d+)/m };
const WTR_COUNTS = { passed: /(\d+) passed, \d+ failed/, failed: /\d+ passed, (\d+) failed/, skipped: /(\d+) skipped/ };

const tool = (path, ...args) => [`node_modules/${path}`, ...args];
/** So many files at once; by itself Node leaves one processor idle, and of two that is half the time. */
const nodeTest = (files) => ['--disable-warning=ExperimentalWarning', '--test', `--test-concurrency=${files}`, '--import', './test/support/node-globals.ts'];

/** Two files at once: by itself each waits for its browser for much of its time. */
const e2e = (engine) => ({
  name: `e2e:${engine}`, engine, alone: true, minutes: 25, counts: NODE_COUNTS, env: { NEXUS_ENGINE: engine },
  args: [...nodeTest(LANES), '--test-timeout=120000', 'test/e2e/*.e2e.ts'],
});
const browser = (engine) => ({
  name: `browser:${engine}`, engine, minutes: 15, counts: WTR_COUNTS, env: { NEXUS_ENGINE: engine },
  args: tool('@web/test-runner/dist/bin.js', '--config', 'web-test-runner.config.mjs'),
});

/** Those that are not `alone` run side by side with their neighbours. */
const STEPS = [
  { name: 'types', minutes: 6, args: ['tools/check-types.mjs'] },
  // The server's suites once more, over what a server grows into; one after the other, since they share a bucket.
  { name: 'scaled', engine: 'services', minutes: 10, counts: NODE_COUNTS, env: { NEXUS_TEST_PAIR: 'scaled' }, args: ['tools/with-services.mjs', node(), ...nodeTest(1), '--test-timeout=240000', 'test/server/**/*.node.ts'] },
  { name: 'lint', minutes: 6, args: tool('eslint/bin/eslint.js', '--max-warnings', '0', '.') },
  { name: 'walls', minutes: 2, args: ['tools/import-walls.mjs'] },
  { name: 'text', minutes: 2, args: ['tools/text-check.mjs'] },
  { name: 'unused', minutes: 4, args: tool('knip/bin/knip.js') },
  { name: 'unit', alone: true, minutes: 12, counts: NODE_COUNTS, args: [...nodeTest(LANES), '--test-timeout=300000', 'test/{crypto,cli,sdk,server,workers,sync,tools,ui}/**/*.test.ts', 'test/**/*.node.ts'] },
  { name: 'build', alone: true, minutes: 2, args: ['tools/build/build.ts'] },
  { name: 'size', alone: true, minutes: 1, args: ['tools/size-budget.mjs'] },
  ...Object.keys(ENGINES).map(browser),
  ...Object.keys(ENGINES).map(e2e),
  // That every measurement runs; what it says of speed is for `npm run bench`.
  { name: 'bench', engine: 'chromium', alone: true, minutes: 9, args: ['--disable-warning=ExperimentalWarning', 'bench/run.ts', '--quick'] },
];

const GRACE_MS = 5_000;
/** Characters of a failed step's end that the end of the whole run repeats. */
const LAST_WORDS = 2_000;
/** What V8 has compiled is kept for the next process: hundreds read the same modules. */
const COMPILED = join(root, 'node_modules/.cache/nexus-compiled');
const running = new Set();
process.on('exit', () => { for (const child of running) endGroup(child, 'SIGKILL'); });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** Each step leads a process group, so that its browsers end with it. */
function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** `say` takes what it says, to its terminal and of its errors. */
function runStep({ name, args, env, minutes }, say) {
  return new Promise((resolve) => {
    const child = spawn(node(), args, { cwd: root, env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    running.add(child);
    let output = '';
    let errors = '';
    const limit = setTimeout(() => {
      say(`— ${name}: not done after ${minutes} min, ended\n`);
      child.timedOut = true;
      // A polite end first: a test process then ends the browsers that lead groups of their own.
      endGroup(child, 'SIGTERM');
      setTimeout(endGroup, GRACE_MS, child, 'SIGKILL').unref();
    }, minutes * 60_000);
    child.stdout.on('data', (data) => {
      output += data;
      say(data);
    });
    child.stderr.on('data', (data) => {
      errors = (errors + data).slice(-LAST_WORDS);
      say(data);
    });
    child.on('close', (code) => {
      clearTimeout(limit);
      endGroup(child, 'SIGKILL');
      running.delete(child);
      resolve({ code: child.timedOut ? 1 : code, timedOut: child.timedOut, output, errors });
    });
  });
}

const read = (output, pattern) => Number(pattern.exec(output)?.[1] ?? 0);

/** The tests that a runner names as failed; of a step that names none, its last words: a log may be read from its end alone. */
function failuresIn({ output, errors, timedOut }) {
  const named = output.split('✖ failing tests:')[1]?.match(/^✖ .+/gm);
  return named ?? [...timedOut ? ['not done in its time'] : [], ...`${output.slice(-LAST_WORDS)}\n${errors}`.split('\n').filter((line) => line.trim() !== '')];
}

async function countsOf(step, say) {
  const ended = await runStep(step, say);
  const { code, output } = ended;
  const failures = code === 0 ? [] : failuresIn(ended);
  if (!step.counts) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, failures };
  const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map((key) => read(output, step.counts[key]));
  // A runner that ran nothing, or died, has failed whatever it counted.
  const broken = passed === 0 || (code !== 0 && failed === 0);
  return { passed, failed: failed + (broken ? 1 : 0), skipped, failures };
}

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1].split(',') : undefined;
const unknown = only?.filter((name) => !STEPS.some((step) => step.name === name)) ?? [];
if (unknown.length > 0) {
  console.log(`no such step: ${unknown.join(', ')}; there are ${STEPS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const chosen = STEPS.filter(({ name }) => !only || only.includes(name));
const here = [
  ...chosen.some(({ engine }) => engine in ENGINES) ? ensureEngines() : [],
  ...chosen.some(({ engine }) => engine === 'services') && ensureServices() ? ['services'] : [],
];
if (chosen.some(({ name }) => name === 'bench' || name.startsWith('e2e'))) ensurePeers();
const totals = { passed: 0, failed: 0, skipped: 0 };
const failedSteps = [];

async function take(step) {
  const started = Date.now();
  const kept = [];
  // What has neighbours is quoted whole when it has ended; the others are heard as they speak.
  const say = (data) => { if (step.alone) process.stdout.write(data); else kept.push(data); };
  say(`\n— ${step.name}\n`);
  const missing = step.engine && !here.includes(step.engine);
  if (missing) say(`${step.engine === 'services' ? 'PostgreSQL and Ceph are' : `${step.engine} is`} not installed here: ${ci ? 'failed' : 'skipped'}\n`);
  const counts = missing ? { passed: 0, failed: ci ? 1 : 0, skipped: ci ? 0 : 1, failures: [] } : await countsOf(step, say);
  for (const key of Object.keys(totals)) totals[key] += counts[key];
  if (counts.failed > 0) failedSteps.push([step.name, ...counts.failures].join('\n  '));
  for (const data of kept) process.stdout.write(data);
  console.log(`— ${step.name}: ${counts.failed === 0 ? 'ok' : 'FAILED'} in ${Math.round((Date.now() - started) / 1000)} s`);
}

await inLanes(chosen, take);
if (failedSteps.length > 0) console.log(`\nfailed:\n${failedSteps.join('\n')}`);
console.log(`\n${totals.skipped} skipped`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;
