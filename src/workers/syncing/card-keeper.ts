// Keeps the home's card at the account as it should be: put there when the home is linked, changed where this device changed
// what it says, and left alone otherwise, since another device may know better.
import type { Aead } from '../../crypto/aead.ts';
import { type Bytes, toHex } from '../../crypto/bytes.ts';
import { epochOf } from '../../crypto/home-keys.ts';
import type { Random } from '../../crypto/random.ts';
import { encodeSlot } from '../../crypto/slot.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CloudFailure, OtherChange } from '../../sync/cloud.ts';
import type { CloudClient } from '../../sync/cloud-client.ts';
import type { Linked } from '../home/link.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { CARD, cardDigests, cardEpoch, type CardKeys, type HomeCard, type Owner, ownerOf, parseCard, sealCard } from './home-card.ts';

export interface CardDeps {
  readonly aead: Aead;
  readonly random: Random;
  /** Slots that open the home anywhere: of its recovery phrase. */
  readonly recoverySlots: (homeId: string) => Promise<readonly Bytes[]>;
  readonly owner: (homeId: string) => Promise<Owner | undefined>;
}

type Card = NonNullable<Linked['card']>;

export interface CardKeeper {
  /** The card as this device knows it; `other_home` where the account carries another, or one that cannot be read. */
  put(home: MountedHome, cloud: CloudClient): Promise<Result<Card, CloudFailure | 'other_home'>>;
  /** Where this device changed something since, and once in its life: `renewed` where the keys were on another device. */
  keepUp(home: MountedHome, cloud: CloudClient): Promise<Result<void, CloudFailure>>;
  /** The server told of objects that changed: where the card is among them, it is looked at. */
  heard(home: MountedHome, cloud: CloudClient, changes: readonly OtherChange[]): Promise<Result<void, CloudFailure>>;
  /** After a round that left nothing to be sent: says that all there is of the newest key, where keys were renewed. */
  keepWhole(home: MountedHome, cloud: CloudClient): Promise<Result<void, CloudFailure>>;
  /** Says to all devices that the keys are these from now on, with their slots; `renewed` where another device was first, `unclear` where the server did not say what became of it. */
  claim(home: MountedHome, cloud: CloudClient, next: CardKeys & { readonly slots: readonly Bytes[] }): Promise<Result<void, CloudFailure | 'unclear'>>;
  /** Notes that the card has these slots: nothing was changed here since. */
  noteSlots(home: MountedHome, slots: readonly Bytes[]): Promise<void>;
  /** Whether the account has a card of this home. */
  isThere(home: MountedHome, cloud: CloudClient): Promise<Result<boolean, CloudFailure>>;
}

const TRIES = 3;
const MOST_SLOTS = 8;

/** Slots that were changed here replace those that are there; a card that is met for the first time keeps both. */
function slotsFor(known: Card | undefined, there: HomeCard | undefined, mine: { readonly slots: readonly Bytes[]; readonly digest: string }): readonly Bytes[] {
  if (!there || (known && known.slots !== mine.digest)) return mine.slots;
  const theirs = there.slots.map(encodeSlot);
  if (known) return theirs;
  const names = new Set(mine.slots.map(toHex));
  return [...mine.slots, ...theirs.filter((slot) => !names.has(toHex(slot)))].slice(0, MOST_SLOTS);
}

/** The card that is there; `other_home` where it is of another home, or cannot be read. */
async function findCard({ homeId }: MountedHome, cloud: CloudClient): Promise<Result<{ readonly rev?: string; readonly card?: HomeCard }, CloudFailure | 'other_home'>> {
  const found = await cloud.object(CARD.collection, CARD.id);
  if (!found.ok) return found;
  if (!found.value) return ok({});
  const card = parseCard(found.value.body);
  return card && toHex(card.homeId) === toHex(homeId) ? ok({ rev: found.value.rev, card }) : err('other_home');
}

const asFailure = (error: CloudFailure | 'other_home'): CloudFailure => (error === 'other_home' ? 'protocol' : error);

/** Says on the card that is there that nothing is left of an earlier key; where another device changed it meanwhile, the next round does. */
async function sayWhole({ aead, random }: Pick<CardDeps, 'aead' | 'random'>, home: MountedHome, cloud: CloudClient): Promise<Result<void, CloudFailure>> {
  const found = await findCard(home, cloud);
  if (!found.ok) return err(asFailure(found.error));
  const { rev, card } = found.value;
  const said = card && (await ownerOf(aead, home.keys, card));
  if (!card || !said) return ok();
  const body = await sealCard({ aead, random, keys: home.keys, keyring: await home.keyring.read() }, card.slots.map(encodeSlot), { ...said, whole: true });
  const done = said.whole ? ok(true) : await cloud.putObject(CARD.collection, CARD.id, { rev, body });
  if (!done.ok) return done;
  if (done.value) await home.keyring.setWhole();
  return ok();
}

export function createCardKeeper({ aead, random, recoverySlots, owner }: CardDeps): CardKeeper {
  /** Whose card was looked at in this worker's life. */
  let looked: MountedHome | undefined;

  const here = async ({ homeId }: MountedHome) => ({ slots: await recoverySlots(toHex(homeId)), owner: await owner(toHex(homeId)) });

  async function put(home: MountedHome, cloud: CloudClient): Promise<Result<Card, CloudFailure | 'other_home'>> {
    const { slots, owner: who } = await here(home);
    if (!who) return err('protocol');
    const digests = await cardDigests(slots, who);
    const [linked, keyring] = [await home.sync.link.read(), await home.keyring.read()];
    for (let tries = 0; tries < TRIES; tries += 1) {
      const found = await findCard(home, cloud);
      if (!found.ok) return found;
      const { rev, card } = found.value;
      const [mine, theirs] = [epochOf(home.keys), card ? cardEpoch(card) : 0];
      if (card && theirs > mine) return err('renewed');
      // A card of an earlier key says nothing that still holds.
      const there = theirs < mine ? undefined : card;
      // Another renewal of the same home: neither can be made the other.
      if (there && mine > 0 && !(await ownerOf(aead, home.keys, there))) return err('other_home');
      const known = linked?.card;
      const named = there && known?.owner === digests.owner ? await ownerOf(aead, home.keys, there) : undefined;
      const body = await sealCard({ aead, random, keys: home.keys, keyring }, slotsFor(known, there, { slots, digest: digests.slots }), { ...(named ?? who), ...(mine > 0 && (await home.keyring.isWhole()) && { whole: true }) });
      const done = await cloud.putObject(CARD.collection, CARD.id, { rev, body });
      if (!done.ok) return done;
      if (done.value) return ok(digests);
    }
    return err('unreachable');
  }

  async function putAndNote(home: MountedHome, cloud: CloudClient): Promise<Result<void, CloudFailure>> {
    const done = await put(home, cloud);
    if (done.ok) await home.sync.link.note({ card: done.value });
    return done.ok ? ok() : err(asFailure(done.error));
  }

  /** What the server has back from an earlier time is put as it should be. */
  async function look(home: MountedHome, cloud: CloudClient): Promise<Result<void, CloudFailure>> {
    const found = await findCard(home, cloud);
    // Until the card is one of this home and of the key that this device has, each round begins with this, and nothing is sent.
    looked = undefined;
    if (!found.ok) return err(asFailure(found.error));
    const { card } = found.value;
    if (card && cardEpoch(card) > epochOf(home.keys)) return err('renewed');
    const same = card && cardEpoch(card) === epochOf(home.keys);
    const said = same ? await ownerOf(aead, home.keys, card) : undefined;
    if (same && !said && epochOf(home.keys) > 0) return err('protocol');
    if (said?.whole && !(await home.keyring.isWhole())) await home.keyring.setWhole();
    const kept = same ? ok() : await putAndNote(home, cloud);
    if (kept.ok) looked = home;
    return kept;
  }

  return {
    put,
    async keepUp(home, cloud) {
      const [linked, mine] = [await home.sync.link.read(), await here(home)];
      if (!linked || !mine.owner) return ok();
      const seen = looked === home ? ok() : await look(home, cloud);
      if (!seen.ok) return seen;
      const digests = await cardDigests(mine.slots, mine.owner);
      return linked.card?.slots === digests.slots && linked.card.owner === digests.owner ? ok() : putAndNote(home, cloud);
    },
    async heard(home, cloud, changes) {
      return changes.some(({ collection, id }) => collection === CARD.collection && id === CARD.id) ? look(home, cloud) : ok();
    },
    async keepWhole(home, cloud) {
      if (home.sync.reconciler.waiting() > 0 || (await home.keyring.isWhole())) return ok();
      return sayWhole({ aead, random }, home, cloud);
    },
    async noteSlots(home, slots) {
      const who = await owner(toHex(home.homeId));
      if (who) await home.sync.link.note({ card: await cardDigests(slots, who) });
    },
    async isThere(home, cloud) {
      const found = await findCard(home, cloud);
      if (!found.ok) return found.error === 'other_home' ? ok(false) : err(found.error);
      return ok(found.value.card !== undefined);
    },
    async claim(home, cloud, { slots, ...next }) {
      const who = await owner(toHex(home.homeId));
      if (!who) return err('protocol');
      const body = await sealCard({ aead, random, ...next }, slots, who);
      let sent = false;
      for (let tries = 0; tries < TRIES; tries += 1) {
        const found = await findCard(home, cloud);
        if (!found.ok) return err(sent ? 'unclear' : asFailure(found.error));
        const { rev, card } = found.value;
        // An answer that was lost may have been a yes.
        if (card && (await ownerOf(aead, next.keys, card))) return ok();
        if (card && cardEpoch(card) > epochOf(home.keys)) return err('renewed');
        const done = await cloud.putObject(CARD.collection, CARD.id, { rev, body });
        if (!done.ok && done.error !== 'unreachable') return done;
        if (done.ok && done.value) return ok();
        sent ||= !done.ok;
      }
      return err(sent ? 'unclear' : 'unreachable');
    },
  };
}
