// What the person whose home is open prefers: changed here, and shared with their other devices where they chose so
// (docs/sync.md, "Settings"). When that is done, and over which account, is syncing's.
import type { Bytes } from '../../crypto/bytes.ts';
import type { GroupClock } from '../../crypto/node.ts';
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Prefs } from '../contract/prefs.ts';
import { compareClocks } from '../home/group-clocks.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { createTurn } from '../store/in-turn.ts';
import type { OpenSession, SessionCore } from './core.ts';
import { prefsRow, sameSetting, type SettingName, SETTINGS } from './prefs.ts';
import { mergeSettings, sameSettings, type SharedSettings } from './settings-merge.ts';
import { clocksRow, dropClocks, openSettings, sealSettings, type SettingClocks, settingsOf, valueIn } from './settings-object.ts';

/** Whose settings count where a device begins to share them: its own, or those that the account has. */
export type Take = 'here' | 'there';

/** The home is not open any more, or shares nothing; the account's object is damaged, of another home or of another version. */
export type NotShared = 'off' | 'unreadable';

/** What a device that begins to share puts at the account; `settle` once that is done, and not before. */
export interface Beginning {
  readonly send: Bytes | undefined;
  settle(): Promise<void>;
}

/** What syncing asks; `there` is the account's object as it is, undefined where it has none. */
export interface Sharing {
  /** A new object after each change; undefined where this device keeps its settings to itself. */
  clocks(home: MountedHome): SettingClocks | undefined;
  /** Takes what was chosen later elsewhere; `send` where the account is to have what was chosen here. */
  meet(home: MountedHome, there: Bytes | undefined): Promise<NotShared | { readonly send: Bytes | undefined; readonly clocks: SettingClocks }>;
  /** `asks` where the two differ and nobody said which count. */
  begin(home: MountedHome, there: Bytes | undefined, take: Take | undefined): Promise<NotShared | 'asks' | Beginning>;
  end(home: MountedHome): Promise<void>;
}

export interface Settings extends Sharing {
  change(change: Partial<Prefs>): Promise<Result<Prefs, NexusError>>;
  /** Name or seal: they lie beside the settings. */
  ownerChanged(): Promise<void>;
}

type Core = Pick<SessionCore, 'deps' | 'autoLock' | 'current'>;

/** A moment of this home, after one that is known: a clock that was set back loses nothing. */
function momentAfter({ tick, device }: MountedHome, known: GroupClock | undefined): GroupClock {
  const now: GroupClock = [...tick(), device];
  return known && compareClocks(now, known) <= 0 ? [known[0], known[1] + 1, device] : now;
}

const chosenNow = (home: MountedHome, names: readonly SettingName[], known: { get(name: SettingName): GroupClock | undefined }): SettingClocks =>
  new Map(names.map((name) => [name, momentAfter(home, known.get(name))]));

const clockIn = (settings: SharedSettings) => ({ get: (name: SettingName) => settings.get(name)?.clock });

/** These of `settings`: each of them is known to be one that may be. */
const valuesIn = (settings: SharedSettings, names: readonly SettingName[]): Partial<Prefs> => Object.fromEntries(names.map((name) => [name, valueIn(settings, name)]));
const clocksIn = (settings: SharedSettings, names: readonly SettingName[]): SettingClocks => new Map(names.flatMap((name) => {
  const clock = settings.get(name)?.clock;
  return clock ? [[name, clock] as const] : [];
}));

const isLater = (clock: GroupClock | undefined, than: GroupClock | undefined): boolean => clock !== undefined && (!than || compareClocks(clock, than) > 0);

/** Writes what is preferred and when it was chosen, in one transaction; false where the user is gone. */
async function keep({ deps: { identity, random } }: Core, open: OpenSession, prefs: Prefs, clocks: SettingClocks | undefined): Promise<boolean> {
  const { mounted } = open.home;
  const user = await identity.row(open.uid);
  if (!user) return false;
  const rows = [await prefsRow(mounted, random, prefs, user), ...(clocks ? [await clocksRow(mounted, random, clocks)] : [])];
  await mounted.db.write(['sealed'], async (tx) => {
    for (const row of rows) await tx.put('sealed', row);
  });
  open.prefs = prefs;
  open.clocks = clocks;
  return true;
}

export function createSettings(core: Core): Settings {
  const { announcer, random, shared } = core.deps;
  // Not the session's own turn: a lock waits in that for a round that may be in here.
  const inTurn = createTurn();

  function openWith(home: MountedHome): OpenSession | undefined {
    const open = core.current();
    return open.ok && open.value.home.mounted === home ? open.value : undefined;
  }

  /** Keeps what came from elsewhere, and tells of what is different by it. */
  async function take(open: OpenSession, prefs: Prefs, clocks: SettingClocks): Promise<void> {
    const before = open.prefs;
    const changed = SETTINGS.filter((name) => !sameSetting(before, prefs, name));
    if (!(await keep(core, open, prefs, clocks)) || changed.length === 0) return;
    if (changed.includes('autoLockMs') && core.current().ok) core.autoLock.start(prefs.autoLockMs);
    announcer.announce({ type: 'prefs.changed', prefs });
    shared.taken(changed);
  }

  /** What was chosen here since `planned` was made stays, with a moment of its own. */
  async function settle(home: MountedHome, before: Prefs, planned: { readonly prefs: Prefs; readonly clocks: SettingClocks }): Promise<void> {
    const open = openWith(home);
    if (!open) return;
    const since = SETTINGS.filter((name) => !sameSetting(before, open.prefs, name));
    const own = Object.fromEntries(since.map((name) => [name, open.prefs[name]]));
    await take(open, { ...planned.prefs, ...own }, new Map([...planned.clocks, ...chosenNow(home, since, planned.clocks)]));
  }

  return {
    change: (change) => inTurn(async () => {
      const current = core.current();
      if (!current.ok) return current;
      const open = current.value;
      const prefs = { ...open.prefs, ...change };
      const changed = SETTINGS.filter((name) => !sameSetting(open.prefs, prefs, name));
      const known = open.clocks;
      const clocks = known && changed.length > 0 ? new Map([...known, ...chosenNow(open.home.mounted, changed, known)]) : known;
      if (!(await keep(core, open, prefs, clocks))) return err(nexusError('user.unknown'));
      core.autoLock.start(prefs.autoLockMs);
      announcer.announce({ type: 'prefs.changed', prefs });
      if (clocks !== known) shared.chosen();
      return ok(prefs);
    }),

    ownerChanged: () => inTurn(async () => {
      const open = core.current();
      if (open.ok) await keep(core, open.value, open.value.prefs, open.value.clocks);
    }),

    clocks: (home) => openWith(home)?.clocks,

    meet: (home, body) => inTurn(async () => {
      const there = await openSettings(home, body);
      if (!there) return 'unreadable';
      const open = openWith(home);
      if (!open?.clocks) return 'off';
      const mine = open.clocks;
      const later = SETTINGS.filter((name) => isLater(there.get(name)?.clock, mine.get(name)) && valueIn(there, name) !== undefined);
      if (later.length > 0) await take(open, { ...open.prefs, ...valuesIn(there, later) }, new Map([...mine, ...clocksIn(there, later)]));
      const merged = mergeSettings(there, settingsOf(open.prefs, open.clocks));
      return { send: sameSettings(merged, there) ? undefined : await sealSettings(home, random, merged), clocks: open.clocks };
    }),

    begin: (home, body, say) => inTurn(async () => {
      const there = await openSettings(home, body);
      if (!there) return 'unreadable';
      const open = openWith(home);
      if (!open) return 'off';
      const before = open.prefs;
      const known = SETTINGS.filter((name) => valueIn(there, name) !== undefined);
      const theirs: Prefs = { ...before, ...valuesIn(there, known) };
      if (say === undefined && known.some((name) => !sameSetting(before, theirs, name))) return 'asks';
      // What only a later release can read is left to those that can.
      const own = SETTINGS.filter((name) => say === 'here' || !there.has(name));
      const prefs = say === 'here' ? before : theirs;
      const clocks = new Map([...clocksIn(there, known), ...chosenNow(home, own, clockIn(there))]);
      const merged = mergeSettings(there, settingsOf(prefs, clocks));
      const send = sameSettings(merged, there) ? undefined : await sealSettings(home, random, merged);
      return { send, settle: () => inTurn(() => settle(home, before, { prefs, clocks })) };
    }),

    end: (home) => inTurn(async () => {
      const open = openWith(home);
      if (!open?.clocks) return;
      await dropClocks(home);
      open.clocks = undefined;
    }),
  };
}
