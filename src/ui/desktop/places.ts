// Owns: the surfaces of the desktop: their order, their words, how each is fetched when it is first wanted, and drawn.
import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { DeviceStatus, SessionCard, UserCard } from '../../workers/contract/device.ts';
import type { Client } from '../../workers/door/page/client.ts';

export const PLACES = ['files', 'backups'] as const;
export type PlaceName = (typeof PLACES)[number];

interface World {
  readonly client: Client;
  readonly status: DeviceStatus;
  readonly session: SessionCard;
  readonly user: UserCard;
}

export function labelOf(place: PlaceName): string {
  switch (place) {
    case 'files': return msg('Files');
    case 'backups': return msg('Backups');
  }
}

export function loadPlace(place: PlaceName): Promise<unknown> {
  switch (place) {
    case 'files': return import('../files/nx-files.ts');
    case 'backups': return import('../backup/nx-backups.ts');
  }
}

export function drawPlace(place: PlaceName, { client }: World): TemplateResult {
  switch (place) {
    case 'files': return html`<nx-files .client=${client}></nx-files>`;
    case 'backups': return html`<nx-backups .client=${client}></nx-backups>`;
  }
}
