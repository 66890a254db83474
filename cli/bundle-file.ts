// A bundle on disk, opened as far as the secret allows; what goes wrong is told by exit code and one sentence.
import { type FileHandle, open } from 'node:fs/promises';
import { createAead } from '../src/crypto/aead.ts';
import type { BundleFailure } from '../src/crypto/nbk/bundle-failure.ts';
import { type Bundle, openBundle, type OpenedBundle, openWithSecret } from '../src/crypto/nbk/open-bundle.ts';
import type { RandomAccess } from '../src/crypto/nbk/random-access.ts';
import type { Result } from '../src/result.ts';
import { EXIT, type ExitCode, Failed } from './exit.ts';

const SENTENCES: Readonly<Record<BundleFailure['kind'], readonly [ExitCode, string]>> = {
  not_a_bundle: [EXIT.damaged, 'This is not a Nexus backup, or its beginning or end is missing.'],
  unsupported: [EXIT.other, 'This backup was made by a newer release.'],
  too_large: [EXIT.damaged, 'This backup says that it is larger than any can be.'],
  damaged: [EXIT.damaged, 'This backup is damaged or forged.'],
  wrong_secret: [EXIT.wrongSecret, 'This password or phrase does not open this backup.'],
  device_mismatch: [EXIT.wrongSecret, 'This backup opens only on the device that made it.'],
  kdf_bounds: [EXIT.damaged, 'This backup asks for more work than any backup may.'],
  out_of_memory: [EXIT.other, 'There is not enough memory to check the password.'],
  aborted: [EXIT.interrupted, 'Interrupted.'],
};

export function whole<T>(result: Result<T, BundleFailure>): T {
  if (result.ok) return result.value;
  const [code, sentence] = SENTENCES[result.error.kind];
  throw new Failed(code, 'what' in result.error ? `${sentence} (${result.error.what})` : sentence);
}

function access(handle: FileHandle, size: number): RandomAccess {
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw new Failed(EXIT.other, 'The file became shorter while it was read.');
        done += bytesRead;
      }
      return bytes;
    },
  };
}

export interface BundleFile {
  readonly bundle: Bundle;
  /** Present with a secret. */
  readonly opened?: OpenedBundle;
  close(): Promise<void>;
}

export async function openBundleFile(path: string, secret: () => Promise<Uint8Array<ArrayBuffer> | undefined>): Promise<BundleFile> {
  const handle = await open(path, 'r').catch((): never => {
    throw new Failed(EXIT.other, 'The file cannot be opened.');
  });
  const { size } = await handle.stat();
  const bundle = whole(await openBundle(access(handle, size)));
  const typed = await secret();
  const opened = typed && whole(await openWithSecret(bundle, await createAead(), { secret: typed }));
  typed?.fill(0);
  return { bundle, ...(opened && { opened }), close: () => handle.close() };
}
