// How the Account surface is laid out: one column, rows with what it is on the left and what to do on the right.
import { css } from 'lit';

export const accountStyle = css`
  .column { max-inline-size: 46rem; margin-inline: auto; padding: clamp(1rem, 3vw, 2rem); display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
  .rows { background: var(--nx-surface); border: 1px solid var(--nx-line); border-radius: var(--nx-radius); }
  .line { display: flex; flex-wrap: wrap; gap: 0.75rem 1.5rem; align-items: center; justify-content: space-between; padding: 0.875rem 20px; min-block-size: 4rem; }
  .line + .line { border-block-start: 1px solid var(--nx-line); }
  .what { flex: 1 1 12rem; min-inline-size: 0; display: grid; gap: 0.125rem; overflow-wrap: anywhere; }
  .do { display: flex; flex-wrap: wrap; gap: 0.5rem; }
  .title { font-weight: 550; }
  .state { color: var(--nx-quiet); }
`;
