// Fetches what an app is made of: its manifest and, where it is to be embedded, its one script. Bounded in bytes and time,
// no redirect followed, nothing sent that says who asks.
import { concat, toHex, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import { err, ok, type Result } from '../../result.ts';
import { APP_LIMITS, type AppManifest } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { parseManifest } from './app-manifest.ts';

export interface PackageDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** A signal that aborts after so many ms. */
  readonly deadline: (ms: number) => AbortSignal;
}

export interface AppPackage {
  readonly manifest: AppManifest;
  /** Of the embedded. */
  readonly code: string;
  /** SHA-256, hex, over both texts, each with its length before it. */
  readonly hash: string;
  readonly bytes: number;
}

const ANSWER_MS = 20_000;
export const MANIFEST_NAME = 'nexus-app.json';

/** https, or this very machine. */
function isFetchable({ protocol, hostname, username, password, hash }: URL): boolean {
  const here = protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1');
  return (protocol === 'https:' || here) && username === '' && password === '' && hash === '';
}

async function readText(body: ReadableStream<Uint8Array<ArrayBuffer>> | null, most: number): Promise<Result<string, NexusError>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (;;) {
    const { done, value } = await reader?.read() ?? { done: true };
    if (done || !value) break;
    length += value.length;
    if (length > most) {
      await reader?.cancel();
      return err(nexusError('apps.too_large'));
    }
    pieces.push(value);
  }
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(concat(...pieces)));
  } catch {
    return err(nexusError('apps.manifest_invalid', { detail: 'utf-8' }));
  }
}

async function fetchText({ fetch, deadline }: PackageDeps, url: string, most: number): Promise<Result<string, NexusError>> {
  try {
    const answer = await fetch(url, { redirect: 'error', cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', signal: deadline(ANSWER_MS) });
    if (!answer.ok) {
      await answer.body?.cancel();
      return err(nexusError('apps.unreachable'));
    }
    return await readText(answer.body, most);
  } catch {
    return err(nexusError('apps.unreachable'));
  }
}

/** The manifest's address in one spelling; undefined where it is none that may be asked. */
export function manifestUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url && isFetchable(url) ? url : undefined;
}

export async function fetchManifest(deps: PackageDeps, url: URL): Promise<Result<{ readonly text: string; readonly manifest: AppManifest }, NexusError>> {
  const text = await fetchText(deps, url.href, APP_LIMITS.manifestBytes);
  if (!text.ok) return text;
  const manifest = parseManifest(text.value);
  return manifest.ok ? ok({ text: text.value, manifest: manifest.value }) : manifest;
}

/** An embedded app as it is there now. */
export async function fetchPackage(deps: PackageDeps, url: URL): Promise<Result<AppPackage, NexusError>> {
  const read = await fetchManifest(deps, url);
  if (!read.ok) return read;
  const { text, manifest } = read.value;
  if (manifest.start === undefined) return err(nexusError('apps.not_embedded'));
  const code = await fetchText(deps, new URL(manifest.start, url).href, APP_LIMITS.startBytes);
  if (!code.ok) return code;
  const parts = [text, code.value].map((each) => utf8(each));
  const digest = await sha256(concat(...parts.flatMap((part) => [utf8(`${part.length}\n`), part])));
  return ok({ manifest, code: code.value, hash: toHex(digest), bytes: parts.reduce((sum, { length }) => sum + length, 0) });
}
