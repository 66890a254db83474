// Checks of backups: made, verified in full, restored byte for byte, and thinned out by the rule.
import { must, mustHold, password, sameBytes, type World } from './world.ts';

export async function createBackup({ client }: World): Promise<void> {
  const card = must(await client.call.createSnapshot({}));
  mustHold(must(await client.call.backupOverview({})).snapshots.some(({ id }) => id === card.id), 'the backup is not listed');
}

export async function verifyBackup({ client }: World): Promise<void> {
  const [card] = must(await client.call.backupOverview({})).snapshots;
  const report = must(await client.call.verifySnapshot({ id: card!.id, depth: 'full' }));
  mustHold(report.ok && report.damaged.length === 0, 'the backup is damaged');
}

export async function restoreBackup({ client, content }: World): Promise<void> {
  const { call } = client;
  const [card] = must(await call.backupOverview({})).snapshots;
  const into = must(await call.createFolder({ parent: must(await call.homeRoot({})), name: 'restored' })).id;
  const { restore } = must(await call.openBundle({ source: { snapshot: card!.id }, kind: 'password', secret: password() }));
  const plan = must(await call.planRestore({ restore, into, clash: 'keep_both' }));
  mustHold(plan.counts.create > 0, 'the list is empty');
  must(await call.applyRestore({ restore, into, clash: 'keep_both' }));
  must(await call.closeBundle({ restore }));
  const [folder] = must(await call.listFolder({ folder: into })).entries;
  const [file] = must(await call.listFolder({ folder: folder!.id })).entries;
  mustHold(sameBytes(must(await call.previewFile({ node: file!.id })).bytes, content), 'the content came back different');
}

export async function retainBackups({ client }: World): Promise<void> {
  const { call } = client;
  const { retention } = must(await call.backupOverview({}));
  must(await call.setRetention({ retention: { ...retention, keep: 1 } }));
  const newest = must(await call.createSnapshot({}));
  const { snapshots } = must(await call.backupOverview({}));
  mustHold(snapshots.length === 1 && snapshots[0]?.id === newest.id, 'older backups were kept');
}
