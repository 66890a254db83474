// A refused form shakes for half a second, unless motion is not wanted.
const STEPS = [0, -8, 8, -6, 6, -3, 3, 0];

export function shake(element: Element | undefined): void {
  if (element === undefined || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  element.animate(STEPS.map((x) => ({ transform: `translateX(${x}px)` })), { duration: 500, easing: 'ease-in-out' });
}
