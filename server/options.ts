// Owns what the server is told: each setting by environment or by option, checked, with its default. docs/self-hosting.md
// tells what each is for.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hookSecret } from './api/webhook.ts';
import { s3Place, type S3Place } from './blobs/s3-place.ts';
import { isLevel, type Level } from './logging.ts';

export interface Options {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** What clients call this server; undefined: `http://localhost:<port>`. */
  readonly origin: string | undefined;
  /** Other origins at which the app is served. */
  readonly appOrigins: readonly string[];
  readonly data: string;
  readonly databaseUrl: string | undefined;
  readonly objects: S3Place | undefined;
  /** Whether strangers may make accounts; undefined: only where the server is this machine's own. */
  readonly signUp: boolean | undefined;
  /** How many proxies stand before us. */
  readonly proxies: number;
  readonly metricsPort: number | undefined;
  readonly log: Level;
  readonly requestsPerMinute: number;
  /** What signs the webhook that grants entitlements; undefined: nobody grants any. */
  readonly entitlementsSecret: Uint8Array | undefined;
  readonly dist: string;
}

/** A setting that cannot be: its sentence is for the terminal. */
export class OptionError extends Error {}

const DEFAULT_PORT = 8080;
const DEFAULT_RATE = 12_000;

/** Option → variable. */
const VARIABLES = {
  host: 'NEXUS_HOST', port: 'PORT', origin: 'NEXUS_ORIGIN', 'app-origins': 'NEXUS_APP_ORIGINS', data: 'NEXUS_DATA', 'database-url': 'NEXUS_DATABASE_URL', objects: 'NEXUS_OBJECTS',
  signup: 'NEXUS_SIGNUP', proxies: 'NEXUS_PROXIES', 'metrics-port': 'NEXUS_METRICS_PORT', log: 'NEXUS_LOG', rate: 'NEXUS_RATE', 'entitlements-secret': 'NEXUS_ENTITLEMENTS_SECRET', dist: 'NEXUS_DIST',
} as const;

type Name = keyof typeof VARIABLES;
type Given = Readonly<Partial<Record<Name, string>>>;

function given(args: readonly string[], env: NodeJS.ProcessEnv): Given {
  const names = Object.keys(VARIABLES) as Name[];
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({ args: [...args], options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])) }));
  } catch {
    throw new OptionError(`the options are ${names.map((name) => `--${name}`).join(', ')}, each with a value.`);
  }
  return Object.fromEntries(names.map((name) => [name, values[name] ?? env[VARIABLES[name]]]).filter(([, value]) => value !== undefined && value !== '')) as Given;
}

function number(name: Name, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value > most) throw new OptionError(`${VARIABLES[name]} must be a number from 0 to ${most}, not "${text}".`);
  return value;
}

/** An origin as browsers write it: no path, no default port. */
function origin(name: Name, text: string): string {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search !== '' || url.username !== '') throw new OptionError(`${VARIABLES[name]} must be an origin such as https://nexus.example, not "${text}".`);
  return url.origin;
}

function oneOf<T extends string>(name: Name, text: string, all: readonly T[]): T {
  const found = all.find((each) => each === text);
  if (found === undefined) throw new OptionError(`${VARIABLES[name]} must be ${all.join(' or ')}, not "${text}".`);
  return found;
}

function place(text: string): S3Place {
  const found = s3Place(text);
  if (!found) throw new OptionError(`${VARIABLES.objects} must look like s3://bucket?endpoint=https://store.example, not "${text}".`);
  return found;
}

function database(text: string): string {
  if (!/^postgres(?:ql)?:\/\//.test(text)) throw new OptionError(`${VARIABLES['database-url']} must begin with postgres://.`);
  return text;
}

/** Its sentence does not repeat what may be nearly a secret. */
function secret(name: Name, text: string): Uint8Array {
  const found = hookSecret(text);
  if (!found) throw new OptionError(`${VARIABLES[name]} must be whsec_ and 24 to 64 bytes in base64.`);
  return found;
}

function level(text: string): Level {
  if (!isLevel(text)) throw new OptionError(`${VARIABLES.log} must be error, warn, info, debug or silent, not "${text}".`);
  return text;
}

/** The settings; throws an `OptionError` for one that cannot be. `root` is the project's folder. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv, root: string): Options {
  const told = given(args, env);
  return {
    host: told.host ?? '127.0.0.1',
    port: number('port', told.port, 65_535) ?? DEFAULT_PORT,
    origin: told.origin === undefined ? undefined : origin('origin', told.origin),
    appOrigins: (told['app-origins'] ?? '').split(',').filter(Boolean).map((each) => origin('app-origins', each.trim())),
    data: told.data ?? join(root, 'data'),
    databaseUrl: told['database-url'] === undefined ? undefined : database(told['database-url']),
    objects: told.objects === undefined ? undefined : place(told.objects),
    signUp: told.signup === undefined ? undefined : oneOf('signup', told.signup, ['open', 'closed']) === 'open',
    proxies: number('proxies', told.proxies, 10) ?? 0,
    metricsPort: number('metrics-port', told['metrics-port'], 65_535),
    log: level(told.log ?? 'warn'),
    requestsPerMinute: number('rate', told.rate, 100_000_000) ?? DEFAULT_RATE,
    entitlementsSecret: told['entitlements-secret'] === undefined ? undefined : secret('entitlements-secret', told['entitlements-secret']),
    dist: told.dist ?? join(root, 'dist'),
  };
}
