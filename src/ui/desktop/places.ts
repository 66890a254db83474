// Owns: the surfaces of the desktop: their order, their words, how each is fetched when it is first wanted, and drawn.
import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { DeviceStatus, SessionCard, UserCard } from '../../workers/contract/device.ts';
import type { Client } from '../../workers/door/page/client.ts';

export const PLACES = ['files', 'backups', 'account', 'apps', 'activity', 'settings'] as const;
export type PlaceName = (typeof PLACES)[number];

interface World {
  readonly client: Client;
  readonly status: DeviceStatus;
  readonly session: SessionCard;
  readonly user: UserCard;
  /** False while another surface is looked at. */
  readonly shown: boolean;
  /** The person asked for an online account on the way in. */
  readonly joining: boolean;
}

export function labelOf(place: PlaceName): string {
  switch (place) {
    case 'files': return msg('Files');
    case 'backups': return msg('Backups');
    case 'account': return msg('Account');
    case 'apps': return msg('Apps');
    case 'activity': return msg('Activity');
    case 'settings': return msg('Settings');
  }
}

export function loadPlace(place: PlaceName): Promise<unknown> {
  switch (place) {
    case 'files': return import('../files/nx-files.ts');
    case 'backups': return import('../backup/nx-backups.ts');
    case 'account': return import('../account/nx-account.ts');
    case 'apps': return import('../apps/nx-apps.ts');
    case 'activity': return import('../audit/nx-activity.ts');
    case 'settings': return import('../settings/nx-settings.ts');
  }
}

export function drawPlace(place: PlaceName, { client, status, session, user, shown, joining }: World): TemplateResult {
  switch (place) {
    case 'files': return html`<nx-files .client=${client} ?shown=${shown}></nx-files>`;
    case 'backups': return html`<nx-backups .client=${client} ?shown=${shown}></nx-backups>`;
    case 'account': return html`<nx-account .client=${client} .user=${user} ?shown=${shown} ?joining=${joining}></nx-account>`;
    case 'apps': return html`<nx-apps .client=${client} .user=${user} ?shown=${shown}></nx-apps>`;
    case 'activity': return html`<nx-activity .client=${client} ?shown=${shown}></nx-activity>`;
    case 'settings': return html`<nx-settings .client=${client} .status=${status} .session=${session} .user=${user}></nx-settings>`;
  }
}
