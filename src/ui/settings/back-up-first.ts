// A backup on the way out: makes a snapshot of the open home and hands its bundle to the browser's downloads.
import type { Answer } from '../../workers/contract/surface.ts';
import type { Client } from '../../workers/door/page/client.ts';

export async function backUpAndDownload(client: Client): Promise<Answer<void>> {
  const snapshot = await client.call.createSnapshot({});
  if (!snapshot.ok) return snapshot;
  const ticket = await client.call.openSnapshotDownload({ id: snapshot.value.id });
  if (!ticket.ok) return ticket;
  const link = document.createElement('a');
  link.href = ticket.value.url;
  link.download = '';
  link.click();
  return { ok: true, value: undefined };
}
