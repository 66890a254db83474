// The twelve pictures of a seal: our own strokes on a 24 by 24 grid, drawn in one colour.
import { svg, type SVGTemplateResult } from 'lit';
import type { SealPicture } from '../../workers/contract/device.ts';

export const SEAL_DRAWINGS: Readonly<Record<SealPicture, SVGTemplateResult>> = {
  anchor: svg`<circle cx="12" cy="5" r="2"/><path d="M12 7v13M8 10h8M4.5 13.5c.4 4 3.4 6.5 7.5 6.5s7.1-2.5 7.5-6.5M4.5 13.5l-1.3 2.2M4.5 13.5l2 1.6M19.5 13.5l1.3 2.2M19.5 13.5l-2 1.6"/>`,
  bird: svg`<path d="M3.5 14.5c5 .5 6.5-6 11-6.5 2.3-.2 3.7 1 4 2.5l2.5.8-2.5 1.2c-.5 4-3.5 6.5-7.5 6.5-3.5 0-6-1.7-7.5-4.5zM9 19l-1.5 2.5M13 18.8l1 2.7"/><circle cx="15.3" cy="10.5" r=".6"/>`,
  boat: svg`<path d="M3.5 16.5h17l-2.8 4H6.3zM12 16.5v-13M12 4.5c3.8 2 6 5 6.5 9H12M9.5 7.5c-1.8 1.7-3 3.7-3.5 6h3.5"/>`,
  comet: svg`<circle cx="8" cy="16" r="4.5"/><path d="M10 11.9 20.5 3.5M12.2 14.2 20.5 9M9.8 8.5 14 4.5"/>`,
  fern: svg`<path d="M12 21.5V3M12 7.5c-2 0-3.6-1-4.3-2.8M12 7.5c2 0 3.6-1 4.3-2.8M12 12c-2.9 0-5.2-1.3-6.2-3.6M12 12c2.9 0 5.2-1.3 6.2-3.6M12 16.8c-3.6 0-6.4-1.6-7.6-4.4M12 16.8c3.6 0 6.4-1.6 7.6-4.4"/>`,
  fox: svg`<path d="M4 4.5 8.5 8h7L20 4.5v8.2L12 20.5l-8-7.8zM9.3 12.2v.6M14.7 12.2v.6M10.7 17.3h2.6"/>`,
  key: svg`<circle cx="8" cy="16" r="4.5"/><path d="M11.2 12.8 20 4M16 8l3 3M13.5 10.5l2 2"/>`,
  leaf: svg`<path d="M5 19c-2-8 3-14.5 15-15 .5 11.5-5.5 17-13.5 14.5M3.5 21c2-5 5.5-8.5 10.5-11"/>`,
  moon: svg`<path d="M19.8 14.6A8.3 8.3 0 0 1 9.4 4.2a8.3 8.3 0 1 0 10.4 10.4z"/>`,
  mountain: svg`<path d="M2.5 19.5 9 7l4 7 2.5-3.8 6 9.3zM6.9 11.2l2.2 1.6 1.9-2.2"/>`,
  star: svg`<path d="m12 3 2.7 5.8 6.3.8-4.6 4.3 1.2 6.3L12 17.1l-5.6 3.1 1.2-6.3L3 9.6l6.3-.8z"/>`,
  wave: svg`<path d="M2.5 9c2.4 0 2.4-2 4.8-2s2.4 2 4.7 2 2.4-2 4.8-2 2.4 2 4.7 2M2.5 13.5c2.4 0 2.4-2 4.8-2s2.4 2 4.7 2 2.4-2 4.8-2 2.4 2 4.7 2M2.5 18c2.4 0 2.4-2 4.8-2s2.4 2 4.7 2 2.4-2 4.8-2 2.4 2 4.7 2"/>`,
};
