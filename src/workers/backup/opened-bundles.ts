// Bundles that a secret opened, from the dry run to the end of the restore. They are forgotten when closed, and with the worker.
import { toHex } from '../../crypto/bytes.ts';
import type { OpenedBundle } from '../../crypto/nbk/open-bundle.ts';
import type { HomeTree } from '../../crypto/nbk/tree.ts';
import type { CborMap } from '../../crypto/canonical-cbor.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { parseRestoreId, type RestoreId } from '../contract/ids.ts';

export interface OpenRestore {
  readonly opened: OpenedBundle;
  readonly tree: HomeTree;
  readonly prefs: CborMap | undefined;
}

export interface OpenedBundles {
  keep(restore: OpenRestore): RestoreId;
  get(id: RestoreId): Result<OpenRestore, NexusError>;
  close(id: RestoreId): void;
}

/** The one opened longest ago makes room. */
const MOST = 8;

export function createOpenedBundles(random: Random): OpenedBundles {
  const open = new Map<RestoreId, OpenRestore>();
  return {
    keep(restore) {
      const id = parseRestoreId(toHex(random(16)));
      if (!id) throw new Error('16 bytes make a restore id');
      open.set(id, restore);
      const [oldest] = open.keys();
      if (open.size > MOST && oldest) open.delete(oldest);
      return id;
    },
    get(id) {
      const found = open.get(id);
      return found ? ok(found) : err(nexusError('backup.stale_plan'));
    },
    close: (id) => void open.delete(id),
  };
}
