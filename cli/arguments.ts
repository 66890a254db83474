// What may be typed after `nx`, checked before anything is opened.
import { parseArgs } from 'node:util';
import { EXIT, Failed } from './exit.ts';

export const HELP = `Bundles from a terminal: read, check and restore a Nexus backup with a file and a secret, and nothing else.

  nx nbk list FILE      what is in it
  nx nbk verify FILE    whether it is whole
  nx nbk restore FILE --to DIR

  --password-file F     the password stands in F (asked for without echo otherwise)
  --phrase-file F       the recovery phrase stands in F
  --no-secret           verify without one: structure, checksums and headers
  --depth D             verify: quick, sample or full (full)
  --percent N           sample: how much of the content, 1 to 100 (10)
  --to DIR              restore: empty or not there yet; filled beside it and renamed
  --path P              list, restore: only this file or folder
  --dry-run             restore: say what would be written, write nothing
  --json                one JSON value on standard output
  --help

Files whose content is damaged are left out and named; everything else is restored.
Exit: 0 well, 1 anything else, 2 usage, 3 wrong secret, 4 damaged or forged, 130 interrupted.`;

export type Command = 'list' | 'verify' | 'restore';
export type Depth = 'quick' | 'sample' | 'full';
const COMMANDS: readonly Command[] = ['list', 'verify', 'restore'];
const DEPTHS: readonly Depth[] = ['quick', 'sample', 'full'];

export type SecretFrom = { readonly kind: 'password' | 'phrase'; readonly file: string } | 'terminal' | 'none';

export interface Asked {
  readonly command: Command;
  readonly file: string;
  readonly secret: SecretFrom;
  readonly depth: Depth;
  readonly percent: number;
  readonly to: string | undefined;
  readonly path: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const usage = (sentence: string): Failed => new Failed(EXIT.usage, `${sentence} Try \`nx --help\`.`);

const OPTIONS = {
  'password-file': { type: 'string' }, 'phrase-file': { type: 'string' }, 'no-secret': { type: 'boolean' }, depth: { type: 'string' },
  percent: { type: 'string' }, to: { type: 'string' }, path: { type: 'string' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (fault) {
    throw usage(`${(fault as Error).message.split('\n')[0] ?? ''}.`);
  }
}

function secretFrom(values: Values, command: Command): SecretFrom {
  const [password, phrase, none] = [values['password-file'], values['phrase-file'], values['no-secret']];
  if ([password, phrase, none].filter((given) => given !== undefined).length > 1) throw usage('Give one secret.');
  if (none && command !== 'verify') throw usage('--no-secret is for verify alone.');
  if (password !== undefined) return { kind: 'password', file: password };
  if (phrase !== undefined) return { kind: 'phrase', file: phrase };
  return none ? 'none' : 'terminal';
}

function percentOf(values: Values): number {
  const percent = Number(values.percent ?? 10);
  if (!Number.isInteger(percent) || percent < 1 || percent > 100) throw usage('--percent is a whole number from 1 to 100.');
  return percent;
}

/** Options that a command does not know are a mistake, not noise. */
const FOREIGN: Readonly<Record<Command, readonly (keyof Values)[]>> = {
  list: ['depth', 'percent', 'to', 'dry-run'], verify: ['to', 'path', 'dry-run'], restore: ['depth', 'percent'],
};

/** Undefined where help was asked for. Throws Failed with code 2. */
export function readArguments(argv: readonly string[]): Asked | undefined {
  const { values, positionals } = parse(argv);
  if (values.help) return undefined;
  const [group, name, file, ...rest] = positionals;
  const command = COMMANDS.find((one) => one === name);
  if (group !== 'nbk' || !command || file === undefined || rest.length > 0) throw usage('What to do: nbk list, verify or restore, and a FILE.');
  const foreign = FOREIGN[command].find((option) => values[option] !== undefined);
  if (foreign) throw usage(`--${foreign} is not for ${command}.`);
  const depth = DEPTHS.find((one) => one === (values.depth ?? 'full'));
  if (!depth) throw usage('--depth is quick, sample or full.');
  if (command === 'restore' && values.to === undefined) throw usage('restore needs --to DIR.');
  return {
    command, file, depth, secret: secretFrom(values, command), percent: percentOf(values), to: values.to,
    path: values.path?.normalize('NFC').replace(/^\/+|\/+$/g, ''), dryRun: values['dry-run'] ?? false, json: values.json ?? false,
  };
}
