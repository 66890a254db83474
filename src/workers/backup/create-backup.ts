// Backups: snapshots in this browser, bundles as files, and what comes back out of them (docs/formats.md, "Bundles").
import type { BackupSurface, Served } from '../contract/surface.ts';
import type { BackupDeps } from './backup-deps.ts';
import { createCloudCalls } from './cloud-calls.ts';
import { createRestoreCalls } from './restore-calls.ts';
import { createSnapshotCalls } from './snapshot-calls.ts';
import { createVerifyCalls } from './verify-calls.ts';

export const createBackup = (deps: BackupDeps): Served<BackupSurface> => ({ ...createSnapshotCalls(deps), ...createCloudCalls(deps), ...createVerifyCalls(deps), ...createRestoreCalls(deps) });
