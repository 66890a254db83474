// A small home made for tests: nodes and extents sealed with insecure seeded randomness, and the bundle of it.
import type { Aead } from '../../src/crypto/aead.ts';
import { type Bytes, concat, toHex, utf8 } from '../../src/crypto/bytes.ts';
import { sha256 } from '../../src/crypto/digest.ts';
import { sealExtent } from '../../src/crypto/extent.ts';
import { domainKey, fileKey, type HomeKeys, importHomeKeys } from '../../src/crypto/home-keys.ts';
import { extentPath, nodePath, sealedPath } from '../../src/crypto/nbk/entry-name.ts';
import { type BundleHead, type BundlePlan, createBundle, plannedSealed, streamBundle } from '../../src/crypto/nbk/write-bundle.ts';
import type { HomeNode } from '../../src/crypto/node.ts';
import { sealNode } from '../../src/crypto/node-record.ts';
import { phraseOf } from '../../src/crypto/recovery-phrase.ts';
import { sealFields } from '../../src/crypto/sealed.ts';
import { sealSlot, type Slot, type SlotSecret } from '../../src/crypto/slot.ts';
import { unwrap } from '../../src/result.ts';
import { insecureSeededRandom } from './insecure-random.ts';

export const TEST_COST = { m: 8192, t: 1, p: 1 } as const;
export const TEST_PASSWORD = 'a password for tests alone';
const DEVICE = new Uint8Array(16).fill(0xd0);
const CREATED = 1_764_547_200_000_000_000n;

export interface TestBundle {
  readonly plan: BundlePlan;
  readonly head: BundleHead;
  readonly keys: HomeKeys;
  readonly phrase: string;
  /** By path in the bundle. */
  readonly entries: ReadonlyMap<string, Bytes>;
  readonly bytes: Bytes;
  readonly nodes: ReadonlyMap<string, HomeNode>;
}

export async function collect(pieces: AsyncIterable<Bytes>): Promise<Bytes> {
  let all: Bytes[] = [];
  for await (const piece of pieces) {
    all.push(piece);
    if (all.length === 10_000) all = [concat(...all)];
  }
  return concat(...all);
}

export class TestHome {
  readonly random;
  readonly homeId: Bytes;
  readonly nodes = new Map<string, HomeNode>();
  readonly extents = new Map<string, Bytes>();
  private readonly mek: Bytes;
  private readonly aead: Aead;
  keys!: HomeKeys;

  constructor(aead: Aead, seed: number) {
    this.aead = aead;
    this.random = insecureSeededRandom(seed);
    this.homeId = this.random(16);
    this.mek = this.random(32);
  }

  async open(): Promise<this> {
    this.keys = await importHomeKeys(this.homeId, this.mek.slice());
    this.put({ id: this.homeId, parent: this.homeId, kind: 'folder', name: 'home', clock: [1, 0], device: DEVICE });
    return this;
  }

  put(node: HomeNode): void {
    this.nodes.set(toHex(node.id), node);
  }

  folder(name: string, parent = this.homeId, id = this.random(16)): Bytes {
    this.put({ id, parent, kind: 'folder', name, clock: [1, 0], device: DEVICE });
    return id;
  }

  async file(name: string, bytes: Bytes, { parent = this.homeId, extent = false } = {}): Promise<Bytes> {
    const [id, fileId] = [this.random(16), this.random(16)];
    const sealed = await sealExtent({ aead: this.aead, random: this.random }, (await fileKey(this.keys, fileId))!, { fileId, index: 0, plaintext: bytes });
    const content = { fileId, size: bytes.length, modified: 5 };
    if (extent) this.extents.set(sealed.id, sealed.bytes);
    const held = extent ? { extents: [[await sha256(sealed.bytes), bytes.length] as const] } : { inline: sealed.bytes };
    const base = { id, parent, name, clock: [1, 0] as const, device: DEVICE };
    this.put({ ...base, kind: 'file', mediaType: 'text/plain', content: { ...content, ...held }, versions: [] });
    return id;
  }

  private async slot(secret: SlotSecret): Promise<Slot> {
    return unwrap(await sealSlot({ aead: this.aead, random: this.random, mek: this.mek, secret, cost: TEST_COST }));
  }

  async bundle({ prefs = false, deviceKey }: { prefs?: boolean; deviceKey?: CryptoKey } = {}): Promise<TestBundle> {
    const { aead, random, keys } = this;
    const entries = new Map<string, Bytes>([...this.extents].map(([id, bytes]) => [extentPath(id), bytes]));
    const key = await domainKey(keys, 'nodes');
    const nodes = await Promise.all([...this.nodes].map(async ([id, node]) => {
      const record = unwrap(sealNode({ aead, random }, key, node));
      entries.set(nodePath(id), record);
      return { id, digest: toHex(await sha256(record)), size: record.length };
    }));
    const name = { kind: 'prefs', homeId: this.homeId, id: new Uint8Array(0) } as const;
    const sealed = sealFields({ aead, random }, await domainKey(keys, 'bundle'), name, { theme: 'dark' });
    if (prefs) entries.set(sealedPath('prefs'), sealed);
    const entropy = random(32);
    const secret = utf8(TEST_PASSWORD);
    const slots = deviceKey ? [await this.slot({ kind: 'device', secret, deviceKey })]
      : [await this.slot({ kind: 'password', secret }), await this.slot({ kind: 'recovery', entropy })];
    const plan: BundlePlan = {
      homeId: toHex(this.homeId), mode: deviceKey ? 'device' : 'portable', slots, created: CREATED, nodes,
      extents: [...this.extents].map(([id, bytes]) => ({ id, size: bytes.length })),
      sealed: prefs ? [await plannedSealed('prefs', sealed)] : [],
    };
    const head = await createBundle({ aead, random, keys }, plan);
    const bytes = await collect(streamBundle(plan, head, async (paths) => paths.map((path) => entries.get(path))));
    return { plan, head, keys, phrase: phraseOf(entropy), entries, bytes, nodes: this.nodes };
  }
}

/** Two folders, three files inline or as extents, prefs. */
export async function smallHome(aead: Aead, seed = 1): Promise<TestHome> {
  const home = await new TestHome(aead, seed).open();
  const docs = home.folder('docs');
  const deep = home.folder('deep', docs);
  await home.file('inline.txt', utf8('inline'), { parent: docs });
  await home.file('alone.bin', home.random(300), { extent: true });
  await home.file('chunks.bin', home.random(70_000), { parent: deep, extent: true });
  return home;
}
