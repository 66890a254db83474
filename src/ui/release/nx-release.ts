// Says that a new release waits, and takes it on the person's word.
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';
import { Watch } from '../parts/watch.ts';
import { releaseState, takeRelease, type ReleaseState } from './release-watch.ts';

export class NxRelease extends NxElement {
  static override properties = { later: { state: true } };
  static override styles = [controls, css`
    :host { position: fixed; inset-block-start: 1rem; inset-inline: 1rem; z-index: 11; display: grid; justify-items: center; pointer-events: none; }
    .card { pointer-events: auto; max-inline-size: 32rem; box-shadow: var(--nx-shadow); padding: 0.875rem 1.25rem; }
  `];

  declare later: boolean;
  readonly #state = new Watch<ReleaseState>(this, () => releaseState);

  constructor() {
    super();
    this.later = false;
  }

  override render(): TemplateResult {
    return html`<div role="status">${this.#state.value === 'waiting' && !this.later ? this.#offer() : nothing}</div>`;
  }

  #offer(): TemplateResult {
    return html`<div class="card stack">
      <p><strong>${msg('A new release of Nexus is ready.')}</strong> ${msg('Taking it reloads this page and locks your session. Nothing that was saved is lost.')}</p>
      <div class="row row-end">
        <button class="plain" type="button" @click=${() => { this.later = true; }}>${msg('Later')}</button>
        <button class="primary" type="button" @click=${takeRelease}>${msg('Update now')}</button>
      </div>
    </div>`;
  }
}

customElements.define('nx-release', NxRelease);
