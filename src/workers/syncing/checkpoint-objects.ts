// The checkpoints that an account keeps: this device's, and those of all others (docs/sync.md, "Checkpoints").
import type { Aead } from '../../crypto/aead.ts';
import { toHex } from '../../crypto/bytes.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CloudFailure } from '../../sync/cloud.ts';
import type { CloudClient } from '../../sync/cloud-client.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { type Checkpoint, checkpointId, CHECKPOINTS, openCheckpoint, sealCheckpoint } from './checkpoint.ts';
import { DEVICES } from './device-list.ts';

export type Objects = Pick<CloudClient, 'object' | 'putObject' | 'deleteObject' | 'collection'>;
/** The open home, and its account. */
export interface At { readonly home: MountedHome; readonly cloud: Objects }
export type Said = Pick<Checkpoint, 'generation' | 'seq' | 'nodes' | 'set'>;

/** One that cannot be read says nothing. */
export interface Other { readonly id: string; readonly checkpoint: Checkpoint | undefined }

export interface CheckpointDeps {
  readonly aead: Aead;
  readonly random: Random;
  readonly clock: () => number;
  /** What this device is called where nobody said otherwise. */
  readonly deviceName: string;
}

const TRIES = 3;
const MOST_PAGES = 20;
/** Of one person; what is more is an error, and nobody knows what all know. */
const MOST_DEVICES = 256;

async function listed(cloud: Objects): Promise<Result<readonly string[], CloudFailure>> {
  const live = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await cloud.collection(CHECKPOINTS).changes(cursor);
    if (!page.ok) return page;
    for (const { id, deleted } of page.value.changes) if (deleted) live.delete(id); else live.add(id);
    cursor = page.value.next;
    if (live.size > MOST_DEVICES) return err('protocol');
    if (!page.value.more) return ok([...live].filter((id) => id !== DEVICES.id));
  }
  return err('protocol');
}

export const ownId = ({ homeId, device }: MountedHome): Promise<string> => checkpointId(homeId, toHex(device));

/** All but this device's. */
export async function readOthers({ aead }: Pick<CheckpointDeps, 'aead'>, { home, cloud }: At): Promise<Result<readonly Other[], CloudFailure>> {
  const own = await ownId(home);
  const ids = await listed(cloud);
  if (!ids.ok) return ids;
  const rest = ids.value.filter((id) => id !== own);
  const found = rest.length > 0 ? await cloud.collection(CHECKPOINTS).read(rest) : ok([]);
  if (!found.ok) return found;
  const all = await Promise.all(rest.map(async (id, at) => {
    const object = found.value[at];
    return object ? [{ id, checkpoint: await openCheckpoint(aead, home.keys, { id, body: object.body }) }] : [];
  }));
  return ok(all.flat());
}

/** Undefined where there is none, or one that cannot be read. */
export async function readOwn({ aead }: Pick<CheckpointDeps, 'aead'>, { home, cloud }: At): Promise<Result<Checkpoint | undefined, CloudFailure>> {
  const id = await ownId(home);
  const there = await cloud.object(CHECKPOINTS, id);
  return there.ok ? ok(there.value && (await openCheckpoint(aead, home.keys, { id, body: there.value.body }))) : there;
}

/** Says it over whatever the account has of this device. */
export async function putOwn({ aead, random, clock, deviceName }: CheckpointDeps, { home, cloud }: At, said: Said): Promise<Result<void, CloudFailure>> {
  const { generation, seq, nodes, set } = said;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const there = await cloud.object(CHECKPOINTS, await ownId(home));
    if (!there.ok) return there;
    const body = await sealCheckpoint({ aead, random, keys: home.keys }, { device: toHex(home.device), name: deviceName, at: clock(), generation, seq, nodes, set });
    const done = await cloud.putObject(CHECKPOINTS, await ownId(home), { rev: there.value?.rev, body });
    if (!done.ok) return done;
    if (done.value) return ok();
  }
  return err('unreachable');
}

/** Whether it was there or not. */
export async function dropCheckpoint(cloud: Objects, id: string): Promise<Result<void, CloudFailure>> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const there = await cloud.object(CHECKPOINTS, id);
    if (!there.ok) return there;
    const gone = there.value ? await cloud.deleteObject(CHECKPOINTS, id, there.value.rev) : ok(true);
    if (!gone.ok) return gone;
    if (gone.value) return ok();
  }
  return err('unreachable');
}
