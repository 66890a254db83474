// The audit log as the authority uses it: notes of an open home go into its chain in order, notes of a closed one into its inbox.
import { toHex } from '../../crypto/bytes.ts';
import { newBoxKeys } from '../../crypto/hpke-box.ts';
import type { Random } from '../../crypto/random.ts';
import { err, ok, type Result } from '../../result.ts';
import type { AuditActor, AuditCode, AuditSurface } from '../contract/audit.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { Fact } from '../contract/events.ts';
import type { Served } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import type { Database } from '../store/database.ts';
import { createTurn } from '../store/in-turn.ts';
import type { SystemRows } from '../store/system-schema.ts';
import { type AuditChain, type ChainHead, createAuditChain, readHead } from './audit-chain.ts';
import type { AuditNote } from './audit-entry.ts';
import { createAuditInbox } from './audit-inbox.ts';
import { holdsToken } from './token-scanner.ts';

export interface AuditDeps {
  readonly db: Database<SystemRows>;
  readonly random: Random;
  readonly clock: () => number;
  readonly announce: (fact: Fact) => void;
  /** Tells of a bug where nobody waits for an answer. */
  readonly broken: (fault: unknown) => void;
}

export interface Occurrence {
  readonly what: AuditCode;
  readonly actor?: AuditActor;
  readonly result?: string;
  readonly about?: string | undefined;
}

export interface Audit {
  readonly calls: Served<AuditSurface>;
  /** Into the chain of the open home; where none is open it is for nobody. */
  note(occurrence: Occurrence): void;
  /** For a home that is closed, by its hex id. */
  leave(home: string, occurrence: Occurrence): void;
  opened(home: MountedHome): Promise<void>;
  closing(why: string): Promise<void>;
}

const ZEROS = () => new Uint8Array(32);

export function createAudit({ db, random, clock, announce, broken }: AuditDeps): Audit {
  const inbox = createAuditInbox(db);
  let home: MountedHome | undefined;
  let chain: AuditChain | undefined;
  // One after the other, in the order in which they were said.
  const inTurn = createTurn();

  /** What looks like a token is left out: an entry outlives its mistake. */
  const noteOf = ({ what, actor = 'person', result = 'ok', about }: Occurrence): AuditNote =>
    ({ at: clock(), actor, what, result: holdsToken(result) ? 'grants.withheld' : result, ...(about !== undefined && !holdsToken(about) && { about }) });

  async function begin(of: MountedHome): Promise<AuditChain> {
    const known = await readHead(of);
    if (typeof known !== 'string') return createAuditChain(of, random, known);
    await of.db.write(['audit'], (tx) => tx.remove('audit', { prefix: '' }));
    const fresh: ChainHead = { last: 0, first: 1, head: ZEROS(), base: ZEROS(), ...await newBoxKeys() };
    const begun = await createAuditChain(of, random, fresh);
    await begun.append([noteOf({ what: 'audit.began', actor: 'nexus', result: known === 'none' ? 'ok' : 'integrity.tampered' })]);
    return begun;
  }

  async function take(of: MountedHome): Promise<AuditChain> {
    const begun = await begin(of);
    const homeId = toHex(of.homeId);
    const { notes, unreadable } = await inbox.collect(homeId, begun.state);
    const same = await inbox.publish(homeId, begun.state.publicKey);
    const strange: AuditNote[] = [
      ...(same ? [] : [noteOf({ what: 'audit.key_replaced', actor: 'nexus' })]),
      ...(unreadable > 0 ? [noteOf({ what: 'audit.note_unreadable', actor: 'nexus', about: String(unreadable) })] : []),
    ];
    if (notes.length + strange.length > 0) await begun.append([...notes, ...strange]);
    await inbox.empty(homeId);
    return begun;
  }

  /** The chain of the open home. What failed when it opened is tried again. */
  async function current(): Promise<AuditChain | undefined> {
    if (home && !chain) chain = await take(home);
    return chain;
  }

  const whenOpen = <T>(body: (open: AuditChain) => Promise<T>): Promise<Result<T, NexusError>> => inTurn(async () => {
    const open = await current();
    return open ? ok(await body(open)) : err(nexusError('session.locked'));
  });

  return {
    calls: {
      listAudit: ({ before = Number.MAX_SAFE_INTEGER, limit }) => whenOpen((open) => open.list(before, limit)),
      checkAudit: () => whenOpen((open) => open.check()),
    },
    note(occurrence) {
      const note = noteOf(occurrence);
      inTurn(async () => {
        const open = await current();
        if (!open) return;
        await open.append([note]);
        announce({ type: 'audit.changed' });
      }).catch(broken);
    },
    leave(home, occurrence) {
      const note = noteOf(occurrence);
      inTurn(() => inbox.leave(home, note)).catch(broken);
    },
    // A home opens whatever becomes of its log, and waits for none of it: notes queue behind.
    opened(mounted) {
      home = mounted;
      inTurn(current).catch(broken);
      return Promise.resolve();
    },
    closing: (why) => inTurn(async () => {
      const open = await current();
      home = undefined;
      chain = undefined;
      await open?.append([noteOf({ what: 'session.locked', actor: why === 'idle' ? 'nexus' : 'person', about: why })]);
    }),
  };
}
