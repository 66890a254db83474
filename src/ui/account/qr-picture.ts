// An address as a QR picture, by lean-qr: dark squares on white in any appearance, since readers expect it so.
import { generate } from 'lean-qr';
import { html, svg, type TemplateResult } from 'lit';

/** Squares of white around it that readers need (ISO/IEC 18004). */
const MARGIN = 4;

export function qrPicture(text: string, label: string): TemplateResult {
  const code = generate(text);
  const across = code.size + 2 * MARGIN;
  let path = '';
  for (let y = 0; y < code.size; y += 1) for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x + MARGIN} ${y + MARGIN}h1v1h-1z`;
  return html`<svg role="img" aria-label=${label} viewBox=${`0 0 ${across} ${across}`} shape-rendering="crispEdges">${svg`<rect width="100%" height="100%" fill="#fff"/><path d=${path} fill="#000"/>`}</svg>`;
}
