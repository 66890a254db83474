// How the recovery kit looks on paper. On the screen it is not there.
import { css } from 'lit';

export const recoveryKit = css`
  .kit { display: none; }
  @media print {
    .screen { display: none; }
    .kit { display: block; position: fixed; inset: 0; z-index: 1; padding: 1cm; color: #000000; background: #ffffff; font-size: 12pt; }
    .kit h2 { font-size: 20pt; margin-block-end: 6pt; }
    .kit ol { columns: 3; margin-block: 18pt; padding-inline-start: 1.5em; list-style: decimal; font-size: 14pt; line-height: 2; }
  }
`;
