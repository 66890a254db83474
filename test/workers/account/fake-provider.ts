// Providers without a network, for the account's own tests: they give, rotate (with the one mercy of docs/server.md, "Refresh"),
// refuse and hang as the test says. Behind the same interface as the real client, so that what is tested is the account.
import { err, ok, type Result } from '../../../src/result.ts';
import type { OAuthFailure } from '../../../src/sync/oauth/failure.ts';
import type { ApiCall, DpopKey, Metadata, OAuthClient, Party, Tokens } from '../../../src/sync/oauth/oauth-client.ts';

export const ISSUER = 'https://app.test/oidc';

export interface FakeProvider {
  readonly client: OAuthClient;
  /** Who answers the next sign-in. */
  who: string;
  /** What every answer is, instead of tokens. */
  trouble: OAuthFailure | undefined;
  /** Another person's tokens come with the next refresh. */
  mixUp: boolean;
  lifetime: number;
  /** Holds every answer back until `release`. */
  hold(): void;
  release(): void;
  /** Whoever asked was ended: what is still on its way is nobody's. */
  abandon(): void;
  readonly refreshes: string[];
  readonly revoked: string[];
  readonly asked: { readonly access: string; /** The proof is by the key that the token is bound to. */ readonly byItsKey: boolean }[];
  /** What it says of the account's sign-ins, to whoever asks. */
  signIns: unknown;
  readonly ended: string[];
  /** Bindings that the server knows, by id, with who noted them. */
  readonly bindings: Map<string, { readonly owner: string; readonly body: object }>;
  /** Tokens that were given to apps. */
  readonly exchanged: { readonly access: string; readonly binding: string; readonly jkt: string; readonly owner: string }[];
  /** The most refreshes that were ever in flight at once. */
  mostInFlight: number;
  /** Answers of the provider to a device code, before it gives tokens. */
  device: OAuthFailure[];
  owner(access: string): string | undefined;
  /** The server knows this token no more. */
  forget(token: string): void;
}

export function createFakeProvider(): FakeProvider {
  const owners = new Map<string, string>();
  const keys = new Map<string, string>();
  /** Of each refresh token its family; of each family the generation that was used last, and by which token. */
  const families = new Map<string, { readonly family: { used: number; by: string; over: boolean }; readonly generation: number }>();
  let count = 0;
  let gate: Promise<void> = Promise.resolve();
  let open = (): void => undefined;
  let flights = { count: 0 };

  const nameOf = async ({ publicKey }: DpopKey): Promise<string> => (await crypto.subtle.exportKey('jwk', publicKey)).x ?? '';

  function give(who: string, key: string, after?: string): Tokens {
    count += 1;
    const [access, refresh] = [`access-${count}`, `refresh-${count}`];
    const before = after === undefined ? undefined : families.get(after);
    families.set(refresh, { family: before?.family ?? { used: 0, by: '', over: false }, generation: (before?.generation ?? 0) + 1 });
    for (const token of [access, refresh]) {
      owners.set(token, who);
      keys.set(token, key);
    }
    return { access, refresh, lifetime: provider.lifetime, subject: who, name: `${who}@test` };
  }

  /** Any use of a token that is over ends its family; the one used last may be repeated until a successor was used. */
  function isReused(token: string): boolean {
    const { family, generation } = families.get(token)!;
    family.over ||= generation < family.used || (generation === family.used && family.by !== token);
    if (family.over) return true;
    family.used = generation;
    family.by = token;
    return false;
  }

  function toldOfBinding(call: ApiCall, owner: string): Result<unknown, OAuthFailure> {
    const id = call.path.slice('/bindings/'.length);
    if (call.method === 'PUT') provider.bindings.set(id, { owner, body: call.body });
    else provider.bindings.delete(id);
    return ok(undefined);
  }

  function told(call: ApiCall, owner: string): Result<unknown, OAuthFailure> {
    const { method, path } = call;
    if (path.startsWith('/bindings/')) return toldOfBinding(call, owner);
    if (path === '/usage') return ok({ bytes: 1, objects: 2, quota: { bytes: 3, objects: 4 }, collections: {} });
    if (method === 'GET') return path === '/sessions' ? ok(provider.signIns) : err('absent');
    const id = path.slice('/sessions/'.length);
    if (provider.ended.includes(id)) return err('absent');
    provider.ended.push(id);
    return ok(undefined);
  }

  async function answered<T>({ signal }: Pick<Party, 'signal'>, body: () => Result<T, OAuthFailure>): Promise<Result<T, OAuthFailure>> {
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([gate, aborted]);
    if (signal.aborted) return err('aborted');
    return provider.trouble === undefined ? body() : err(provider.trouble);
  }

  const provider: FakeProvider = {
    who: 'ada', trouble: undefined, mixUp: false, lifetime: 300, refreshes: [], revoked: [], asked: [], signIns: { sessions: [] }, ended: [], bindings: new Map(), exchanged: [], mostInFlight: 0, device: [],
    hold() {
      open();
      gate = new Promise((resolve) => { open = resolve; });
    },
    release: () => open(),
    abandon: () => { flights = { count: 0 }; },
    owner: (access) => owners.get(access),
    forget: (token) => void owners.delete(token),
    client: {
      discover: ({ issuer }, signal) => answered({ signal }, () => ok({ issuer } as Metadata)),
      newKey: () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']),
      authorizationUrl: (_, { state }) => Promise.resolve(`${ISSUER}/auth?state=${state}`),
      async redeemCode(party, { state }, { answer }) {
        const key = await nameOf(party.key);
        return answered(party, () => (answer === `state=${state}` ? ok(give(provider.who, key)) : err('protocol')));
      },
      beginDevice: (party) => answered(party, () => ok({ code: 'device', userCode: 'ABCD-EFGH', address: `${ISSUER}/device`, complete: `${ISSUER}/device?c=ABCD`, lifetime: 600, interval: 5 })),
      async pollDevice(party) {
        const key = await nameOf(party.key);
        return answered(party, () => {
          const next = provider.device.shift();
          return next === undefined ? ok(give(provider.who, key)) : err(next);
        });
      },
      courierToken: (party) => answered(party, () => err('absent')),
      async refresh(party, token) {
        const mine = flights;
        provider.refreshes.push(token);
        mine.count += 1;
        provider.mostInFlight = Math.max(provider.mostInFlight, mine.count);
        try {
          const key = await nameOf(party.key);
          return await answered(party, () => {
            const who = owners.get(token);
            if (who === undefined || keys.get(token) !== key || isReused(token)) return err('refused');
            return ok(give(provider.mixUp ? `not-${who}` : who, key, token));
          });
        } finally {
          mine.count -= 1;
        }
      },
      revoke: (party, token) => answered(party, () => {
        provider.revoked.push(token);
        owners.delete(token);
        return ok();
      }),
      async exchange(party, access, { binding, jkt }) {
        const key = await nameOf(party.key);
        return answered(party, () => {
          const owner = owners.get(access);
          if (owner === undefined || keys.get(access) !== key || provider.bindings.get(binding)?.owner !== owner) return err('refused');
          count += 1;
          provider.exchanged.push({ access: `app-${count}`, binding, jkt, owner });
          return ok({ access: `app-${count}`, lifetime: provider.lifetime, subject: `sub-${owner}`, api: 'https://app.test/v1' });
        });
      },
      async statements(party, access, { app, now }) {
        return answered(party, () => {
          const owner = owners.get(access);
          return owner === undefined ? err('refused') : ok([{ product: `${app} for ${owner}`, until: now + 10_000, believedUntil: now + 5_000, jws: 'a.b.c' }]);
        });
      },
      request: () => Promise.resolve(err('absent')),
      async ask(party, access, call) {
        const key = await nameOf(party.key);
        return answered(party, () => {
          provider.asked.push({ access, byItsKey: keys.get(access) === key });
          const owner = owners.get(access);
          return owner === undefined ? err('refused') : told(call, owner);
        });
      },
    },
  };
  return provider;
}
