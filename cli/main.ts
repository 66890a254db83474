// `nx`: one command, one exit code.
import { readTree } from '../src/crypto/nbk/tree.ts';
import { verifyBundle } from '../src/crypto/nbk/verify.ts';
import { selects } from '../src/crypto/nbk/restore-plan.ts';
import { systemRandom } from '../src/crypto/random.ts';
import { type Asked, HELP, readArguments } from './arguments.ts';
import { type BundleFile, openBundleFile, whole } from './bundle-file.ts';
import { EXIT, type ExitCode, Failed } from './exit.ts';
import { restore } from './restore.ts';
import { readSecret } from './secret.ts';
import { progressLine, say, sayJson, shown } from './telling.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

function needOpened({ opened }: BundleFile) {
  if (!opened) throw new Failed(EXIT.usage, 'A secret is needed.');
  return opened;
}

async function list(file: BundleFile, { json, path }: Asked): Promise<ExitCode> {
  const tree = whole(await readTree(needOpened(file), { signal: interrupted.signal }));
  const entries = tree.entries.filter((entry) => !entry.trashed && (path === undefined || selects(path, entry)));
  if (json) sayJson({ id: file.bundle.manifest.id, entries: entries.map(({ path: at, kind, size, modified, fault }) => ({ path: at, kind, size, modified, fault })), damaged: tree.damaged });
  else for (const entry of entries) {
    const when = entry.modified === undefined ? '-'.padEnd(20) : new Date(entry.modified).toISOString().replace(/\.\d+Z$/, 'Z');
    say(`${String(entry.size).padStart(12)}  ${when}  ${shown(entry.path)}${entry.kind === 'folder' ? '/' : ''}`);
  }
  return tree.damaged.length > 0 ? EXIT.damaged : EXIT.well;
}

async function verify({ bundle, opened }: BundleFile, { depth, percent, json }: Asked): Promise<ExitCode> {
  const progress = progressLine('verifying');
  const report = whole(await verifyBundle(bundle, { depth, percent, random: systemRandom, signal: interrupted.signal, onProgress: progress.report, ...(opened && { opened }) }));
  progress.end();
  if (json) sayJson(report);
  else {
    for (const { path, what } of report.damaged) say(`damaged  ${shown(path)}  (${what})`);
    say(report.ok ? `whole: ${depth}, ${report.checkedBytes} bytes checked` : `damaged in ${report.damaged.length} places`);
  }
  return report.ok ? EXIT.well : EXIT.damaged;
}

const COMMANDS: Readonly<Record<Asked['command'], (file: BundleFile, asked: Asked) => Promise<ExitCode>>> = {
  list, verify, restore: (file, asked) => restore(needOpened(file), asked, interrupted.signal),
};

async function main(): Promise<ExitCode> {
  const asked = readArguments(process.argv.slice(2));
  if (!asked) {
    say(HELP);
    return EXIT.well;
  }
  const file = await openBundleFile(asked.file, () => readSecret(asked.secret));
  try {
    return await COMMANDS[asked.command](file, asked);
  } finally {
    await file.close();
  }
}

try {
  process.exitCode = await main();
} catch (fault) {
  if (fault instanceof Failed) {
    if (fault.message !== '') process.stderr.write(`nx: ${fault.message}\n`);
    process.exitCode = fault.code;
  } else {
    process.stderr.write(`nx: something went wrong: ${(fault as NodeJS.ErrnoException).code ?? (fault as Error).name}\n`);
    process.exitCode = EXIT.other;
  }
}
