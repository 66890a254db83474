// How the settings of several devices become one: of each, what was chosen last (docs/sync.md, "Settings"). Pure.
import { toHex } from '../../crypto/bytes.ts';
import { encodeMap } from '../../crypto/canonical-cbor.ts';
import type { GroupClock } from '../../crypto/node.ts';
import { compareClocks } from '../home/group-clocks.ts';

export interface SharedSetting {
  /** When it was chosen, and on which device. */
  readonly clock: GroupClock;
  /** As the object has it, with whatever a later release puts there. */
  readonly stored: unknown;
}

/** By name; also of those that only a later release knows. */
export type SharedSettings = ReadonlyMap<string, SharedSetting>;

const spelled = ({ stored }: SharedSetting): string => toHex(encodeMap({ stored }));

/** Negative where `a` was chosen earlier. Of one moment on one device, the bytes decide, so that all devices come to the same. */
function compareSettings(a: SharedSetting, b: SharedSetting): number {
  const byClock = compareClocks(a.clock, b.clock);
  if (byClock !== 0) return byClock;
  const [ofA, ofB] = [spelled(a), spelled(b)];
  return ofA === ofB ? 0 : ofA < ofB ? -1 : 1;
}

export function mergeSettings(a: SharedSettings, b: SharedSettings): SharedSettings {
  const merged = new Map(a);
  for (const [name, setting] of b) {
    const other = merged.get(name);
    if (!other || compareSettings(setting, other) > 0) merged.set(name, setting);
  }
  return merged;
}

export const sameSettings = (a: SharedSettings, b: SharedSettings): boolean => a.size === b.size && [...a].every(([name, setting]) => {
  const other = b.get(name);
  return other !== undefined && compareSettings(setting, other) === 0;
});
