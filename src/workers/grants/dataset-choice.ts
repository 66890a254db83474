// Whether one app's dataset is carried to other devices: beginning, ending, and how it stands.
import { epochOf } from '../../crypto/home-keys.ts';
import type { CarriedDataset, CarriedParts } from './carried-dataset.ts';
import type { Stored } from './dataset-rows.ts';
import { fieldsAt, fieldsOf, NEVER, type Version, wholeAt } from './dataset-version.ts';

export function choiceOf({ home: { keys }, rows, moment, policy, moved }: CarriedParts): Pick<CarriedDataset, 'begin' | 'end' | 'card' | 'renew'> {
  const epoch = String(epochOf(keys));

  /** A value that was here before it was carried. */
  const firstVersion = ({ value, fields }: Stored, older: boolean): Version => {
    const [clock, each] = [older ? NEVER : moment(undefined), fields && policy() === 'last-writer' ? fieldsOf(value) : undefined];
    return each ? fieldsAt(clock, each) : wholeAt(clock, value);
  };

  return {
    async begin(take) {
      await rows.change(async (change) => {
        const now = policy();
        if (!now) return;
        await change.setCarrying(undefined);
        await change.setCarrying({ policy: now });
        await change.mark(epoch, 'epoch', true);
        const begun = now === 'app' ? 'here' : take;
        for (const [tag, stored] of await change.values()) {
          await change.keep(tag, { kept: { key: stored.key, version: firstVersion(stored, begun === 'there'), changed: true, begun }, waits: true });
        }
      });
      moved();
    },
    async renew() {
      await rows.change(async (change) => {
        if (!change.carrying || (await change.marked('epoch')).includes(epoch)) return;
        for (const tag of await change.names()) {
          const kept = await change.kept(tag);
          if (kept) await change.mark(tag, 'waits', kept.other === undefined);
        }
        await change.mark(epoch, 'epoch', true);
      });
    },
    async end() {
      await rows.change((change) => change.setCarrying(undefined));
      moved();
    },
    async card() {
      const now = policy();
      return now && rows.read(async ({ carrying, marked }) => {
        const [waiting, conflicts] = carrying ? [await marked('waits'), await marked('clash')] : [[], []];
        return { policy: now, on: carrying !== undefined, waiting: waiting.length, conflicts: conflicts.length, left: carrying?.left === true };
      });
    },
  };
}
