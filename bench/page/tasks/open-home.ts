// A real home over IndexedDB for measuring, as the authority mounts it.
import { createAead } from '../../../src/crypto/aead.ts';
import { importHomeKeys } from '../../../src/crypto/home-keys.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import type { CommandId } from '../../../src/workers/contract/ids.ts';
import type { StreamSource } from '../../../src/workers/contract/stream.ts';
import type { HomeDeps } from '../../../src/workers/home/context.ts';
import { createHome, type Home, initHome } from '../../../src/workers/home/create-home.ts';
import { extentForm } from '../../../src/workers/store/extent-form.ts';
import { HOME_SCHEMA, type HomeRows } from '../../../src/workers/store/home-schema.ts';
import { openDatabase } from '../../../src/workers/store/open-database.ts';

export interface OpenedHome {
  readonly home: Home;
  readonly deps: HomeDeps;
  readonly name: string;
  /** What was offered last as a stream. */
  offered(): StreamSource;
}

let commands = 0;
export const command = () => {
  commands += 1;
  return { command: commands.toString(16).padStart(32, '0') as CommandId, at: Date.now() };
};

export async function openFreshHome(): Promise<OpenedHome> {
  const name = `bench.${crypto.randomUUID()}`;
  let source: StreamSource | undefined;
  const deps: HomeDeps = {
    keys: await importHomeKeys(systemRandom(16), systemRandom(32)), aead: await createAead(), random: systemRandom, device: systemRandom(16),
    db: await openDatabase<HomeRows>({ name, schema: HOME_SCHEMA, create: true }), extentsAs: await extentForm(`${name}.probe`),
    now: () => Date.now(), announce: () => undefined,
    desk: { offer: (offered) => {
      source = offered;
      return { id: '' as never, url: '' };
    } },
  };
  await initHome(deps);
  return {
    deps, name, home: await createHome(deps),
    offered() {
      if (!source) throw new Error('nothing was offered');
      return source;
    },
  };
}

/** The same home mounted again, as after an unlock. */
export async function openAgain({ deps, name }: OpenedHome): Promise<Home> {
  return createHome({ ...deps, db: await openDatabase<HomeRows>({ name, schema: HOME_SCHEMA, create: false }) });
}

export const port = (): MessagePort => new MessageChannel().port2;
