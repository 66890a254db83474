// How the desktop is laid out: a side on the left where there is room, a bar at the bottom where there is not.
import { css } from 'lit';

export const desktopStyle = css`
  :host { display: block; block-size: 100dvh; }
  .frame { block-size: 100%; display: grid; grid-template: 'head head' auto 'nav main' minmax(0, 1fr) / 13.5rem minmax(0, 1fr); }
  header { grid-area: head; display: flex; align-items: center; gap: 0.75rem; padding: 0.625rem 1.5rem 0.25rem 0.75rem; }
  header nx-user-menu { flex: 0 1 auto; margin-inline-end: auto; }
  .lock { background: transparent; flex: none; }
  nav { grid-area: nav; padding: 0.75rem; }
  nav ul { display: grid; gap: 0.25rem; }
  .way { inline-size: 100%; justify-content: flex-start; gap: 0.75rem; border-color: transparent; background: transparent; color: var(--nx-quiet); padding-inline: 0.875rem; }
  .way.way:hover:not(:disabled) { color: var(--nx-text); border-color: transparent; }
  .way.way[aria-current], .way.way[aria-current]:hover:not(:disabled) { background: var(--nx-accent-soft); color: var(--nx-accent); font-weight: 620; }
  main { grid-area: main; min-inline-size: 0; min-block-size: 0; overflow: auto; display: flex; flex-direction: column; }
  .place { flex: 1; min-block-size: 0; display: flex; flex-direction: column; }
  .place > * { flex: 1; min-block-size: 0; }
  .place[hidden] { display: none; }
  .reminder { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; justify-content: space-between; }
  .reminder, .alert { margin: 0.75rem 1.5rem 0; }
  @media (max-width: 52rem) {
    .frame { grid-template: 'head' auto 'main' minmax(0, 1fr) 'nav' auto / minmax(0, 1fr); }
    header { padding: 0.375rem 0.75rem; border-block-end: 1px solid var(--nx-line); background: var(--nx-surface); }
    nav { padding: 0.25rem 0.5rem calc(0.25rem + env(safe-area-inset-bottom)); background: var(--nx-surface); border-block-start: 1px solid var(--nx-line); }
    /* Six words beside each other, the long ones with more room, so that none is broken; large text stops growing where they would meet. */
    nav ul { grid-auto-flow: column; grid-auto-columns: minmax(max-content, 1fr); }
    .way { flex-direction: column; gap: 0.125rem; padding: 0.25rem 0.125rem; font-size: min(0.8125rem, 2.6vw); justify-content: center; }
    .reminder, .alert { margin-inline: 0.75rem; }
    .lock { padding: 0; }
    .lock .word { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  }
  @media (max-width: 24rem) {
    nav { padding-inline: 0.125rem; }
    nav ul { gap: 0; }
    .way { font-size: min(0.6875rem, 2.8vw); letter-spacing: -0.01em; padding-inline: 0; min-inline-size: 0; }
    header nx-user-menu { flex: none; }
    header { gap: 0.375rem; padding-inline: 0.5rem; }
  }
  @media (forced-colors: active) { .way[aria-current] { outline: 2px solid Highlight; outline-offset: -2px; } }
`;
