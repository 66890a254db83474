// Sync beside remoteStorage.js with armadietto and PouchDB with its server: the same files over the same ways in one run. And ours
// alone: a byte changed in a large file, its way up, the memory meanwhile, and a second device of a large home.
import { inTurns, median } from '../harness/rounds.ts';
import { type Effort, type Measurement, row, type Row } from '../measurement.ts';
import { type Carrier, type FileToCarry, filesToCarry } from '../sync/carrier.ts';
import { prepareLargeHome } from '../sync/cold-start.ts';
import { type Distance, nameOf } from '../sync/distance.ts';
import { prepareLargeFile } from '../sync/large-file.ts';
import { startOurCarrier } from '../sync/ours.ts';
import { startPouch } from '../sync/pouch.ts';
import { startRemoteStorage } from '../sync/remote-storage.ts';

const MIB = 1024 * 1024;
const DISTANCES = ['loopback', 'far'] as const;
const FASTER = 5;
const FILES_A_REQUEST = 100;
/** Rounds of a cold start, which takes long. */
const COLD_ROUNDS = 3;
const MOST = { changeMib: 4.1, backupMib: 1, heapMib: 96, coldMs: 10_000 } as const;

/** What one round of a side came to. */
interface Sample { readonly carrier: string; readonly distance: Distance; readonly filesPerSecond: number; readonly requests: readonly [number, number] }

async function sampleOf(carrier: Carrier, distance: Distance, files: readonly FileToCarry[]): Promise<Sample> {
  const { took, requests } = await carrier.carry(files, distance);
  return { carrier: carrier.name, distance, filesPerSecond: files.length / (took / 1000), requests };
}

/** Sides take turns, and every other round in reverse. */
async function samplesOf(carriers: readonly Carrier[], files: readonly FileToCarry[], rounds: number): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let at = 0; at < rounds; at += 1) {
    for (const distance of DISTANCES) {
      for (const carrier of at % 2 === 0 ? carriers : [...carriers].reverse()) samples.push(await sampleOf(carrier, distance, files));
    }
  }
  return samples;
}

function carriedRows(samples: readonly Sample[], { ours, peers, count }: { readonly ours: Carrier; readonly peers: readonly Carrier[]; readonly count: number }): Row[] {
  const of = (name: string, distance: Distance) => samples.filter((sample) => sample.carrier === name && sample.distance === distance);
  const rate = (name: string, distance: Distance) => median(of(name, distance).map(({ filesPerSecond }) => filesPerSecond));
  const requests = (name: string, device: 0 | 1) => median(of(name, 'far').map((sample) => sample.requests[device]));
  const rates = DISTANCES.flatMap((distance) => peers.map(({ name }) => row({
    id: `sync ${count} files of 4 KiB, ${nameOf[distance]}`, unit: 'files/s', ours: rate(ours.name, distance), against: name, theirs: rate(name, distance), target: distance === 'far' ? FASTER : 0,
  })));
  const asked = (['from A', 'to B'] as const).flatMap((which, at) => {
    const fields = { id: `sync ${count} files of 4 KiB, requests ${which}`, unit: 'requests', ours: requests(ours.name, at as 0 | 1), atMost: true } as const;
    return [
      row({ ...fields, against: `one for ${FILES_A_REQUEST} files`, theirs: count / FILES_A_REQUEST, target: 1 }),
      ...peers.map(({ name }) => row({ ...fields, against: name, theirs: requests(name, at as 0 | 1), target: 1 })),
    ];
  });
  return [...rates, ...asked];
}

async function manyFiles({ quick, rounds }: Effort): Promise<Row[]> {
  const count = quick ? 100 : 1_000;
  const ours = await startOurCarrier();
  const peers = [startRemoteStorage(), await startPouch()];
  try {
    return carriedRows(await samplesOf([ours, ...peers], filesToCarry(count), rounds), { ours, peers, count });
  } finally {
    for (const carrier of [ours, ...peers]) await carrier.stop();
  }
}

async function largeFile({ quick, rounds }: Effort): Promise<Row[]> {
  const bytes = (quick ? 64 : 1024) * MIB;
  const size = `${bytes / MIB} MiB`;
  const large = await prepareLargeFile(bytes);
  try {
    const samples = await inTurns(rounds, { ours: large.ours, plain: large.plain, plainKept: large.plainKept });
    const rate = (took: readonly number[]) => bytes / MIB / (median(took) / 1000);
    const up = { id: `sync ${size} up`, unit: 'MiB/s', ours: rate(samples.ours) };
    return [
      row({ ...up, against: 'plain PUTs of 4 MiB, dropped', theirs: rate(samples.plain), target: 0.7 }),
      row({ ...up, against: 'plain PUTs of 4 MiB, hashed and kept', theirs: rate(samples.plainKept), target: 0 }),
      row({ id: `sync ${size} up, heap`, unit: 'MiB over idle', ours: await large.heap(), against: 'the bound', theirs: MOST.heapMib, target: 1, atMost: true }),
      row({ id: `sync one byte of ${size}`, unit: 'MiB sent', ours: await large.sendChange(), against: 'the bound', theirs: MOST.changeMib, target: 1, atMost: true }),
      row({ id: `sync a second backup of ${size}`, unit: 'MiB sent', ours: await large.sendSecondBackup(), against: 'the bound', theirs: MOST.backupMib, target: 1, atMost: true }),
    ];
  } finally {
    await large.stop();
  }
}

async function coldStart({ quick, rounds }: Effort): Promise<Row[]> {
  const nodes = quick ? 5_000 : 100_000;
  const home = await prepareLargeHome(nodes);
  try {
    const samples = await inTurns(Math.min(rounds, COLD_ROUNDS), { loopback: () => home.join('loopback'), far: () => home.join('far') });
    return DISTANCES.map((distance) => row({ id: `sync ${nodes} nodes to a new device, ${nameOf[distance]}`, unit: 'ms', ours: median(samples[distance]), against: 'the bound', theirs: MOST.coldMs, target: 1, atMost: true }));
  } finally {
    await home.stop();
  }
}

export const syncMeasurements: readonly Measurement[] = [
  { id: 'sync', run: async (effort) => [...await manyFiles(effort), ...await largeFile(effort), ...await coldStart(effort)] },
];
