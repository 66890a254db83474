// One authority among tabs. The worker that holds the office's Web Lock decides; one other stands by, first in line for
// it; the rest wait behind that one (docs/architecture.md, "One authority among tabs").
import type { OfficeNews } from '../contract/line.ts';

export interface OfficeNames {
  readonly office: string;
  readonly standby: string;
  readonly channel: string;
}

export interface OfficeListener {
  /** Someone else has the office. `next` = this worker is the one that stands by. */
  waiting(next: boolean): void;
  /** It is ours; `announce` tells all tabs, once we can answer. */
  held(announce: () => void): void;
  /** It was taken from us: end at once. */
  lost(): void;
}

export interface Candidacy {
  /** The holder does not answer: take the lock from it. */
  take(): void;
}

export interface OfficeDeps {
  readonly locks: LockManager;
  readonly openChannel: (name: string) => Pick<BroadcastChannel, 'postMessage'>;
}

const untilStolen = (): Promise<never> => new Promise<never>(() => undefined);

/** Runs for the office until it is held, and then until it is lost. */
export function runForOffice({ locks, openChannel }: OfficeDeps, names: OfficeNames, listener: OfficeListener): Candidacy {
  const channel = openChannel(names.channel);
  let held = false;
  let leaveStandby = (): void => undefined;
  const announce = () => channel.postMessage({ type: 'office.taken' } satisfies OfficeNews);

  function hold(): Promise<never> {
    held = true;
    leaveStandby();
    listener.held(announce);
    return untilStolen();
  }

  /** A lock that is taken from its holder, or whose worker ends, rejects: both mean the office is over. */
  const request = (options: LockOptions, onGranted: () => unknown) => locks.request(names.office, options, onGranted).catch(() => {
    if (held) listener.lost();
  });

  async function queue(): Promise<void> {
    const free = await locks.request(names.office, { ifAvailable: true }, (lock) => {
      if (!lock) return false;
      // Held from inside this callback: nobody can slip in between.
      return hold();
    }).catch(() => listener.lost());
    if (free !== false || held) return;
    listener.waiting(false);
    await locks.request(names.standby, () => {
      if (held) return undefined;
      listener.waiting(true);
      // The place of the standby is given up by taking the office, never before.
      return new Promise<void>((resolve) => {
        leaveStandby = resolve;
        void request({}, () => (held ? undefined : hold()));
      });
    });
  }

  void queue();
  return {
    take() {
      if (!held) void request({ steal: true }, hold);
    },
  };
}
