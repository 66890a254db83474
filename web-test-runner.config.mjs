// Unit and worker tests in one real engine, named by NEXUS_ENGINE: chromium, firefox or webkit.
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { freePort, launcherOf } from './test/support/engines.mjs';

/** As Node's own test runner does: what tools/test.mjs repeats at the end of a whole run. */
const countsReporter = {
  onTestRunFinished({ sessions }) {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const failures = [];
    const visit = (suite, path) => {
      for (const test of suite.tests) {
        counts[test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed'] += 1;
        if (!test.skipped && !test.passed) failures.push(`${[...path, test.name].join(' › ')}: ${test.error?.message}`);
      }
      for (const each of suite.suites) visit(each, [...path, each.name]);
    };
    for (const session of sessions) {
      if (session.testResults) visit(session.testResults, []);
      if (session.passed || session.errors.length === 0) continue;
      counts.failed += 1;
      failures.push(`${session.testFile}: ${session.errors[0].message}`);
    }
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    if (failures.length > 0) console.log(`\n✖ failing tests:\n${failures.map((each) => `✖ ${each.replaceAll('\n', ' ')}`).join('\n')}`);
  },
};

const { defaultReporter } = await import('@web/test-runner');

export default {
  files: process.env.NEXUS_TESTS?.split(',') ?? ['test/{crypto,sdk,workers,ui,sync}/**/*.test.ts', 'test/**/*.browser.ts'],
  nodeResolve: true,
  // By itself it looks for one from 8000 on, and two that look at the same moment find the same.
  port: await freePort(),
  concurrentBrowsers: 1,
  concurrency: 1,
  testsFinishTimeout: 600_000,
  browserStartTimeout: 60_000,
  browsers: [await launcherOf(process.env.NEXUS_ENGINE ?? 'chromium')],
  plugins: [esbuildPlugin({ ts: true, target: 'es2022', tsconfig: 'tsconfig.base.json' })],
  testFramework: { config: { timeout: 120_000 } },
  reporters: [defaultReporter({ reportTestResults: true, reportTestProgress: false }), countsReporter],
};
