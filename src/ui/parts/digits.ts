// Six digits that a person compares on two screens: large, in two groups, read out one by one.
import { css, html, type TemplateResult } from 'lit';

export const digitsStyle = css`
  .digits { font-size: 2.5rem; font-weight: 600; letter-spacing: 0.08em; text-align: center; font-variant-numeric: tabular-nums; }
  .digits:focus-visible { outline: none; }
`;

export const comparedDigits = (digits: string, label: string): TemplateResult => html`<p class="digits" role="img" tabindex="-1" aria-label=${`${label} ${[...digits].join(' ')}`}>${digits.slice(0, 3)}&#8201;${digits.slice(3)}</p>`;
