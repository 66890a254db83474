// A user's seal: the round picture by which they know their own account and dialogs. Decoration for the eye; the name stands beside it.
import { css, html, svg, unsafeCSS, type TemplateResult } from 'lit';
import { SEAL_COLOURS, type Seal } from '../../workers/contract/device.ts';
import { NxElement } from './nx-element.ts';
import { SEAL_DRAWINGS } from './seal-pictures.ts';
import { SEAL_DISCS } from './theme.ts';

const discs = unsafeCSS(SEAL_COLOURS.map((colour) => `.${colour} { background: ${SEAL_DISCS[colour].cssText}; }`).join('\n'));

export class NxSeal extends NxElement {
  static override properties = { seal: { attribute: false } };
  static override styles = [discs, css`
    :host { display: inline-block; inline-size: var(--seal-size, 2.5rem); block-size: var(--seal-size, 2.5rem); flex: none; }
    div { inline-size: 100%; block-size: 100%; border-radius: 50%; display: grid; place-items: center; color: #ffffff; }
    svg { inline-size: 54%; block-size: 54%; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
    @media (forced-colors: active) { div { border: 2px solid CanvasText; color: CanvasText; background: Canvas; } }
  `];

  declare seal: Seal | undefined;

  override render(): TemplateResult {
    if (this.seal === undefined) return html``;
    return html`<div class=${this.seal.colour}>${svg`<svg viewBox="0 0 24 24" aria-hidden="true">${SEAL_DRAWINGS[this.seal.picture]}</svg>`}</div>`;
  }
}

customElements.define('nx-seal', NxSeal);
