// Checks of the encrypted home: what is written comes back, nothing comes back while it is locked, and it outlives its worker.
import { durabilityNow } from '../storage/durability.ts';
import { frontIs, must, mustHold, mustRefuse, password, sameBytes, type World } from './world.ts';

async function readBack({ client, file, content }: World): Promise<boolean> {
  const preview = must(await client.call.previewFile({ node: file! }));
  return !preview.truncated && sameBytes(preview.bytes, content);
}

export async function writeAndRead(world: World): Promise<void> {
  const { call } = world.client;
  const to = must(await call.homeRoot({}));
  const report = must(await call.addFiles({ to, clash: 'replace', items: [{ path: 'self-test/round-trip.bin', file: new File([world.content], 'round-trip.bin') }] }));
  mustHold(report.added === 1 && report.failed.length === 0, 'the file was not added');
  const folder = must(await call.listFolder({ folder: to })).entries.find(({ name }) => name === 'self-test');
  mustHold(folder !== undefined, 'the folder is not listed');
  const entry = must(await call.listFolder({ folder: folder!.id })).entries[0];
  mustHold(entry?.kind === 'file' && entry.size === world.content.length, 'the file is not listed with its size');
  world.file = entry!.id;
  mustHold(await readBack(world), 'the content came back different');
}

export async function lockDenies({ client, first, file }: World): Promise<void> {
  must(await client.call.lock({}));
  await frontIs(client, first!.sid, true);
  mustHold(file !== undefined, 'there is no file to ask for');
  mustRefuse(await client.call.previewFile({ node: file! }), 'session.locked');
  mustRefuse(await client.call.homeRoot({}), 'session.locked');
}

export async function unlockReads(world: World): Promise<void> {
  const { client, first } = world;
  must(await client.call.unlock({ sid: first!.sid, kind: 'password', secret: password() }));
  await frontIs(client, first!.sid, false);
  mustHold(await readBack(world), 'the content came back different');
}

/** Ends the worker once more and reads from storage; why it is not claimed to last, where it does not. */
export async function homeLasts(world: World): Promise<string | undefined> {
  await lockDenies(world);
  await unlockReads(world);
  const { promise } = await durabilityNow();
  return promise === 'kept' ? undefined : promise === 'evictable' ? 'storage may be evicted' : 'storage promises nothing';
}
