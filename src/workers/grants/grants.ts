// The grants authority: apps of the open home, what each may reach, and the questions that decide it. It lives from the opening of a
// home to its closing (docs/apps.md).
import { err, ok, type Result } from '../../result.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { GrantsSurface } from '../contract/grants.ts';
import type { NodeId } from '../contract/ids.ts';
import type { HomeSurface, Served } from '../contract/surface.ts';
import type { MountedHome } from '../home/mounted-home.ts';
import { type CarriedDatasets, createCarriedDatasets } from './carried-datasets.ts';
import { createConsentDesk, type ConsentDesk } from './consent.ts';
import { createInstalled } from './installed.ts';
import { createInstances, type Instances } from './instances.ts';
import { createKept } from './kept.ts';
import { type GrantsDeps, type OpenGrants, openGrants } from './open-grants.ts';

export interface Grants {
  readonly calls: Served<GrantsSurface>;
  opened(home: MountedHome, surface: Served<HomeSurface>): Promise<void>;
  closing(): Promise<void>;
  /** Content of these folders is different now. */
  homeChanged(folders: readonly NodeId[]): void;
  /** The account ended what this binding rests on. */
  bindingEnded(bindingId: string): void;
  /** What syncing moves of what apps keep. */
  readonly carried: CarriedDatasets;
}

interface Desk {
  readonly open: OpenGrants;
  readonly desk: ConsentDesk;
  readonly instances: Instances;
  readonly calls: Served<GrantsSurface>;
}

function promptCalls({ open, desk }: Pick<Desk, 'open' | 'desk'>): Pick<Served<GrantsSurface>, 'readPrompt' | 'allowPrompt' | 'denyPrompt'> {
  const { prompts } = open;
  return {
    readPrompt: ({ instance }) => Promise.resolve(open.running.has(instance) ? ok(prompts.of(instance) ?? null) : err(nexusError('apps.unknown'))),
    async allowPrompt({ promptId, consents }) {
      const card = prompts.find(promptId);
      if (!card) return err(nexusError('grants.prompt_over'));
      const misfit = await desk.misfit(card.items, consents);
      if (misfit) return err(misfit);
      return prompts.answer(promptId, { allowed: consents }) ? ok() : err(nexusError('grants.prompt_over'));
    },
    denyPrompt({ promptId, remember }) {
      const answered = prompts.answer(promptId, { denied: remember ? 'for_a_day' : 'for_now' });
      return Promise.resolve(answered ? ok() : err(nexusError('grants.prompt_over')));
    },
  };
}

export function createGrants(deps: GrantsDeps): Grants {
  let held: { readonly home: MountedHome; readonly surface: Served<HomeSurface> } | undefined;
  let desk: Promise<Desk> | undefined;

  async function begin(home: MountedHome, surface: Served<HomeSurface>): Promise<Desk> {
    const open = await openGrants(deps, home, surface);
    const consent = createConsentDesk(deps, open);
    const instances = createInstances(deps, open, consent);
    const { closeAll: _, changed: __, ...running } = instances;
    return { open, desk: consent, instances, calls: { ...running, ...createInstalled(deps, open, instances), ...createKept(deps, open), ...promptCalls({ open, desk: consent }) } };
  }

  /** What failed when it was read is tried again. */
  function current(): Promise<Desk> | undefined {
    if (held && !desk) {
      desk = begin(held.home, held.surface);
      desk.catch(() => { desk = undefined; });
    }
    return desk;
  }

  const whileOpen = <M extends keyof Desk['calls']>(method: M) => async (args: Parameters<Desk['calls'][M]>[0]) => {
    const open = await current();
    return open && held ? (open.calls[method] as (given: unknown) => Promise<Result<unknown, NexusError>>)(args) : err(nexusError('session.locked'));
  };
  const METHODS = [
    'listApps', 'planInstall', 'installApp', 'removeApp', 'openApp', 'connectApp', 'closeApp', 'readPrompt', 'allowPrompt', 'denyPrompt', 'measureReach', 'revokeAccess', 'forgetDenials', 'readAccessLog', 'listKept', 'emptyVault',
  ] as const satisfies readonly (keyof Desk['calls'])[];

  return {
    calls: Object.fromEntries(METHODS.map((method) => [method, whileOpen(method)])) as unknown as Served<GrantsSurface>,
    opened(home, surface) {
      held = { home, surface };
      return Promise.resolve();
    },
    async closing() {
      held = undefined;
      const open = await desk?.catch(() => undefined);
      desk = undefined;
      open?.instances.closeAll();
      await open?.open.log.flush();
    },
    bindingEnded(bindingId) {
      void desk?.then(({ open }) => open.end((binding) => binding.bindingId === bindingId)).catch(() => undefined);
    },
    carried: createCarriedDatasets(async () => (await current())?.open),
    homeChanged(folders) {
      void desk?.then(({ instances }) => instances.changed(folders)).catch((fault: unknown) => void deps.incident('watch', fault));
    },
  };
}
