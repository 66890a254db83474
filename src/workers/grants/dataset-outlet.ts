// What goes out of one app's dataset: what waits, sealed as it leaves the device, and what came of sending it.
import { fromHex } from '../../crypto/bytes.ts';
import { datasetObjectKey } from '../../crypto/home-keys.ts';
import { sealFields } from '../../crypto/sealed.ts';
import type { CarriedDataset, CarriedParts, OutgoingObject } from './carried-dataset.ts';
import { objectFields } from './dataset-codec.ts';
import { sentTo } from './dataset-meeting.ts';

export async function outletOf({ home: { keys, aead, homeId }, source, rows, random, moved }: CarriedParts): Promise<Pick<CarriedDataset, 'outgoing' | 'sent'>> {
  const key = await datasetObjectKey(keys, source);
  return {
    async outgoing({ objects, bytes, skip }) {
      const out = await rows.change(async (change) => {
        const found: OutgoingObject[] = [];
        let room = bytes;
        for (const tag of change.carrying ? await change.marked('waits') : []) {
          if (skip.has(tag)) continue;
          const [kept, id] = [await change.kept(tag), fromHex(tag, 16)];
          // What does not open here any more cannot be sent.
          if (!kept || !id) await change.mark(tag, 'waits', false);
          if (!kept || !id) continue;
          const body = sealFields({ aead, random }, key, { kind: 'dataset', homeId, id }, objectFields(kept));
          room -= body.length;
          if (found.length >= objects || (room < 0 && found.length > 0)) break;
          found.push({ id: tag, baseRev: kept.rev, body, version: kept.version });
        }
        return found;
      });
      return out ?? [];
    },
    async sent(objects) {
      await rows.change(async (change) => {
        for (const { object: { id, version }, rev } of objects) {
          const kept = change.carrying && await change.kept(id);
          if (kept) await change.keep(id, sentTo(kept, rev, version));
        }
      });
      moved();
    },
  };
}
