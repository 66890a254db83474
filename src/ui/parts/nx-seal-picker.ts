// Chooses a seal: one picture, one colour, by radio buttons that look like what they choose.
import { msg } from '@lit/localize';
import { css, html, svg, unsafeCSS, type TemplateResult } from 'lit';
import { SEAL_COLOURS, SEAL_PICTURES, type Seal, type SealColour, type SealPicture } from '../../workers/contract/device.ts';
import { controls } from './controls.ts';
import { NxElement } from './nx-element.ts';
import { SEAL_DRAWINGS } from './seal-pictures.ts';
import { SEAL_DISCS } from './theme.ts';

const discs = unsafeCSS(SEAL_COLOURS.map((colour) => `.${colour} { background: ${SEAL_DISCS[colour].cssText}; }`).join('\n'));

const pictureName = (picture: SealPicture): string => {
  switch (picture) {
    case 'anchor': return msg('Anchor');
    case 'bird': return msg('Bird');
    case 'boat': return msg('Boat');
    case 'comet': return msg('Comet');
    case 'fern': return msg('Fern');
    case 'fox': return msg('Fox');
    case 'key': return msg('Key');
    case 'leaf': return msg('Leaf');
    case 'moon': return msg('Moon');
    case 'mountain': return msg('Mountain');
    case 'star': return msg('Star');
    case 'wave': return msg('Wave');
  }
};

const colourName = (colour: SealColour): string => {
  switch (colour) {
    case 'indigo': return msg('Indigo');
    case 'teal': return msg('Teal');
    case 'rose': return msg('Rose');
    case 'amber': return msg('Amber');
    case 'violet': return msg('Violet');
    case 'green': return msg('Green');
    case 'slate': return msg('Slate');
    case 'sky': return msg('Sky blue');
  }
};

export class NxSealPicker extends NxElement {
  static override properties = { seal: { attribute: false } };
  static override styles = [controls, discs, css`
    .choices { display: grid; gap: 0.75rem; }
    fieldset > div { display: grid; grid-template-columns: repeat(auto-fit, minmax(44px, 1fr)); gap: 2px; }
    @media (max-width: 28rem) { fieldset > div.colours { grid-template-columns: repeat(4, 1fr); } }
    @container (min-width: 20rem) { fieldset > div { grid-template-columns: repeat(6, minmax(44px, 1fr)); } }
    @container (min-width: 24rem) { fieldset > div.colours { grid-template-columns: repeat(8, minmax(44px, 1fr)); } }
    fieldset { min-inline-size: 0; container-type: inline-size; }
    label { position: relative; display: grid; place-items: center; min-block-size: 44px; border-radius: var(--nx-radius-small); cursor: pointer; }
    input { position: absolute; inset: 0; inline-size: 100% !important; block-size: 100% !important; opacity: 0; cursor: pointer; }
    .disc { display: grid; place-items: center; inline-size: 38px; block-size: 38px; border-radius: 50%; color: #ffffff; }
    .dot { inline-size: 28px; block-size: 28px; border-radius: 50%; }
    svg { inline-size: 22px; block-size: 22px; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
    input:not(:checked) + .disc { background: transparent; color: var(--nx-quiet); }
    label:hover input:not(:checked) + .disc { background: var(--nx-raised); }
    input:checked + .dot { box-shadow: 0 0 0 3px var(--nx-surface), 0 0 0 5px var(--nx-text); }
    input:focus-visible + span { outline: 3px solid var(--nx-accent); outline-offset: 3px; }
    @media (forced-colors: active) {
      .disc, .dot { border: 2px solid CanvasText; forced-color-adjust: none; }
      input:not(:checked) + .disc { color: CanvasText; }
      input:checked + span { border-color: Highlight; }
    }
  `];

  declare seal: Seal;

  override render(): TemplateResult {
    return html`<div class="choices">
      <fieldset><legend class="hidden-name">${msg('Picture')}</legend><div>${SEAL_PICTURES.map((picture) => this.#picture(picture))}</div></fieldset>
      <fieldset><legend class="hidden-name">${msg('Colour')}</legend><div class="colours">${SEAL_COLOURS.map((colour) => this.#colour(colour))}</div></fieldset>
    </div>`;
  }

  #picture(picture: SealPicture): TemplateResult {
    return html`<label title=${pictureName(picture)}>
      <input type="radio" name="picture" aria-label=${pictureName(picture)} .checked=${this.seal.picture === picture} @change=${() => { this.#choose({ ...this.seal, picture }); }}>
      <span class="disc ${this.seal.colour}">${svg`<svg viewBox="0 0 24 24" aria-hidden="true">${SEAL_DRAWINGS[picture]}</svg>`}</span>
    </label>`;
  }

  #colour(colour: SealColour): TemplateResult {
    return html`<label title=${colourName(colour)}>
      <input type="radio" name="colour" aria-label=${colourName(colour)} .checked=${this.seal.colour === colour} @change=${() => { this.#choose({ ...this.seal, colour }); }}>
      <span class="dot ${colour}"></span>
    </label>`;
  }

  #choose(seal: Seal): void {
    this.seal = seal;
    this.emit('nx-seal', seal);
  }
}

customElements.define('nx-seal-picker', NxSealPicker);
