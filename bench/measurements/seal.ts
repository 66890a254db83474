// Sealing in memory, in each engine, beside libsodium's secretstream and, in Chromium, age and OpenPGP.js.
import { type Engine, openEnginePage } from '../harness/engine-page.ts';
import { inTurns, median, type Samples } from '../harness/rounds.ts';
import { type Effort, type Measurement, type Row, row } from '../measurement.ts';
import type { Sealer } from '../page/tasks/seal.ts';

type Peer = Exclude<Sealer, 'ours' | 'named'>;
type Targets = Readonly<Partial<Record<Peer, number>>>;

const MIB = 1024 * 1024;
const BYTES = 256 * MIB;
const QUICK_BYTES = 8 * MIB;

const PEERS: Readonly<Record<Peer, string>> = {
  libsodium: 'libsodium.js secretstream, 64 KiB messages', age: 'age-encryption, X25519', openpgp: 'OpenPGP.js, its defaults',
};

async function samplesOf(engine: Engine, sealers: readonly Sealer[], { quick, rounds }: Effort): Promise<Samples<Sealer>> {
  const page = await openEnginePage(engine);
  try {
    await page.ask('prepareSeal', quick ? QUICK_BYTES : BYTES, sealers);
    const sides = Object.fromEntries(sealers.map((sealer) => [sealer, () => page.ask('seal', sealer)]));
    return await inTurns(rounds, sides as Record<Sealer, () => Promise<number>>);
  } finally {
    await page.close();
  }
}

function sealIn(engine: Engine, targets: Targets): Measurement {
  const peers = Object.keys(targets) as Peer[];
  return {
    id: `seal-${engine}`,
    engine,
    async run(effort): Promise<Row[]> {
      const samples = await samplesOf(engine, ['ours', 'named', ...peers], effort);
      const rate = (side: Sealer) => (effort.quick ? QUICK_BYTES : BYTES) / MIB / (median(samples[side]) / 1000);
      const beside = (side: 'ours' | 'named', peer: Peer) => row({
        id: `seal-${engine}-${peer}${side === 'named' ? '-with-id' : ''}`, unit: 'MiB/s', ours: rate(side), against: PEERS[peer], theirs: rate(peer), target: targets[peer] ?? 1,
      });
      return peers.flatMap((peer) => [beside('ours', peer), beside('named', peer)]);
    },
  };
}

export const sealMeasurements: readonly Measurement[] = [
  sealIn('chromium', { libsodium: 1.4, age: 4, openpgp: 6 }),
  sealIn('firefox', { libsodium: 0.95 }),
  sealIn('webkit', { libsodium: 0.95 }),
];
