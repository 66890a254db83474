// The dry-run list of a restore: what would be created, replaced, kept or refused, before anything is written.
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { RestoreFate, RestoreLine, RestorePlan } from '../../workers/contract/backup.ts';
import { formatBytes, formatNumber } from '../format.ts';

/** Lines drawn; the counts are of all. */
const SHOWN = 500;

export const planTableStyle = css`
  .plan { max-block-size: 20rem; overflow: auto; border: 1px solid var(--nx-line); border-radius: var(--nx-radius-small); }
  .plan table { border-collapse: collapse; inline-size: 100%; font-size: 0.875rem; }
  .plan th { position: sticky; inset-block-start: 0; background: var(--nx-raised); text-align: start; font-weight: 600; }
  .plan th, .plan td { padding: 0.5rem 0.75rem; vertical-align: top; }
  .plan tr + tr { border-block-start: 1px solid var(--nx-line); }
  .plan td.path { overflow-wrap: anywhere; }
  .plan td.size { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
  /* The path has a line of its own where there is little room; explicit roles keep it a table. */
  @media (max-width: 30rem) {
    .plan tr { display: grid; grid-template-columns: 1fr 1fr; }
    .plan tr > :first-child { grid-column: 1 / -1; padding-block-end: 0; }
    .plan td.size { text-align: start; }
    .plan th { position: static; }
  }
`;

const fateWord = (fate: RestoreFate): string => {
  switch (fate) {
    case 'create': return msg('created');
    case 'replace': return msg('replaced');
    case 'keep': return msg('kept');
    case 'refuse': return msg('left out');
  }
};

const line = ({ path, kind, size, fate, reason }: RestoreLine): TemplateResult => html`<tr role="row">
  <td role="cell" class="path">${path}</td><td role="cell" class="size">${kind === 'file' ? formatBytes(size) : nothing}</td><td role="cell">${fateWord(fate)}${reason === undefined ? nothing : ` (${reason})`}</td>
</tr>`;

export function planTable(plan: RestorePlan): TemplateResult {
  const fates = (Object.entries(plan.counts) as [RestoreFate, number][]).filter(([, count]) => count > 0);
  const more = fates.reduce((sum, [, count]) => sum + count, 0) - Math.min(SHOWN, plan.lines.length);
  return html`<p>${fates.map(([fate, count]) => `${formatNumber(count)} ${fateWord(fate)}`).join(' · ')} · ${formatBytes(plan.bytes)}</p>
    <div class="plan" tabindex="0" role="region" aria-label=${msg('What will be restored')}>
      <table role="table"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${msg('Path')}</th><th role="columnheader" scope="col">${msg('Size')}</th><th role="columnheader" scope="col">${msg('What happens')}</th></tr></thead>
        <tbody role="rowgroup">${plan.lines.slice(0, SHOWN).map(line)}</tbody></table>
    </div>
    ${more > 0 ? html`<p class="quiet small">${msg(str`and ${formatNumber(more)} more`)}</p>` : nothing}`;
}
