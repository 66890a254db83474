// A page that was too slow for some facts is told so, and nothing else: each surface asks anew for what it shows.
import { NxAccount } from '../../../src/ui/account/nx-account.ts';
import { NxApp } from '../../../src/ui/app/nx-app.ts';
import { NxApps } from '../../../src/ui/apps/nx-apps.ts';
import { NxActivity } from '../../../src/ui/audit/nx-activity.ts';
import { NxBackups } from '../../../src/ui/backup/nx-backups.ts';
import { NxFiles } from '../../../src/ui/files/nx-files.ts';
import { NxSettingsStorage } from '../../../src/ui/settings/nx-settings-storage.ts';
import type { Method } from '../../../src/workers/contract/surface.ts';
import { ADA, PREFS } from '../../support/fake-client.ts';
import { clientWith } from '../files/home-of-fakes.ts';
import { mount, unmount, until } from '../support/screen.ts';

const SURFACES: readonly { readonly of: new () => HTMLElement; readonly asks: Method }[] = [
  { of: NxAccount, asks: 'subscribeAccountSessionEvents' }, { of: NxApps, asks: 'listApps' }, { of: NxActivity, asks: 'listAudit' }, { of: NxBackups, asks: 'backupOverview' },
  { of: NxFiles, asks: 'listFolder' }, { of: NxSettingsStorage, asks: 'homeUsage' }, { of: NxApp, asks: 'getPrefs' },
];

const client = () => clientWith().answers('listApps', []).answers('listAudit', { entries: [], first: 1, last: 0 }).answers('checkAudit', { whole: true, first: 1, last: 0, head: '' })
  .answers('backupOverview', { snapshots: [], retention: PREFS.retention }).answers('homeUsage', { files: 1, folders: 1, bytes: 1, trashedBytes: 0 });

describe('where facts were missed', () => {
  afterEach(unmount);

  for (const { of, asks } of SURFACES) {
    it(`${of.name} asks anew`, async () => {
      const asked = client();
      await mount(Object.assign(new of(), { client: asked, user: ADA, status: asked.device.value, shown: true }));
      await until(() => asked.asked(asks).length > 0);
      const before = asked.asked(asks).length;
      asked.facts.next({ type: 'facts.missed' });
      await until(() => asked.asked(asks).length > before);
    });
  }
});
