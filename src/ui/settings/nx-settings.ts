// Settings: its sections in order. Each section keeps its own state and asks the authority itself.
import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import type { DeviceStatus, SessionCard, UserCard } from '../../workers/contract/device.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import './nx-settings-kept.ts';
import './nx-settings-look.ts';
import './nx-settings-providers.ts';
import './nx-settings-recovery.ts';
import './nx-settings-release.ts';
import './nx-settings-secrets.ts';
import './nx-settings-storage.ts';
import './nx-settings-users.ts';

export class NxSettings extends NxElement {
  static override properties = { client: { attribute: false }, status: { attribute: false }, session: { attribute: false }, user: { attribute: false } };
  static override styles = [controls, css`
    .column { max-inline-size: 46rem; margin-inline: auto; padding: clamp(1rem, 3vw, 2rem); display: grid; gap: 2.25rem; grid-template-columns: minmax(0, 1fr); }
  `];

  declare client: Client;
  declare status: DeviceStatus;
  declare session: SessionCard;
  declare user: UserCard;

  override render(): TemplateResult {
    const { client, user, status } = this;
    return html`<div class="column">
      <h1>${msg('Settings')}</h1>
      <nx-settings-secrets .client=${client} .user=${user}></nx-settings-secrets>
      <nx-settings-recovery .client=${client} .user=${user}></nx-settings-recovery>
      <nx-settings-look .client=${client}></nx-settings-look>
      <nx-settings-providers .client=${client} .user=${user}></nx-settings-providers>
      <nx-settings-kept .client=${client} .user=${user}></nx-settings-kept>
      <nx-settings-users .client=${client} .user=${user} .status=${status}></nx-settings-users>
      <nx-settings-storage .client=${client} .status=${status}></nx-settings-storage>
      <nx-settings-release .status=${status}></nx-settings-release>
    </div>`;
  }
}

customElements.define('nx-settings', NxSettings);
