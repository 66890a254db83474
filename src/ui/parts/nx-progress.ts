// Long work as people see it: what, how far, how fast, how long still, and a way out. It measures the rate; the work is elsewhere.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Progress } from '../../workers/contract/home.ts';
import { formatBytes, formatDuration, formatNumber, formatRate } from '../format.ts';
import { controls } from './controls.ts';
import { NxElement } from './nx-element.ts';

export class NxProgress extends NxElement {
  static override properties = { label: {}, progress: { attribute: false }, cancellable: { type: Boolean } };
  static override styles = [controls, css`
    .frame { display: grid; gap: 0.5rem; }
    progress { appearance: none; inline-size: 100%; block-size: 8px; border: 0; border-radius: 4px; background: var(--nx-line); overflow: hidden; }
    progress::-webkit-progress-bar { background: var(--nx-line); border-radius: 4px; }
    progress::-webkit-progress-value { background: var(--nx-accent-fill); border-radius: 4px; }
    progress::-moz-progress-bar { background: var(--nx-accent-fill); border-radius: 4px; }
    .facts { font-variant-numeric: tabular-nums; }
    @media (forced-colors: active) { progress { appearance: auto; } }
  `];

  /** What is being done. */
  declare label: string;
  declare progress: Progress | undefined;
  declare cancellable: boolean;
  #since: { readonly at: number; readonly bytes: number } | undefined;

  constructor() {
    super();
    this.label = '';
    this.cancellable = false;
  }

  override willUpdate(): void {
    if (this.progress?.phase === 'working') this.#since ??= { at: performance.now(), bytes: this.progress.doneBytes };
  }

  override render(): TemplateResult {
    const { progress } = this;
    const part = progress !== undefined && progress.totalBytes > 0 ? progress.doneBytes / progress.totalBytes : undefined;
    return html`<div class="frame">
      <div class="row spread"><strong id="label">${this.label}</strong>
        ${this.cancellable ? html`<button type="button" @click=${() => { this.emit('nx-cancel'); }}>${msg('Cancel')}</button>` : nothing}</div>
      ${part === undefined ? html`<progress aria-labelledby="label"></progress>` : html`<progress aria-labelledby="label" max="1" .value=${part}></progress>`}
      <span class="facts quiet small">${progress === undefined ? msg('Getting ready') : this.#facts(progress)}</span>
    </div>`;
  }

  #facts(progress: Progress): string {
    if (progress.phase === 'finishing') return msg('Finishing');
    const done = formatBytes(progress.doneBytes), total = formatBytes(progress.totalBytes);
    const items = progress.totalItems > 1 ? msg(str`${formatNumber(progress.doneItems)} of ${formatNumber(progress.totalItems)} items`) : '';
    return [items, msg(str`${done} of ${total}`), ...this.#pace(progress)].filter((fact) => fact !== '').join(' · ');
  }

  #pace(progress: Progress): string[] {
    const seconds = this.#since === undefined ? 0 : (performance.now() - this.#since.at) / 1000;
    const rate = this.#since === undefined || seconds < 0.5 ? 0 : (progress.doneBytes - this.#since.bytes) / seconds;
    if (rate <= 0) return [];
    return [formatRate(rate), msg(str`${formatDuration(((progress.totalBytes - progress.doneBytes) / rate) * 1000)} left`)];
  }
}

customElements.define('nx-progress', NxProgress);
