// The small drawings of buttons and entries: our own strokes on a 24 by 24 grid, in the colour of the text, silent to readers.
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const CLOUD = svg`<path d="M7.2 18.5a4.2 4.2 0 0 1-.6-8.3 5.6 5.6 0 0 1 10.7-1.1 4.8 4.8 0 0 1-.3 9.4z"/>`;

const DRAWINGS = {
  files: svg`<path d="M3.5 6.5a2 2 0 0 1 2-2h3.6l2.2 2.5h7.2a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2z"/>`,
  backups: svg`<path d="M4 12a8 8 0 1 0 2.6-5.9M4 4.5v4.2h4.2M12 7.5V12l3 2"/>`,
  account: CLOUD,
  apps: svg`<rect x="4" y="4" width="6.5" height="6.5" rx="1.8"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.8"/><rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.8"/><path d="M16.75 3.8v6.9M13.3 7.25h6.9"/>`,
  activity: svg`<path d="M3.5 12.5h4l2.5-7 4 13 2.5-6h4"/>`,
  settings: svg`<path d="M4 7h8M17 7h3M4 17h3M12 17h8"/><circle cx="14.5" cy="7" r="2.5"/><circle cx="9.5" cy="17" r="2.5"/>`,
  lock: svg`<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>`,
  add: svg`<path d="M12 16V5M7.5 9.3 12 4.8l4.5 4.5M5 19.5h14"/>`,
  addFolder: svg`<path d="M3.5 6.5a2 2 0 0 1 2-2h3.6l2.2 2.5h7.2a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2zM12 16.5v-6M9.4 12.8l2.6-2.6 2.6 2.6"/>`,
  newFolder: svg`<path d="M3.5 6.5a2 2 0 0 1 2-2h3.6l2.2 2.5h7.2a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2zM12 10.5v6M9 13.5h6"/>`,
  download: svg`<path d="M12 4.5v11M7.5 11.3l4.5 4.5 4.5-4.5M5 19.5h14"/>`,
  rename: svg`<path d="m4.5 19.5.8-3.9L15.8 5.1a1.9 1.9 0 0 1 2.7 0l.4.4a1.9 1.9 0 0 1 0 2.7L8.4 18.7zM13.8 7.1l3.1 3.1"/>`,
  move: svg`<path d="M3.5 6.5a2 2 0 0 1 2-2h3.6l2.2 2.5h7.2a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2zM8 13.5h7.5M12.8 10.6l2.9 2.9-2.9 2.9"/>`,
  versions: svg`<path d="M4 12a8 8 0 1 0 2.6-5.9M4 4.5v4.2h4.2M12 7.5V12l3 2"/>`,
  trash: svg`<path d="M4.5 6.5h15M9.5 6.5V4.8a.8.8 0 0 1 .8-.8h3.4a.8.8 0 0 1 .8.8v1.7M6.5 6.5l.8 12a1.6 1.6 0 0 0 1.6 1.5h6.2a1.6 1.6 0 0 0 1.6-1.5l.8-12M10.2 10.5v5.5M13.8 10.5v5.5"/>`,
  takeBack: svg`<path d="M8.5 5 4.5 9l4 4M4.8 9H14a5.2 5.2 0 0 1 0 10.5H9"/>`,
  close: svg`<path d="m6.5 6.5 11 11M17.5 6.5l-11 11"/>`,
  list: svg`<path d="M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01"/>`,
  tiles: svg`<rect x="4" y="4" width="6.5" height="6.5" rx="1.2"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1.2"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.2"/><rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.2"/>`,
  search: svg`<circle cx="10.8" cy="10.8" r="6.3"/><path d="m15.5 15.5 4.5 4.5"/>`,
  shield: svg`<path d="M12 3.5 19 6v5.5c0 4.5-2.9 7.6-7 9-4.1-1.4-7-4.5-7-9V6zM8.8 12l2.2 2.2 4.2-4.4"/>`,
  warning: svg`<path d="M12 4 2.9 19.5h18.2zM12 10v4.5M12 17h.01"/>`,
  chevron: svg`<path d="m9.5 6 6 6-6 6"/>`,
  down: svg`<path d="m6 9.5 6 6 6-6"/>`,
  check: svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  online: CLOUD,
  conflict: svg`<path d="M8.5 16.5h-2a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2h6a2 2 0 0 1 2 2v1"/><rect x="9.5" y="9" width="10" height="11" rx="2"/><path d="M14.5 12v2.8M14.5 17.3h.01"/>`,
  kept: svg`<rect x="5" y="4.5" width="14" height="10.5" rx="1.6"/><path d="M3 18.5h18M9.3 9.8l1.9 1.9 3.5-3.8"/>`,
  waiting: svg`<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>`,
  people: svg`<circle cx="12" cy="8" r="4"/><path d="M4.5 20c.9-3.8 3.8-6 7.5-6s6.6 2.2 7.5 6"/>`,
  out: svg`<path d="M10 4.5H6.5a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2H10M15 8l4 4-4 4M19 12H9.5"/>`,
  folder: svg`<path class="filled" d="M3.5 6.5a2 2 0 0 1 2-2h3.6l2.2 2.5h7.2a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2z"/>`,
  text: svg`<path d="M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9 12h6.5M9 15.5h6.5"/>`,
  image: svg`<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><circle cx="9" cy="9.8" r="1.6"/><path d="m4 17 5-4.2 3.2 2.6 3.6-3.9 4.7 4.6"/>`,
  pdf: svg`<path d="M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9 17c2.2-1.8 3.3-4 3.2-6.3M9.2 14.2c2-.5 4-.4 5.8.6"/>`,
  audio: svg`<path d="M9 17.5V6l10-1.8v11.5"/><circle cx="6.6" cy="17.5" r="2.4"/><circle cx="16.6" cy="15.7" r="2.4"/>`,
  video: svg`<rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="m10.3 9.2 4.6 2.8-4.6 2.8z"/>`,
  archive: svg`<path d="M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M10 5.5h1.5M11.5 8H13M10 10.5h1.5M11.5 13H13M10 15.5h3v2.5h-3z"/>`,
  other: svg`<path d="M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5"/>`,
} as const satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof DRAWINGS;

/** Drawn at 1.25em; whoever shows it may size it by `svg`. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.7"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${DRAWINGS[name]}</svg>`;
}
