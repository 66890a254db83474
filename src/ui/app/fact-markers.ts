// The service markers that follow from facts: what the authority said has happened, by ids alone. Pure.
import type { Fact } from '../../workers/contract/events.ts';

export function markersOf(fact: Fact): readonly string[] {
  switch (fact.type) {
    case 'session.opened': return [`identity: session start (sid=${fact.sid})`, 'securefs: unlock ok'];
    case 'session.locked': return ['lock: now', 'securefs: lock'];
    case 'session.ended': return [`identity: session end (sid=${fact.sid})`];
    case 'home.tampered': return ['securefs: tamper detect'];
    case 'backup.evicted': return [`backup: evict n=${fact.count}`];
    case 'device.changed': case 'home.changed': case 'backup.changed': case 'prefs.changed': case 'account.event': case 'sync.changed': case 'join.digits': case 'audit.changed':
    case 'apps.changed': case 'apps.prompted': case 'apps.closed': return [];
  }
}

/** When the first status is there, all of these answer. */
export const READY_MARKERS: readonly string[] = ['identityd: ready', 'lockd: ready', 'securefsd: ready', 'backupd: ready', 'policyd: ready v1.1'];
