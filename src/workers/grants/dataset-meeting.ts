// What becomes of a value of an app's dataset when it meets the account's: by what the app declared, its fields are merged, or nothing
// is overwritten and the app decides (docs/sync.md, "Datasets"). Pure.
import { type Bytes, equal } from '../../crypto/bytes.ts';
import type { GroupClock } from '../../crypto/node.ts';
import { compareClocks, laterOf } from '../home/group-clocks.ts';
import { latestOf, mergeVersions, rewritten, sameValue, sameVersion, valueOf, type Version } from './dataset-version.ts';

/** An object as the account has it. */
export interface Remote {
  readonly rev: string;
  readonly version: Version;
  /** Of what its writer had before: what it was made of. */
  readonly base: GroupClock | undefined;
}

/** A value that is carried, as this device has it. */
export interface Kept {
  readonly key: string;
  readonly version: Version;
  /** Of the object that this is, or was changed from; absent where there is none that is known. */
  readonly rev?: string | undefined;
  /** Of what this was made of. */
  readonly base?: GroupClock | undefined;
  /** It is not what the account and this device agreed on last. */
  readonly changed?: boolean | undefined;
  /** What they agreed on, while it is changed; absent where nothing was there. */
  readonly ancestor?: Bytes | undefined;
  /** What another device made of it: the app has to decide. */
  readonly other?: Remote | undefined;
  /** It was here when this device began, and was never at the account: whose counts there. */
  readonly begun?: 'here' | 'there' | undefined;
}

export interface Met {
  readonly kept: Kept;
  /** It is to be sent. */
  readonly waits: boolean;
}

/** A moment of this device that is later than another. */
export type Moment = (after: GroupClock | undefined) => GroupClock;

/** As the account has it, and nothing to be said of it. */
const agreed = (key: string, { rev, version, base }: Remote): Met => ({ kept: { key, version, rev, base }, waits: false });

/** What was written last, by field. */
export function meetLastWriter(mine: Kept | undefined, key: string, { there, moment }: { readonly there: Remote; readonly moment: Moment }): Met {
  if (!mine || mine.begun === 'there') return agreed(key, there);
  if (sameVersion(mine.version, there.version)) return agreed(key, there);
  const own = mine.begun === 'here' ? rewritten(mine.version, moment(laterOf(latestOf(mine.version), latestOf(there.version)))) : mine.version;
  const version = mergeVersions(own, there.version);
  if (sameVersion(version, there.version)) return agreed(key, there);
  return { kept: { ...mine, version, rev: there.rev }, waits: true };
}

/** It was made by this device itself, and what is here follows from it: an answer that got lost. */
const isOwnEarlier = (mine: Kept, { version }: Remote, device: Bytes): boolean =>
  mine.begun === undefined && equal(version.clock[2], device) && compareClocks(version.clock, mine.version.clock) < 0;

/** Nothing is overwritten: what two devices changed since they agreed waits for the app. */
export function meetByApp(mine: Kept | undefined, key: string, { there, device }: { readonly there: Remote; readonly device: Bytes }): Met {
  if (!mine || sameValue(mine.version, there.version)) return agreed(key, there);
  const { rev, version: { clock: theirs }, base } = there;
  const ours = mine.version.clock;
  if (!mine.changed) {
    // Both were at the account. An earlier state came back with the server; a later one knew of ours, or was made of an earlier one.
    if (compareClocks(theirs, ours) < 0) return { kept: { ...mine, rev }, waits: true };
    if (base && compareClocks(base, ours) >= 0) return agreed(key, there);
    return { kept: { ...mine, rev, changed: true, ancestor: undefined, other: there }, waits: false };
  }
  if (isOwnEarlier(mine, there, device)) return { kept: { ...mine, rev, base: theirs, ancestor: valueOf(there.version), other: undefined }, waits: true };
  if (base && compareClocks(base, ours) === 0) return agreed(key, there);
  if (mine.base && compareClocks(theirs, mine.base) <= 0) return { kept: { ...mine, rev, other: undefined }, waits: true };
  return { kept: { ...mine, rev, other: there }, waits: false };
}

/** The app wrote or deleted it here: `version` is what it is now. What is to be decided stays to be decided. */
export function writtenHere(before: Kept | undefined, key: string, version: Version): Met {
  const first = before === undefined || before.changed !== true;
  return {
    kept: {
      ...before, key, version, changed: true, ...(first && { base: before?.version.clock, ancestor: before && valueOf(before.version) }),
      // What was written since counts as ever.
      begun: before?.begun === 'there' ? undefined : before?.begun,
    },
    waits: before?.other === undefined,
  };
}

/** The app has decided: what is here now follows from both. */
export function decided(kept: Kept, other: Remote, version: Version): Met {
  if (sameValue(version, other.version)) return { kept: { ...agreed(kept.key, other).kept, rev: kept.rev }, waits: kept.rev !== other.rev };
  return { kept: { key: kept.key, version, rev: kept.rev, base: other.version.clock, changed: true, ancestor: valueOf(other.version) }, waits: true };
}

/** The account has what was sent; what was written here meanwhile follows from that. */
export function sentTo(kept: Kept, rev: string, sent: Version): Met {
  if (sameVersion(kept.version, sent)) return { kept: { key: kept.key, version: kept.version, rev, base: kept.base }, waits: false };
  return { kept: { ...kept, rev, base: latestOf(sent), ancestor: valueOf(sent), begun: undefined }, waits: kept.other === undefined };
}

/** The account has it no more, or what it has does not open: what is here is sent again, unless the app has to decide first. */
export const lost = (kept: Kept, rev: string | undefined): Met => ({ kept: { ...kept, rev }, waits: kept.other === undefined });
