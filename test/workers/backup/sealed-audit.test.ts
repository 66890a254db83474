import { assert } from 'chai';
import { domainKey } from '../../../src/crypto/home-keys.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { openFields } from '../../../src/crypto/sealed.ts';
import { auditForBundle } from '../../../src/workers/backup/sealed-audit.ts';
import { createAudit } from '../../../src/workers/grants/audit.ts';
import { SYSTEM_SCHEMA, type SystemRows } from '../../../src/workers/store/system-schema.ts';
import { createMemoryDatabase } from '../../support/memory-database.ts';
import { mountedHome } from '../account/world.ts';
import { value } from '../home/test-home.ts';

describe('the audit log in a bundle', () => {
  it('is how far it had come, under the bundle’s key, and no entry of it', async () => {
    const home = await mountedHome();
    assert.isUndefined(await auditForBundle(home, systemRandom), 'no log, nothing');
    const broken: unknown[] = [];
    const audit = createAudit({ db: createMemoryDatabase<SystemRows>('system', SYSTEM_SCHEMA), random: systemRandom, clock: () => 1, announce: () => undefined, broken: (fault) => void broken.push(fault) });
    await audit.opened(home);
    audit.note({ what: 'backup.created' });
    const { head, last } = value(await audit.calls.checkAudit({}));
    const sealed = await auditForBundle(home, systemRandom);
    const opened = openFields(home.aead, await domainKey(home.keys, 'bundle'), { kind: 'audit', homeId: home.homeId, id: new Uint8Array(0) }, sealed!);
    assert.isTrue(opened.ok);
    assert.deepEqual([...(opened.ok ? opened.value.keys() : [])].sort(), ['first', 'head', 'last', 'v']);
    assert.equal(opened.ok && opened.value.get('last'), last);
    assert.equal(opened.ok && Array.from(opened.value.get('head') as Uint8Array, (byte) => byte.toString(16).padStart(2, '0')).join(''), head);
    assert.isEmpty(broken);
  });
});
