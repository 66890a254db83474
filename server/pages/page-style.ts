// Owns the look of the server's own pages: the app's colours and measures, for pages without a script.

/** Served at `/oidc/pages.css`. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, -apple-system, 'Segoe UI', 'Cantarell', 'Noto Sans', sans-serif;
  --backdrop: light-dark(#eef0f4, #14161b); --surface: light-dark(#ffffff, #1e2128); --raised: light-dark(#f6f7f9, #272b33);
  --text: light-dark(#1b1e25, #eef0f4); --quiet: light-dark(#565c69, #a9b0bd); --line: light-dark(#d5d9e1, #3a3f4a);
  --field-line: light-dark(#858c9a, #7b8392); --accent: light-dark(#4f46c8, #a9a4ff); --fill: light-dark(#4f46c8, #5b52d6);
  --soft: light-dark(#ebeafb, #2c2a4a); --danger: light-dark(#b3261e, #ff9d94); --danger-soft: light-dark(#fdecea, #45201d); }
* { box-sizing: border-box; }
body { margin: 0; min-block-size: 100dvh; display: grid; grid-template-columns: minmax(0, 1fr); place-items: center; padding: 1rem; color: var(--text);
  background: radial-gradient(80rem 50rem at 50% -10rem, var(--soft), transparent 70%) var(--backdrop); }
main { inline-size: min(100%, 28rem); display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; padding: clamp(1.25rem, 5vw, 2.5rem); background: var(--surface);
  border: 1px solid var(--line); border-radius: 20px; box-shadow: 0 12px 40px rgb(0 0 0 / 0.12); overflow-wrap: anywhere; }
header { display: flex; gap: 0.75rem; align-items: center; font-weight: 650; }
header img { inline-size: 2.5rem; block-size: 2.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; text-wrap: balance; hyphens: auto; }
p, ul { margin: 0; text-wrap: pretty; }
ul { padding-inline-start: 1.25rem; display: grid; gap: 0.375rem; }
form { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
label { display: grid; gap: 0.375rem; font-weight: 550; }
small, .quiet { font-size: 0.875rem; font-weight: 400; color: var(--quiet); }
input:not([type='hidden']) { font: inherit; font-weight: 400; color: inherit; inline-size: 100%; min-block-size: 44px; padding: 0.5rem 0.875rem;
  background: var(--surface); border: 1px solid var(--field-line); border-radius: 10px; }
input.code { font-size: 1.5rem; letter-spacing: 0.15em; text-align: center; text-transform: uppercase; }
button, a.button { font: inherit; font-weight: 550; color: var(--text); cursor: pointer; min-block-size: 44px; padding: 0.5rem 1.125rem;
  border: 1px solid var(--line); border-radius: 10px; background: var(--surface); text-align: center; text-decoration: none; display: grid; place-items: center; overflow-wrap: anywhere; hyphens: auto; max-inline-size: 100%; }
button:hover, a.button:hover { background: var(--raised); border-color: var(--field-line); }
button.primary { background: var(--fill); border-color: transparent; color: #ffffff; }
button.primary:hover { filter: brightness(1.08); }
a { color: var(--accent); text-underline-offset: 0.2em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[data-passkey] button { inline-size: 100%; }
.row { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(8rem, 100%), 1fr)); gap: 0.75rem; }
.alert { color: var(--danger); background: var(--danger-soft); border-radius: 10px; padding: 0.625rem 0.875rem; }
.note { background: var(--raised); border-radius: 10px; padding: 0.75rem 1rem; font-size: 0.9375rem; }
.shown { overflow-wrap: anywhere; font-size: 1.75rem; font-weight: 650; letter-spacing: 0.15em; text-align: center; }
`;
