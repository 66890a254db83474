// Keeps the home's card at the account as it should be: put there when the home is linked, changed where this device changed
// what it says, and left alone otherwise, since another device may know better.
import type { Aead } from '../../crypto/aead.ts';
import { type Bytes, toHex } from '../../crypto/bytes.ts';
import type { Random } from '../../crypto/random.ts';
import { encodeSlot } from '../../crypto/slot.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CloudFailure } from '../../sync/cloud.ts';
import type { CloudClient } from '../../sync/cloud-client.ts';
import type { Linked } from '../home/link.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { CARD, cardDigests, type HomeCard, type Owner, ownerOf, parseCard, sealCard } from './home-card.ts';

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
  /** Where this device changed something since. */
  keepUp(home: MountedHome, cloud: CloudClient): Promise<Result<void, CloudFailure>>;
}

const TRIES = 3;
const MOST_SLOTS = 8;

export function createCardKeeper({ aead, random, recoverySlots, owner }: CardDeps): CardKeeper {
  const here = async ({ homeId }: MountedHome) => ({ slots: await recoverySlots(toHex(homeId)), owner: await owner(toHex(homeId)) });

  /** Slots that were changed here replace those that are there; a card that is met for the first time keeps both. */
  function slotsFor(known: Card | undefined, there: HomeCard | undefined, mine: { readonly slots: readonly Bytes[]; readonly digest: string }): readonly Bytes[] {
    if (!there || (known && known.slots !== mine.digest)) return mine.slots;
    const theirs = there.slots.map(encodeSlot);
    if (known) return theirs;
    const names = new Set(mine.slots.map(toHex));
    return [...mine.slots, ...theirs.filter((slot) => !names.has(toHex(slot)))].slice(0, MOST_SLOTS);
  }

  async function put(home: MountedHome, cloud: CloudClient): Promise<Result<Card, CloudFailure | 'other_home'>> {
    const { slots, owner: who } = await here(home);
    if (!who) return err('protocol');
    const digests = await cardDigests(slots, who);
    const known = (await home.sync.link.read())?.card;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const found = await cloud.object(CARD.collection, CARD.id);
      if (!found.ok) return found;
      const there = found.value && parseCard(found.value.body);
      if (found.value && (!there || toHex(there.homeId) !== toHex(home.homeId))) return err('other_home');
      const named = there && known && known.owner === digests.owner ? await ownerOf(aead, home.keys, there) : undefined;
      const body = await sealCard({ aead, random, keys: home.keys }, slotsFor(known, there, { slots, digest: digests.slots }), named ?? who);
      const done = await cloud.putObject(CARD.collection, CARD.id, { rev: found.value?.rev, body });
      if (!done.ok) return done;
      if (done.value) return ok(digests);
    }
    return err('unreachable');
  }

  return {
    put,
    async keepUp(home, cloud) {
      const [linked, mine] = [await home.sync.link.read(), await here(home)];
      if (!linked || !mine.owner) return ok();
      const digests = await cardDigests(mine.slots, mine.owner);
      if (linked.card?.slots === digests.slots && linked.card.owner === digests.owner) return ok();
      const done = await put(home, cloud);
      if (done.ok) await home.sync.link.note({ card: done.value });
      return done.ok ? ok() : err(done.error === 'other_home' ? 'protocol' : done.error);
    },
  };
}
