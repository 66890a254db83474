// From what IndexedDB throws to what a caller can do something about; anything else stays a bug.
import { StorageError, type StorageFault } from './database.ts';

const FAULTS: Readonly<Record<string, StorageFault>> = {
  QuotaExceededError: 'quota',
  VersionError: 'newer_schema',
  // The connection was closed under us: deleted, evicted, or taken by a newer build.
  InvalidStateError: 'evicted',
  NotFoundError: 'evicted',
  UnknownError: 'failed',
  TimeoutError: 'failed',
  DataCloneError: 'failed',
  NotReadableError: 'failed',
};

/** The same error, as a StorageError where it is one. */
export function asStorageError(error: unknown): unknown {
  // Firefox and WebKit wrap some causes in AbortError; the name of the inner one decides.
  const { name, cause } = error as { name?: string; cause?: { name?: string } };
  const fault = FAULTS[name ?? ''] ?? FAULTS[cause?.name ?? ''];
  return error instanceof DOMException && fault ? new StorageError(fault, { cause: error }) : error;
}
