// Policy as two tables: every call names what it needs, every scope gives what it says, and what is in neither is refused.
import { assert } from 'chai';
import { SCOPES, type Scope } from '../../../src/workers/contract/app-protocol.ts';
import { CALL_KINDS } from '../../../src/workers/contract/call-kinds.ts';
import type { Served, Surface } from '../../../src/workers/contract/surface.ts';
import { allows, CAPABILITIES, GIVEN, NEEDED, policed } from '../../../src/workers/grants/policy.ts';
import { codeOf } from '../home/test-home.ts';

describe('policy', () => {
  it('knows what every call of the door needs', () => {
    assert.sameMembers(Object.keys(NEEDED), Object.keys(CALL_KINDS));
  });

  it('gives an app what its scopes give, and no more', () => {
    for (const scope of SCOPES) {
      for (const capability of CAPABILITIES) assert.equal(allows({ kind: 'app', scopes: [scope] }, capability), GIVEN[scope].includes(capability), `${scope} ${capability}`);
    }
    assert.isFalse(allows({ kind: 'app', scopes: [] }, 'securefs.list'));
    assert.isFalse(allows({ kind: 'app', scopes: ['constructor' as Scope, 'admin' as Scope] }, 'securefs.list'));
  });

  it('gives an app at the account’s storage a token, and nothing of the home', () => {
    for (const scope of SCOPES) {
      for (const capability of CAPABILITIES) {
        const given = capability === 'account.token' && ['read:dataset', 'write:dataset'].includes(scope);
        assert.equal(allows({ kind: 'app', scopes: [scope], resource: 'dataset:account' }, capability), given, `${scope} ${capability}`);
      }
    }
  });

  it('gives keys and vault with the scopes of the dataset alone: what reads with the one, all else with the other', () => {
    for (const capability of CAPABILITIES.filter((each) => each.startsWith('identity.key.') || each.startsWith('vault.'))) {
      const reads = capability === 'identity.key.decrypt' || capability === 'vault.read';
      assert.deepEqual(SCOPES.filter((scope) => GIVEN[scope].includes(capability)), [reads ? 'read:dataset' : 'write:dataset'], capability);
    }
  });

  it('lets no scope manage, unlock, restore, sign in or reach the network', () => {
    const never = ['account.manage', 'account.use', 'apps.manage', 'apps.run', 'securefs.unlock', 'securefs.pass.change', 'backup.restore', 'backup.delete', 'network.http.request', 'cloud.oauth2.start', 'audit.read'] as const;
    for (const capability of never) assert.isFalse(allows({ kind: 'app', scopes: SCOPES }, capability), capability);
  });

  it('is asked before a call runs: who holds nothing runs nothing, and an unknown call is refused to all', async () => {
    const ran: string[] = [];
    const served = Object.fromEntries([...Object.keys(NEEDED), 'notInTheTable'].map((method) => [method, () => { ran.push(method); return Promise.resolve({ ok: true, value: undefined }); }])) as unknown as Served<Surface> & { notInTheTable: () => Promise<never> };
    const toApp = policed(served, { kind: 'app', scopes: ['read:files'] });
    for (const method of Object.keys(NEEDED)) {
      const answer = await (toApp as unknown as Record<string, (args: object) => Promise<never>>)[method]!({});
      assert.equal(codeOf(answer), GIVEN['read:files'].includes(NEEDED[method as keyof typeof NEEDED]) ? 'ok' : 'grants.policy', method);
    }
    assert.equal(codeOf(await (policed(served, { kind: 'surface' }) as unknown as typeof served).notInTheTable()), 'grants.policy');
    assert.notInclude(ran, 'notInTheTable');
    assert.equal(codeOf(await policed(served, { kind: 'surface' }).lock({} as never)), 'ok');
  });
});
