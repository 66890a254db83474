// Six digits that a person compares on two screens: large, in two groups, read out one by one.
import { html, type TemplateResult } from 'lit';

export const comparedDigits = (digits: string, label: string): TemplateResult => html`<p class="digits" role="img" aria-label=${`${label} ${[...digits].join(' ')}`}>${digits.slice(0, 3)}&#8201;${digits.slice(3)}</p>`;
