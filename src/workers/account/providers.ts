// Where one can sign in: the server that this app came from, and what the person added.
import { err, ok, type Result } from '../../result.ts';
import { parseIssuer, type Provider } from '../../sync/oauth/provider.ts';
import type { CloudSurface, ProviderCard } from '../contract/account.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { ACCOUNT } from '../contract/limits.ts';
import type { Served } from '../contract/surface.ts';
import { type AccountContext, errorOf, type Live } from './account-context.ts';

/** The client id by which servers of this kind know this app. */
const OWN_CLIENT = 'nexus';

const ownProvider = (origin: string): Provider => ({ issuer: `${origin}/oidc`, clientId: OWN_CLIENT });

export function providerCards(origin: string, live: Live | undefined): readonly ProviderCard[] {
  return [{ ...ownProvider(origin), own: true }, ...(live?.contents.overall.providers ?? []).map((each) => ({ ...each, own: false }))];
}

export function findProvider(origin: string, live: Live, issuer: string): Provider | undefined {
  return providerCards(origin, live).find((each) => each.issuer === issuer);
}

export function createProviderCalls(context: AccountContext): Pick<Served<CloudSurface>, 'addProvider' | 'removeProvider'> {
  const { deps, machine } = context;
  const locked = () => err(nexusError('session.locked'));

  async function keep(live: Live, providers: readonly Provider[]): Promise<void> {
    const overall = { ...live.contents.overall, providers };
    await live.custody.keepOverall(overall);
    live.contents = { ...live.contents, overall };
    machine.tellStatus();
  }

  return {
    addProvider: ({ issuer: typed, clientId }) => context.alone(async (): Promise<Result<ProviderCard, NexusError>> => {
      const live = context.live();
      if (!live) return locked();
      const issuer = parseIssuer(typed);
      if (issuer === undefined || clientId.trim() === '') return err(nexusError('account.provider_invalid'));
      const provider = { issuer, clientId: clientId.trim() };
      if (findProvider(deps.origin, live, issuer)) return ok({ ...provider, own: false });
      if (live.contents.overall.providers.length >= ACCOUNT.providers) return err(nexusError('account.too_many'));
      const found = await context.metadata(provider, live.flight.signal);
      if (!found.ok) return err(errorOf(found.error));
      await keep(live, [...live.contents.overall.providers, provider]);
      return ok({ ...provider, own: false });
    }),
    removeProvider: ({ issuer }) => context.alone(async (): Promise<Result<void, NexusError>> => {
      const live = context.live();
      if (!live) return locked();
      const inUse = [...live.contents.accounts, ...(live.contents.attempt ? [live.contents.attempt] : [])].some((each) => each.issuer === issuer);
      if (inUse) return err(nexusError('account.provider_in_use'));
      await keep(live, live.contents.overall.providers.filter((each) => each.issuer !== issuer));
      return ok();
    }),
  };
}
