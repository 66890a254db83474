// Where the keyboard is, through every shadow root, and giving it back to what has lost it.

/** Nothing where no element has the focus. */
export function focusedElement(): HTMLElement | undefined {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active instanceof HTMLElement && active !== document.body ? active : undefined;
}

/** Where it is disabled, it gets the focus once it no longer is, unless something else has it by then. */
export function giveFocus(element: HTMLElement): void {
  if (!element.matches(':disabled')) {
    element.focus();
    return;
  }
  const watch = new MutationObserver(() => {
    if (element.matches(':disabled')) return;
    watch.disconnect();
    if (focusedElement() === undefined) element.focus();
  });
  watch.observe(element, { attributeFilter: ['disabled'] });
}
