// How Notes looks: the system's own type and colours, one column where it is narrow.
export const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: light-dark(#d5d9e1, #3a3f4a); --quiet: light-dark(#565c69, #a9b0bd); --accent: light-dark(#4153c4, #a9b4ff); --raised: light-dark(#f1f3f8, #272b33); }
  * { box-sizing: border-box; }
  body { margin: 0; background: light-dark(#fff, #1e2128); color: light-dark(#1b1e25, #eef0f4); block-size: 100dvh; }
  #app { display: grid; grid-template-columns: minmax(14rem, 19rem) minmax(0, 1fr); block-size: 100%; }
  aside { display: grid; grid-template-rows: auto auto minmax(0, 1fr); gap: .75rem; padding: 1rem; border-inline-end: 1px solid var(--line); min-block-size: 0; background: var(--raised); }
  main { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; padding: 1rem 1.5rem; gap: .75rem; min-block-size: 0; }
  h1 { font-size: 1.125rem; margin: 0; }
  .row { display: flex; gap: .5rem; align-items: center; justify-content: space-between; flex-wrap: wrap; }
  button, select, input, textarea { font: inherit; color: inherit; min-block-size: 44px; border: 1px solid var(--line); border-radius: 8px; background: light-dark(#fff, #1e2128); padding: .5rem .75rem; }
  button { cursor: pointer; font-weight: 550; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  ul { list-style: none; margin: 0; padding: 0; overflow: auto; display: grid; gap: .25rem; align-content: start; }
  li button { inline-size: 100%; text-align: start; border-color: transparent; background: transparent; font-weight: 450; display: grid; gap: 0; }
  li button[aria-current='true'] { background: light-dark(#e1e5fa, #343b5e); }
  li b { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  small, .quiet { color: var(--quiet); }
  #title { font-size: 1.375rem; font-weight: 650; border-color: transparent; padding-inline: 0; inline-size: 100%; background: transparent; }
  #text { resize: none; border-color: transparent; padding-inline: 0; line-height: 1.6; inline-size: 100%; background: transparent; }
  .empty { display: grid; place-content: center; text-align: center; gap: 1rem; padding: 2rem; block-size: 100%; justify-items: center; }
  .empty p { max-inline-size: 26rem; margin: 0; }
  [hidden] { display: none !important; }
  #back { display: none; }
  @media (max-width: 40rem) {
    #app { grid-template-columns: minmax(0, 1fr); }
    #app.reading aside, #app:not(.reading) main { display: none; }
    aside { border: 0; }
    #back { display: inline-block; }
    main { padding: 1rem; }
  }
`;
