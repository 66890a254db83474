// Which paths of a bundle a disk can hold: refused in the dry run, never found out half-way.
import type { RestoreLine } from '../src/crypto/nbk/restore-plan.ts';

const WINDOWS_RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;
const WINDOWS_CHARS = /[<>:"\\|?*\u0000-\u001f]|[. ]$/;
const MOST_NAME_BYTES = 255;
const MOST_PATH_BYTES = 3000;

function nameRule(name: string, platform: NodeJS.Platform): string | undefined {
  if (Buffer.byteLength(name) > MOST_NAME_BYTES) return 'name_too_long';
  if (platform === 'win32' && (WINDOWS_RESERVED.test(name) || WINDOWS_CHARS.test(name))) return 'name_of_the_system';
  return undefined;
}

const folds = (platform: NodeJS.Platform): boolean => platform === 'win32' || platform === 'darwin';

/** By path: the rule that it breaks on this platform. */
export function refusedByDisk(lines: readonly RestoreLine[], platform: NodeJS.Platform): ReadonlyMap<string, string> {
  const refused = new Map<string, string>();
  const taken = new Set<string>();
  for (const { entry: { path } } of lines) {
    const above = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const folded = folds(platform) ? path.toLowerCase() : path;
    const rule = refused.get(above) ?? nameRule(path.slice(path.lastIndexOf('/') + 1), platform)
      ?? (Buffer.byteLength(path) > MOST_PATH_BYTES ? 'path_too_long' : taken.has(folded) ? 'same_name' : undefined);
    if (rule) refused.set(path, rule);
    taken.add(folded);
  }
  return refused;
}
