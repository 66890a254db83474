// Colours, sizes and type of every surface, as custom properties on the root element. Elements take them by name, never by value.
import { css, type CSSResult } from 'lit';
import type { SealColour } from '../../workers/contract/device.ts';
import type { Appearance } from '../../workers/contract/prefs.ts';

const tokens = css`
  :root {
    color-scheme: light dark;
    --nx-font: system-ui, -apple-system, 'Segoe UI', 'Cantarell', 'Noto Sans', sans-serif;
    --nx-backdrop: light-dark(#eef0f4, #14161b);
    --nx-surface: light-dark(#ffffff, #1e2128);
    --nx-raised: light-dark(#f6f7f9, #272b33);
    --nx-text: light-dark(#1b1e25, #eef0f4);
    --nx-quiet: light-dark(#565c69, #a9b0bd);
    --nx-line: light-dark(#d5d9e1, #3a3f4a);
    --nx-field-line: light-dark(#858c9a, #7b8392);
    --nx-danger: light-dark(#b3261e, #ff9d94);
    --nx-danger-fill: light-dark(#b3261e, #b9372e);
    --nx-danger-soft: light-dark(#fdecea, #45201d);
    --nx-warn-soft: light-dark(#fff5dc, #3d321a);
    --nx-good: light-dark(#1d6b3a, #86d9a4);
    --nx-accent: light-dark(#4153c4, #a9b4ff);
    --nx-accent-fill: light-dark(#4153c4, #4a5bcb);
    --nx-accent-soft: light-dark(#e9ebfb, #2b3154);
    --nx-on-accent: #ffffff;
    --nx-shadow: 0 1px 2px rgb(0 0 0 / 6%), 0 12px 40px rgb(0 0 0 / 10%);
    --nx-radius: 12px;
    --nx-radius-small: 8px;
    --nx-target: 44px;
    --nx-quick: 140ms;
    --nx-fail: 500ms;
  }
  :root[data-appearance='light'] { color-scheme: light; }
  :root[data-appearance='dark'] { color-scheme: dark; }
  :root[data-accent='teal'] { --nx-accent: light-dark(#0b6b6b, #79d3cf); --nx-accent-fill: light-dark(#0b6b6b, #0f7373); --nx-accent-soft: light-dark(#def2f1, #173d3d); }
  :root[data-accent='rose'] { --nx-accent: light-dark(#b0245c, #ff9fc2); --nx-accent-fill: light-dark(#b0245c, #b5346a); --nx-accent-soft: light-dark(#fce7ef, #4a2233); }
  :root[data-accent='amber'] { --nx-accent: light-dark(#8a5200, #f3c078); --nx-accent-fill: light-dark(#8a5200, #8f5a0f); --nx-accent-soft: light-dark(#fbeed9, #433117); }
  :root[data-accent='violet'] { --nx-accent: light-dark(#7438b5, #cfa9ff); --nx-accent-fill: light-dark(#7438b5, #7d46bb); --nx-accent-soft: light-dark(#f1e7fb, #392650); }
  :root[data-accent='green'] { --nx-accent: light-dark(#23703a, #8ddba4); --nx-accent-fill: light-dark(#23703a, #2b7542); --nx-accent-soft: light-dark(#e3f3e7, #1d3f28); }
  :root[data-accent='slate'] { --nx-accent: light-dark(#46566b, #b4c3d6); --nx-accent-fill: light-dark(#46566b, #53637a); --nx-accent-soft: light-dark(#e8ecf1, #2c3644); }
  :root[data-accent='sky'] { --nx-accent: light-dark(#0b639f, #8ccbf9); --nx-accent-fill: light-dark(#0b639f, #1b6ba4); --nx-accent-soft: light-dark(#e0f0fb, #173a54); }
  html, body { margin: 0; min-height: 100%; }
  body {
    background: var(--nx-backdrop); color: var(--nx-text);
    font: 1rem/1.5 var(--nx-font); -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
  }
  @media print {
    :root, :root[data-appearance] { color-scheme: light; }
    body { background: #ffffff; }
    :root[data-printing] body { block-size: 95vh; overflow: hidden; }
  }
  @media (prefers-contrast: more) {
    :root { --nx-quiet: var(--nx-text); --nx-line: var(--nx-text); --nx-field-line: var(--nx-text); }
  }
  @media (prefers-reduced-motion: reduce) {
    :root { --nx-quick: 0s; --nx-fail: 0s; }
  }
`;

/** Two stops of a seal's disc; white stands on both at 4.5:1 or more. */
export const SEAL_DISCS: Readonly<Record<SealColour, CSSResult>> = {
  indigo: css`linear-gradient(160deg, #5a6ad6, #3a49b4)`,
  teal: css`linear-gradient(160deg, #148080, #085c5c)`,
  rose: css`linear-gradient(160deg, #c8386f, #9b1a4d)`,
  amber: css`linear-gradient(160deg, #a4660c, #7d4900)`,
  violet: css`linear-gradient(160deg, #8a4fca, #642aa3)`,
  green: css`linear-gradient(160deg, #2f8149, #1b5e2f)`,
  slate: css`linear-gradient(160deg, #5d6e85, #3d4b5e)`,
  sky: css`linear-gradient(160deg, #1c77b6, #09558a)`,
};

/** Puts the tokens on the document, once, at the start. */
export function installTheme(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(tokens.cssText);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Light or dark by the person's word, or by the system's. */
export function setAppearance(appearance: Appearance): void {
  if (appearance === 'system') delete document.documentElement.dataset['appearance'];
  else document.documentElement.dataset['appearance'] = appearance;
}

/** Prints one sheet that lies over everything else. */
export function printSheet(): void {
  document.documentElement.dataset['printing'] = '';
  print();
  delete document.documentElement.dataset['printing'];
}

/** The accent is the colour of the seal of whoever is in front. */
export function setAccent(colour: SealColour | undefined): void {
  if (colour === undefined) delete document.documentElement.dataset['accent'];
  else document.documentElement.dataset['accent'] = colour;
}
