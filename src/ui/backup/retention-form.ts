// Owns: asking how many snapshots are kept and how much room they may take. Evicting is the authority's (docs/user-interface.md, "Backups").
import { msg, str } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import type { Retention } from '../../workers/contract/backup.ts';
import { LIMITS } from '../../workers/contract/limits.ts';
import { formatNumber } from '../format.ts';
import { controls } from '../parts/controls.ts';
import { NxElement } from '../parts/nx-element.ts';

const GIGA = 1e9;
const MOST_GIGABYTES = Math.floor(LIMITS.retentionBytes / GIGA);

const gigabytes = (bytes: number): string => String(Math.round((bytes / GIGA) * 100) / 100);

export class NxRetentionForm extends NxElement {
  static override properties = { retention: { attribute: false }, count: { type: Number }, fault: { state: true } };
  static override styles = [controls, css`
    form { display: grid; gap: 1rem; }
    .fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: 1rem; align-items: start; }
  `];

  declare retention: Retention;
  declare count: number;
  declare fault: string;

  constructor() {
    super();
    this.count = 0;
    this.fault = '';
  }

  override render(): TemplateResult {
    const { keep, softBytes, hardBytes } = this.retention;
    return html`<section class="card" aria-labelledby="name"><form novalidate @submit=${this.#submitted} @input=${() => { this.fault = ''; }}>
      <div class="stack-tight"><h2 id="name">${msg('What is kept')}</h2><p class="quiet small">${msg('Snapshots share what did not change, so many of them take little room. Files that you downloaded are never touched.')}</p></div>
      <div class="fields">
        ${this.#field('keep', { label: msg('Newest to keep'), value: String(keep), hint: msg(str`1 to ${formatNumber(LIMITS.snapshots)}`), step: '1' })}
        ${this.#field('soft', { label: msg('Room for snapshots, in GB'), value: gigabytes(softBytes), hint: msg('Past it the oldest go; one always stays.'), step: 'any' })}
        ${this.#field('hard', { label: msg('Never more than, in GB'), value: gigabytes(hardBytes), hint: msg('A snapshot that would pass it is not made.'), step: 'any' })}
      </div>
      <p class="alert" role="alert">${this.fault}</p>
      <div><button type="submit">${msg('Save')}</button></div>
    </form></section>`;
  }

  #field(name: string, { label, value, hint, step }: { readonly label: string; readonly value: string; readonly hint: string; readonly step: string }): TemplateResult {
    return html`<div class="stack-tight"><label class="field"><span>${label}</span><input type="number" name=${name} min="0" step=${step} inputmode="decimal" .value=${value} aria-describedby=${`${name}-hint`}></label><span class="hint" id=${`${name}-hint`}>${hint}</span></div>`;
  }

  readonly #submitted = (event: Event): void => {
    event.preventDefault();
    const number = (name: string): number => this.find<HTMLInputElement>(`[name=${name}]`)?.valueAsNumber ?? Number.NaN;
    const retention = { keep: number('keep'), softBytes: Math.round(number('soft') * GIGA), hardBytes: Math.round(number('hard') * GIGA) };
    this.fault = faultOf(retention);
    if (this.fault === '') this.emit('nx-retention', retention);
  };
}

function faultOf({ keep, softBytes, hardBytes }: Retention): string {
  if (!Number.isInteger(keep) || keep < 1 || keep > LIMITS.snapshots) return msg(str`Keep 1 to ${formatNumber(LIMITS.snapshots)} snapshots.`);
  if (!(softBytes > 0) || !(hardBytes > 0)) return msg('Type how much room there is, in GB.');
  if (hardBytes > LIMITS.retentionBytes) return msg(str`No more than ${formatNumber(MOST_GIGABYTES)} GB.`);
  return softBytes > hardBytes ? msg('The room for snapshots cannot be more than the most.') : '';
}

customElements.define('nx-retention-form', NxRetentionForm);
