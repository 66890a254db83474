// The lock screen: clock, date, whose session it is, one field. Nothing of the user's content.
import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import type { DeviceStatus, SessionCard, UserCard } from '../../workers/contract/device.ts';
import type { NexusError } from '../../workers/contract/errors.ts';
import type { SecretBytes } from '../../workers/contract/home.ts';
import type { Answer, SecretKind } from '../../workers/contract/surface.ts';
import type { Client } from '../../workers/door/page/client.ts';
import { sentenceOf } from '../errors.ts';
import { formatClock, formatDate } from '../format.ts';
import { mark } from '../markers.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import '../parts/nx-seal.ts';
import '../parts/nx-secret-form.ts';
import type { NxSecretForm } from '../parts/nx-secret-form.ts';
import { signShell } from '../parts/sign-shell.ts';

export class NxLock extends NxElement {
  static override properties = { client: { attribute: false }, status: { attribute: false }, session: { attribute: false }, user: { attribute: false }, error: { state: true } };
  static override styles = [controls, signShell, css`
    main { grid-template-rows: auto auto auto; gap: clamp(2rem, 8vh, 5rem); }
    .clock { text-align: center; font-variant-numeric: tabular-nums; }
    time { display: block; }
    .hour { font-size: clamp(3.5rem, 14vw, 6rem); line-height: 1; font-weight: 250; letter-spacing: -0.03em; }
    .day { font-size: 1.125rem; margin-block-start: 0.75rem; color: var(--nx-quiet); }
    .who { --seal-size: 6.5rem; margin-block-end: 0.75rem; }
    h1 { font-size: 1.5rem; }
  `];

  declare client: Client;
  declare status: DeviceStatus;
  declare session: SessionCard;
  declare user: UserCard;
  declare error: NexusError | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ticking = setInterval(() => { this.requestUpdate(); }, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
  }

  override firstUpdated(): void {
    mark('ui: lockscreen shown');
    mark('lockui: show');
    void this.find<NxSecretForm>('nx-secret-form')?.focusField();
  }

  override render(): TemplateResult {
    const now = Date.now();
    return html`<main>
      <div class="clock"><time class="hour">${formatClock(now)}</time><time class="day">${formatDate(now)}</time></div>
      <div class="login">
        <div class="who"><nx-seal .seal=${this.user.seal}></nx-seal><h1>${this.user.name}</h1></div>
        <nx-secret-form .user=${this.user} .action=${msg('Unlock')} .send=${this.#unlock}></nx-secret-form>
        <p class="alert" role="alert">${this.error === undefined ? '' : sentenceOf(this.error)}</p>
      </div>
      <div class="below"><button class="plain" type="button" @click=${this.#switch}>${msg('Switch user')}</button></div>
    </main>`;
  }

  readonly #unlock = async (secret: SecretBytes, kind: SecretKind): Promise<Answer<unknown>> => {
    const answer = await this.client.call.unlock({ sid: this.session.sid, kind, secret });
    if (answer.ok) ['lock: unlocked', 'lockui: unlock ok'].forEach((marker) => { mark(marker); });
    return answer;
  };

  readonly #switch = async (): Promise<void> => {
    const answer = await this.client.call.showGreeter({});
    this.error = answer.ok ? undefined : answer.error;
  };
}

customElements.define('nx-lock', NxLock);
