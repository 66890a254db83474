// How each surface is fetched when it is first wanted, and drawn. Nothing but the entry and the parts is in the first load.
import { html, type TemplateResult } from 'lit';
import type { DeviceStatus } from '../../workers/contract/device.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { frontOf, userOf, type SurfaceName } from './surface.ts';

export const LOADERS: Readonly<Record<SurfaceName, () => Promise<unknown>>> = {
  oobe: () => import('../oobe/nx-oobe.ts'),
  greeter: () => import('../greeter/nx-greeter.ts'),
  lock: () => import('../lock/nx-lock.ts'),
  desktop: () => import('../desktop/nx-desktop.ts'),
  restore: () => import('../restore/nx-restore.ts'),
  join: () => import('../join/nx-join.ts'),
};

export function drawSurface(name: SurfaceName, { client, status, joining }: { readonly client: Client; readonly status: DeviceStatus; readonly joining: boolean }): TemplateResult {
  const session = frontOf(status);
  const user = userOf(status, session);
  switch (name) {
    case 'oobe': return html`<nx-oobe .client=${client} .status=${status}></nx-oobe>`;
    case 'greeter': return html`<nx-greeter .client=${client} .status=${status}></nx-greeter>`;
    case 'restore': return html`<nx-restore .client=${client} .status=${status}></nx-restore>`;
    case 'join': return html`<nx-join .client=${client} .status=${status}></nx-join>`;
    case 'lock': return html`<nx-lock .client=${client} .status=${status} .session=${session} .user=${user}></nx-lock>`;
    case 'desktop': return html`<nx-desktop .client=${client} .status=${status} .session=${session} .user=${user} ?joining=${joining}></nx-desktop>`;
  }
}
