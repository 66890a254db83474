// One open home, put together (docs/home-layout.md).
import { toHex } from '../../crypto/bytes.ts';
import type { FolderNode, HomeNode } from '../../crypto/node.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import { createTurn } from '../store/in-turn.ts';
import { createAdds } from './add-files.ts';
import { createArrival } from './arrival.ts';
import { findOrphans, removeOrphans } from './collect.ts';
import { readPieces } from './content.ts';
import { createContentChoices } from './content-choice.ts';
import type { HomeContext, HomeDeps } from './context.ts';
import { nodeIdOf } from './entry.ts';
import { createFsck } from './fsck.ts';
import { createLeavingContent } from './leaving-content.ts';
import { createIdsHere } from './ids-here.ts';
import { createJournal } from './journal.ts';
import { createHomeSync } from './home-reconciler.ts';
import { createKeyringRows } from './keyring-row.ts';
import { createLink } from './link.ts';
import { createListing } from './listing.ts';
import { createLogicalClock } from './logical-clock.ts';
import type { MountedHome } from './mounted-home.ts';
import { createMoves } from './moves.ts';
import { createNodeCodec } from './node-codec.ts';
import { createPinReader } from './pins.ts';
import { createPlaceIndex } from './place-index.ts';
import { openFolder } from './places.ts';
import { resealRecords } from './reseal.ts';
import { createNameIndex, createSearch, type NameIndex } from './search.ts';
import { dropStagedRows } from './staging.ts';
import { createTrash } from './trash.ts';
import { createTree, type Tree } from './tree.ts';
import { createVersions, withContent } from './versions.ts';
import { createWantedExtents } from './wanted-extents.ts';

export interface Home {
  readonly surface: Served<HomeSurface>;
  readonly mounted: MountedHome;
  /** Aborts what runs, lets the current change finish, and marks the home as left clean. */
  close(): Promise<void>;
}

/** The root of a new home; what else a home is comes from its keys. */
export async function initHome(deps: Pick<HomeDeps, 'keys' | 'aead' | 'random' | 'db' | 'device' | 'now'>): Promise<void> {
  const { keys, aead, random, db, device, now } = deps;
  const codec = await createNodeCodec(keys, aead, random);
  const root: FolderNode = { kind: 'folder', id: keys.homeId, parent: keys.homeId, name: 'home', clock: [now(), 0], device };
  const row = await codec.seal(root);
  await db.write(['nodes', 'meta'], async (tx) => {
    await tx.put('nodes', row);
    await tx.put('meta', { key: 'state', state: 'clean' });
  }, { durability: 'strict' });
}

/** The tree, with the indexes, and who brings content, hearing of every commit. */
function overheard(tree: Tree, indexes: readonly Pick<NameIndex, 'changed'>[], written: (nodes: readonly HomeNode[]) => void): Tree {
  return {
    ...tree,
    async commit(change) {
      await tree.commit(change);
      const nodes = [...change.put ?? [], ...(change.adopt ?? []).map(({ node }) => node)];
      const gone = [...change.remove ?? [], ...change.drop ?? []];
      for (const index of indexes) index.changed(nodes, gone);
      written(nodes);
    },
  };
}

async function createContext(deps: HomeDeps, closing: AbortSignal) {
  const { keys, aead, random, db, now, announce } = deps;
  const homeId = nodeIdOf(toHex(keys.homeId));
  const [codec, clock, pinReader] = [await createNodeCodec(keys, aead, random), createLogicalClock(now), createPinReader(db)];
  codec.earlierHere = (await db.read(['meta'], (tx) => tx.get('meta', 'reseal'))) !== undefined;
  const journal = await createJournal({ keys, aead, random, db, codec });
  const bare = createTree({ root: homeId, db, codec, clock, pins: pinReader.read, journal });
  const [names, placeIndex, idsHere] = [createNameIndex(() => bare.all()), createPlaceIndex(bare), createIdsHere(bare)];
  const alone = createTurn();
  const arrival = createArrival({ partial: (await db.read(['meta'], (tx) => tx.get('meta', 'feed')))?.partial ?? false, journal });
  const link = createLink({ db, keys, aead, random, codec, journal, arrival, alone });
  journal.linked = (await link.read()) !== undefined;
  journal.wasLinked = (await link.former()) !== undefined;
  if (journal.linked) await journal.load();
  const choices = createContentChoices({ db, keys, aead, random });
  await choices.load();
  const home: HomeContext = {
    ...deps, homeId, codec, clock, closing, journal, arrival, remote: {}, devices: { names: new Map() }, shown: { folder: undefined }, choices, placeIndex, idsHere, tree: overheard(bare, [names, placeIndex, idsHere], (nodes) => { wanted.written(nodes); }), pins: pinReader.read, alone, staging: new Set(),
    changed: (folders) => announce({ type: 'home.changed', folders: [...new Set(folders)].map(nodeIdOf) }),
  };
  const wanted = createWantedExtents(home);
  return { home, names, pinReader, wanted, sync: createHomeSync(home, link, wanted) };
}

type Parts = Awaited<ReturnType<typeof createContext>>;

function mountedHome({ home, names, pinReader, sync }: Parts): MountedHome {
  const forget = () => {
    home.tree.forget();
    names.forget();
    home.placeIndex.forget();
    home.idsHere.forget();
  };
  return {
    homeId: home.keys.homeId, keys: home.keys, aead: home.aead, db: home.db, device: home.device, extentsAs: home.extentsAs,
    tick: () => home.clock.tick(), rowOf: home.codec.seal, pins: home.pins, keyring: createKeyringRows(home.db, home.keys), sealAnew: () => resealRecords(home, home.alone), alone: home.alone,
    node: home.tree.node, children: async (folder) => [...(await home.tree.folder(folder)).nodes.values()], openFolder: (folder) => openFolder(home.tree, home.homeId, folder), commit: home.tree.commit, tagFor: home.codec.tagFor,
    replaced: (node, content) => withContent(home, node, content), read: (content, range) => readPieces(home, content, range),
    staging: home.staging, closing: home.closing, sync, remote: home.remote,
    pinsAdded: pinReader.forget,
    pinsRemoved: () => home.alone(async () => {
      pinReader.forget();
      await removeOrphans(home, await findOrphans(home));
    }),
    devicesCalled(names) {
      const before = home.devices.names;
      if (names.size === before.size && [...names].every(([device, name]) => before.get(device) === name)) return;
      home.devices.names = names;
      home.changed([home.homeId]);
    },
    contentChanged(folders) {
      forget();
      home.changed(folders);
    },
  };
}

/** True where an earlier worker may have left what nothing names: it ended in the midst, or of something. */
async function recover(home: HomeContext): Promise<boolean> {
  const state = await home.db.read(['meta'], (tx) => tx.get('meta', 'state'));
  return (await dropStagedRows(home)) || state?.state !== 'clean';
}

const collectWhenIdle = (home: HomeContext): Promise<void> => home.alone(async () => {
  if (!home.closing.aborted) await removeOrphans(home, await findOrphans(home));
});

/** Throws StorageError. `deps.db` is open and holds a home: initHome or a restore made it. */
export async function createHome(deps: HomeDeps): Promise<Home> {
  const closing = new AbortController();
  const parts = await createContext(deps, closing.signal);
  const { home, names } = parts;
  const leftMore = await recover(home);
  // Without room the home opens all the same: rows of an earlier key are read by it.
  await resealRecords(home, (body) => body());
  const setState = (state: 'clean' | 'open') => home.db.write(['meta'], (tx) => tx.put('meta', { key: 'state', state }));
  await setState('open');
  if (leftMore) void collectWhenIdle(home);
  return {
    mounted: mountedHome(parts),
    surface: {
      ...createListing(home, parts.wanted), ...createSearch(home, names), ...createMoves(home), ...createTrash(home), ...createAdds(home),
      ...createLeavingContent(home), ...createVersions(home), ...createFsck(home, { pinsForgotten: parts.pinReader.forget, mended: parts.wanted.lookAgain }),
    },
    async close() {
      const staging = home.staging.size > 0;
      closing.abort();
      // What was being staged is given back by the next start, as after an unclean end.
      await home.alone(async () => { if (!staging) await setState('clean'); });
      home.db.close();
    },
  };
}
