// What a restore had to leave out, said plainly where there is any.
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { formatNumber } from '../format.ts';

const LISTED = 100;

export function leftOut(damaged: readonly string[]): TemplateResult | typeof nothing {
  if (damaged.length === 0) return nothing;
  const more = damaged.length - LISTED;
  return html`<p>${msg('These files are damaged in the backup and were left out. Everything else is whole. Look for them in another backup.')}</p>
    <ul class="list small" tabindex="0" aria-label=${msg('Left out')}>${damaged.slice(0, LISTED).map((path) => html`<li><bdi>${path}</bdi></li>`)}
      ${more > 0 ? html`<li>${msg(str`and ${formatNumber(more)} more`)}</li>` : nothing}</ul>`;
}
