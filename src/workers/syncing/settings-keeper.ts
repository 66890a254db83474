// Keeps a person's settings alike on their devices, where they chose so: when the account is asked, and by which object. What
// the settings say, and how two become one, is session's (docs/sync.md, "Settings").
import { err, ok, type Result } from '../../result.ts';
import type { CloudFailure, OtherChange } from '../../sync/cloud.ts';
import type { CloudClient } from '../../sync/cloud-client.ts';
import { cloudError } from '../account/cloud-error.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Args, Value } from '../contract/surface.ts';
import type { SyncStatus } from '../contract/sync.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { Sharing } from '../session/settings.ts';

/** Of the one object of an account. */
const OBJECT = { collection: 'datasets/home', id: '1'.padStart(32, '0') } as const;
const TRIES = 3;
const LOOK_EVERY_MS = 2 * 60_000;
/** The next round may do better. */
const PASSING: readonly CloudFailure[] = ['unreachable', 'aborted'];

type Share = Pick<Args<'shareSettings'>, 'on' | 'take'>;
type Objects = Pick<CloudClient, 'object' | 'putObject'>;

export interface SettingsKeeper {
  state(home: MountedHome): NonNullable<SyncStatus['settings']>;
  /** Within a round, where there is reason; only a sign-in that is over ends the round. */
  keepUp(home: MountedHome, cloud: Objects): Promise<Result<void, CloudFailure>>;
  /** The server told of objects that changed: where the settings are among them, they are looked at now. */
  heard(home: MountedHome, cloud: Objects, changes: readonly OtherChange[]): Promise<Result<void, CloudFailure>>;
  /** Begins, or ends; `asks` where the person has to say first whose settings count. */
  share(home: MountedHome, cloud: Objects, wanted: Share): Promise<Result<Value<'shareSettings'>, NexusError>>;
  end(home: MountedHome): Promise<void>;
}

export function createSettingsKeeper({ settings, clock }: { readonly settings: () => Sharing; readonly clock: () => number }): SettingsKeeper {
  /** What the account is known to have, and when it is to be asked again: sooner where something was chosen here since. */
  let known: unknown;
  let nextLook = 0;
  let nextTry = 0;
  let unreadable = false;

  /** What was taken and chosen by then; undefined where nothing is shared, or what is there was left alone. */
  async function meet(home: MountedHome, cloud: Objects): Promise<Result<unknown, CloudFailure>> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const found = await cloud.object(OBJECT.collection, OBJECT.id);
      if (!found.ok) return found;
      const met = await settings().meet(home, found.value?.body);
      unreadable = met === 'unreadable';
      if (typeof met === 'string') return ok(settings().clocks(home));
      const done = met.send ? await cloud.putObject(OBJECT.collection, OBJECT.id, { rev: found.value?.rev, body: met.send }) : ok(true);
      if (!done.ok) return done;
      if (done.value) return ok(met.clocks);
    }
    return err('unreachable');
  }

  async function begin(home: MountedHome, cloud: Objects, take: Share['take']): Promise<Result<Value<'shareSettings'>, NexusError>> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const found = await cloud.object(OBJECT.collection, OBJECT.id);
      if (!found.ok) return err(cloudError(found.error));
      const begun = await settings().begin(home, found.value?.body, take);
      if (begun === 'asks') return ok({ asks: true });
      if (typeof begun === 'string') return err(nexusError(begun === 'off' ? 'session.locked' : 'sync.settings_unreadable'));
      const done = begun.send ? await cloud.putObject(OBJECT.collection, OBJECT.id, { rev: found.value?.rev, body: begun.send }) : ok(true);
      if (!done.ok) return err(cloudError(done.error));
      if (!done.value) continue;
      await begun.settle();
      return ok({ asks: false });
    }
    return err(cloudError('unreachable'));
  }

  async function end(home: MountedHome): Promise<void> {
    await settings().end(home);
    unreadable = false;
  }

  async function keepUp(home: MountedHome, cloud: Objects): Promise<Result<void, CloudFailure>> {
    const clocks = settings().clocks(home);
    const now = clock();
    if (!clocks || now < (clocks === known ? nextLook : nextTry)) return ok();
    const met = await meet(home, cloud);
    known = met.ok ? met.value : undefined;
    nextLook = now + LOOK_EVERY_MS;
    nextTry = met.ok || PASSING.includes(met.error) ? 0 : nextLook;
    return !met.ok && met.error === 'signed_out' ? met : ok();
  }

  return {
    end,
    keepUp,
    async heard(home, cloud, changes) {
      if (!changes.some(({ collection, id }) => collection === OBJECT.collection && id === OBJECT.id)) return ok();
      [nextLook, nextTry] = [0, 0];
      return keepUp(home, cloud);
    },
    state: (home) => (settings().clocks(home) ? (unreadable ? 'unreadable' : 'on') : 'off'),
    async share(home, cloud, { on, take }) {
      if (on) return settings().clocks(home) ? ok({ asks: false }) : begin(home, cloud, take);
      await end(home);
      return ok({ asks: false });
    },
  };
}
