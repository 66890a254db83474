// A folder of a test's own that goes with the process, however that ends but by being killed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set<string>();
const removeAll = (): void => { for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }); };

export function temporaryFolder(name: string): string {
  // With the first, and so after those that end what writes there.
  if (made.size === 0) process.on('exit', removeAll);
  const folder = mkdtempSync(join(tmpdir(), `nexus-${name}-`));
  made.add(folder);
  return folder;
}
