// What this device does for backups in the account, and how far it is: one sealed row of the home, of the account that it was chosen
// for. With another account, and where it cannot be read, nothing is chosen: then nothing is made and nothing is deleted.
import { type CborMap, isBytes, isUint, textAt, uintAt } from '../../crypto/canonical-cbor.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import { domainKey } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { openFields, sealFields, type SealedName } from '../../crypto/sealed.ts';
import { CLOUD_BACKUP_TIMES, type CloudBackupChoice, type CloudBackupTime } from '../contract/backup.ts';
import { ERROR_CODES, type ErrorCode } from '../contract/errors.ts';
import { type BundleId, parseBundleId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { createTurn } from '../store/in-turn.ts';

export interface CloudPlan extends CloudBackupChoice {
  /** When one that was due went to the account, which one, and what the home held then (home-print.ts). */
  readonly made?: { readonly at: number; readonly bundle: BundleId; readonly print: Bytes };
  /** When it was last looked whether anything had changed; the next is due from here. */
  readonly looked?: number;
  /** Tries that came to nothing since. */
  readonly failed?: { readonly at: number; readonly times: number; readonly code: ErrorCode };
  /** A snapshot that is there for its upload alone may be left over. */
  readonly passing: boolean;
  /** Bundles whose index may be there though the list does not name them. */
  readonly loose: readonly BundleId[];
}

export interface CloudPlans {
  read(home: MountedHome, account: string): Promise<CloudPlan>;
  /** One change after the other; a choice is on disk when it settles. What was chosen since for another account, to which the home is linked by now, stands. */
  change(home: MountedHome, account: string, change: (plan: CloudPlan) => CloudPlan): Promise<CloudPlan>;
}

type Sealing = Pick<MountedHome, 'keys' | 'aead' | 'homeId'>;

const ROW = 'choice/cloud-backups';
const ID = new Uint8Array(16).fill(2, 15);
const PRINT_BYTES = 32;
const MOST_LOOSE = 1000;
const NOTHING: CloudPlan = { every: 'never', keep: null, passing: false, loose: [] };

const DAY_MS = 24 * 60 * 60_000;
const EVERY_MS: Readonly<Record<CloudBackupTime, number>> = { never: Infinity, day: DAY_MS, week: 7 * DAY_MS };
const FIRST_WAIT_MS = 5 * 60_000;
const LONGEST_WAIT_MS = 6 * 60 * 60_000;

/** When the next one is due, after any wait; undefined where none is. A time that lies ahead, since the clock was set back, counts for nothing. */
export function dueAt({ every, looked, failed }: CloudPlan, now: number): number | undefined {
  if (every === 'never') return undefined;
  const due = looked === undefined || looked > now ? now : looked + EVERY_MS[every];
  const again = !failed || failed.at > now ? 0 : failed.at + Math.min(FIRST_WAIT_MS * 2 ** (failed.times - 1), LONGEST_WAIT_MS);
  return Math.max(due, again);
}

const rowName = (homeId: Bytes): SealedName => ({ kind: 'choice', homeId, id: ID });

function madeOf(map: CborMap): CloudPlan['made'] {
  const [at, bundle, print] = [uintAt(map, 'made'), parseBundleId(map.get('bundle')), map.get('print')];
  return at !== undefined && bundle && isBytes(print, PRINT_BYTES) ? { at, bundle, print } : undefined;
}

function failedOf(map: CborMap): CloudPlan['failed'] {
  const [at, times, code] = [uintAt(map, 'tried'), uintAt(map, 'failures'), ERROR_CODES.find((each) => each === map.get('fault'))];
  return at !== undefined && times !== undefined && times > 0 && code !== undefined ? { at, times, code } : undefined;
}

function planOf(map: CborMap): CloudPlan {
  const [keep, loose, looked] = [map.get('keep'), map.get('loose'), uintAt(map, 'looked')];
  const [made, failed] = [madeOf(map), failedOf(map)];
  return {
    every: CLOUD_BACKUP_TIMES.find((each) => each === map.get('every')) ?? 'never',
    keep: isUint(keep, LIMITS.cloudBackups) && keep > 0 ? keep : null,
    passing: map.get('passing') === true,
    loose: (Array.isArray(loose) ? loose as readonly unknown[] : []).slice(0, MOST_LOOSE).flatMap((id) => parseBundleId(id) ?? []),
    ...(looked !== undefined && { looked }), ...(made && { made }), ...(failed && { failed }),
  };
}

const fieldsOf = (account: string, { every, keep, passing, loose, looked, made, failed }: CloudPlan) => ({
  account, every, keep, passing, loose: loose.slice(0, MOST_LOOSE), looked, made: made?.at, bundle: made?.bundle, print: made?.print, tried: failed?.at, failures: failed?.times, fault: failed?.code,
});

async function readRow({ db, keys, aead, homeId }: Sealing & Pick<MountedHome, 'db'>): Promise<{ readonly plan: CloudPlan; readonly account: string | undefined }> {
  const row = await db.read(['sealed'], (tx) => tx.get('sealed', ROW));
  const opened = row && openFields(aead, await domainKey(keys, 'choice'), rowName(homeId), row.bytes);
  return opened?.ok ? { plan: planOf(opened.value), account: textAt(opened.value, 'account') } : { plan: NOTHING, account: undefined };
}

const planFor = ({ plan, account: of }: Awaited<ReturnType<typeof readRow>>, account: string): CloudPlan => (of === account ? plan : { ...NOTHING, passing: plan.passing });

/** Whether the home is linked to the account that something was chosen for, and `account` is one that it was linked to before: an upload there may end much later. */
async function isLeft({ sync }: MountedHome, account: string, chosenFor: string | undefined): Promise<boolean> {
  return chosenFor !== undefined && chosenFor !== account && (await sync.link.read())?.account === chosenFor;
}

export function createCloudPlans(random: Random): CloudPlans {
  const inTurn = createTurn();
  return {
    read: async (home, account) => planFor(await readRow(home), account),
    change: (home, account, change) => inTurn(async () => {
      const row = await readRow(home);
      const before = planFor(row, account);
      const plan = change(before);
      if (plan === before || (await isLeft(home, account, row.account))) return plan;
      const bytes = sealFields({ aead: home.aead, random }, await domainKey(home.keys, 'choice'), rowName(home.homeId), fieldsOf(account, plan));
      await home.db.write(['sealed'], (tx) => tx.put('sealed', { key: ROW, bytes }), { durability: 'strict' });
      return plan;
    }),
  };
}
