// `npm test`: everything that must hold, step by step, and one closing line `N passed, N failed`.
// Runs on Node 20 with no dependency; `--only a,b` runs the named steps alone.
import { spawn } from 'node:child_process';
import { ENGINES, ensureDependencies, ensureEngines, node, root } from './ensure.mjs';

ensureDependencies();
const engines = ensureEngines();
const ci = process.env.CI === 'true';

/** A step passes or fails as one, unless its runner prints how many tests it ran. */
const NODE_COUNTS = { passed: /^ℹ pass (\d+)/m, failed: /^ℹ fail (\d+)/m, skipped: /^ℹ skipped (\d+)/m };
const WTR_COUNTS = { passed: /(\d+) passed, \d+ failed/, failed: /\d+ passed, (\d+) failed/, skipped: /(\d+) skipped/ };

const tool = (path, ...args) => [`node_modules/${path}`, ...args];
const STEPS = [
  { name: 'types', args: ['tools/check-types.mjs'] },
  { name: 'unit', args: ['--disable-warning=ExperimentalWarning', '--test', '--import', './test/support/node-globals.ts', 'test/{crypto,cli,server,workers,tools}/**/*.test.ts', 'test/**/*.node.ts'], counts: NODE_COUNTS },
  ...Object.keys(ENGINES).map((engine) => ({
    name: `browser:${engine}`, engine, args: tool('@web/test-runner/dist/bin.js', '--config', 'web-test-runner.config.mjs'), counts: WTR_COUNTS,
    env: { NEXUS_ENGINE: engine },
  })),
];

function runStep({ args, env }) {
  return new Promise((resolve) => {
    const child = spawn(node(), args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
      process.stdout.write(data);
    });
    child.on('close', (code) => resolve({ code, output }));
  });
}

const read = (output, pattern) => Number(pattern.exec(output)?.[1] ?? 0);

async function countsOf(step) {
  const { code, output } = await runStep(step);
  if (!step.counts) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map((key) => read(output, step.counts[key]));
  // A runner that ran nothing, or died, has failed whatever it counted.
  const broken = passed === 0 || (code !== 0 && failed === 0);
  return { passed, failed: failed + (broken ? 1 : 0), skipped };
}

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1].split(',') : undefined;
const totals = { passed: 0, failed: 0, skipped: 0 };
for (const step of STEPS.filter(({ name }) => !only || only.includes(name))) {
  const started = Date.now();
  console.log(`\n— ${step.name}`);
  const missing = step.engine && !engines.includes(step.engine);
  if (missing) console.log(`${step.engine} is not installed here: ${ci ? 'failed' : 'skipped'}`);
  const counts = missing ? { passed: 0, failed: ci ? 1 : 0, skipped: ci ? 0 : 1 } : await countsOf(step);
  for (const key of Object.keys(totals)) totals[key] += counts[key];
  console.log(`— ${step.name}: ${counts.failed === 0 ? 'ok' : 'FAILED'} in ${Math.round((Date.now() - started) / 1000)} s`);
}
console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 ? 0 : 1);
