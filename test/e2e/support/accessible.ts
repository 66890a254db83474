// Runs inside a page: finds elements by ARIA role and accessible name, through open shadow roots and slots.
// Each function here is sent to the browser as text, so it must not use anything outside itself.

/** One step of a search: a role, and a name that is equal or matches. Steps nest: the second looks inside the first. */
export interface Step {
  readonly role: string;
  readonly name?: string;
  readonly pattern?: { readonly source: string; readonly flags: string };
  /** Which of several; without it there must be exactly one. */
  readonly nth?: number;
}

/** What an element says and where it is; `hit` says that a click at the middle would reach it. */
export interface Seen {
  readonly count: number;
  readonly text: string;
  readonly value: string | null;
  readonly name: string;
  readonly disabled: boolean;
  readonly focused: boolean;
  readonly checked: boolean | null;
  readonly x: number;
  readonly y: number;
  readonly hit: boolean;
}

/** Every visible element that the steps name, in the order of the page. */
export function locate(steps: readonly Step[]): Element[] {
  const tidy = (text: string) => text.replace(/\s+/g, ' ').trim();
  const childrenOf = (node: Element | Document): Element[] => {
    if (node instanceof Document) return [...node.children];
    if (node.shadowRoot) return [...node.shadowRoot.children];
    if (node instanceof HTMLSlotElement && node.assignedElements().length > 0) return node.assignedElements({ flatten: true });
    return [...node.children];
  };
  const isHidden = (element: Element) => element.getAttribute('aria-hidden') === 'true' || !element.checkVisibility({ visibilityProperty: true });
  const INPUTS: Record<string, string> = {
    button: 'button', submit: 'button', reset: 'button', image: 'button', checkbox: 'checkbox', radio: 'radio', range: 'slider',
    number: 'spinbutton', search: 'searchbox', hidden: '', file: '', color: '', date: '', time: '',
  };
  const TAGS: Record<string, string> = {
    BUTTON: 'button', SUMMARY: 'button', TEXTAREA: 'textbox', OPTION: 'option', H1: 'heading', H2: 'heading', H3: 'heading', H4: 'heading',
    H5: 'heading', H6: 'heading', DIALOG: 'dialog', UL: 'list', OL: 'list', MENU: 'list', LI: 'listitem', TABLE: 'table', TR: 'row',
    TH: 'columnheader', TD: 'cell', NAV: 'navigation', MAIN: 'main', HEADER: 'banner', FOOTER: 'contentinfo', ASIDE: 'complementary',
    FORM: 'form', SECTION: 'region', IMG: 'img', PROGRESS: 'progressbar', METER: 'meter', OUTPUT: 'status', HR: 'separator',
    DETAILS: 'group', FIELDSET: 'group', ARTICLE: 'article',
  };
  const roleOf = (element: Element): string => {
    const given = element.getAttribute('role');
    if (given) return given.trim().split(/\s+/)[0] ?? '';
    if (element instanceof HTMLInputElement) return element.list ? 'combobox' : INPUTS[element.type] ?? 'textbox';
    if (element instanceof HTMLSelectElement) return element.multiple || element.size > 1 ? 'listbox' : 'combobox';
    if (element.tagName === 'A' || element.tagName === 'AREA') return element.hasAttribute('href') ? 'link' : '';
    if (element.tagName === 'IMG' && element.getAttribute('alt') === '') return '';
    if (element.tagName === 'TD' && element.closest('[role=grid]')) return 'gridcell';
    return TAGS[element.tagName] ?? '';
  };
  const FROM_CONTENT = new Set(['button', 'link', 'heading', 'option', 'cell', 'gridcell', 'row', 'columnheader', 'rowheader', 'checkbox',
    'radio', 'switch', 'tab', 'menuitem', 'menuitemradio', 'menuitemcheckbox', 'treeitem', 'listitem', 'tooltip', 'status', 'alert']);
  const contentOf = (node: Node, except?: Element): string => {
    if (node instanceof Text) return node.data;
    if (!(node instanceof Element) || node === except || /^(STYLE|SCRIPT|TEMPLATE|INPUT|SELECT|TEXTAREA)$/.test(node.tagName)) return '';
    if (node.getAttribute('aria-hidden') === 'true') return '';
    const label = node.getAttribute('aria-label') ?? node.getAttribute('alt');
    if (label) return ` ${label} `;
    const assigned = node instanceof HTMLSlotElement ? node.assignedNodes({ flatten: true }) : [];
    const inside = assigned.length > 0 ? assigned : [...(node.shadowRoot ?? node).childNodes];
    const text = inside.map((child) => contentOf(child, except)).join('');
    return getComputedStyle(node).display.startsWith('inline') ? text : ` ${text} `;
  };
  const nativeNameOf = (element: Element): string => {
    if (element instanceof HTMLInputElement && INPUTS[element.type] === 'button') return element.value || element.alt;
    if ('labels' in element && element.labels instanceof NodeList && element.labels.length > 0) {
      return [...element.labels].map((label) => contentOf(label, element)).join(' ');
    }
    if (element instanceof HTMLImageElement) return element.alt;
    const caption = element.querySelector(':scope > caption, :scope > legend, :scope > figcaption');
    return caption ? contentOf(caption) : '';
  };
  const nameOf = (element: Element, role: string): string => {
    const root = element.getRootNode() as Document | ShadowRoot;
    const by = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter((id) => id !== '');
    const labelled = tidy(by.map((id) => { const label = root.getElementById(id); return label ? contentOf(label) : ''; }).join(' '));
    const candidates = [labelled, element.getAttribute('aria-label') ?? '', nativeNameOf(element),
      FROM_CONTENT.has(role) ? [...(element.shadowRoot ?? element).childNodes].map((child) => contentOf(child)).join('') : '',
      element.getAttribute('title') ?? '', element.getAttribute('placeholder') ?? ''];
    return candidates.map(tidy).find((name) => name !== '') ?? '';
  };
  const matches = (element: Element, step: Step) => {
    const role = roleOf(element);
    if (role !== step.role) return false;
    if (step.pattern) return new RegExp(step.pattern.source, step.pattern.flags).test(nameOf(element, role));
    return step.name === undefined || nameOf(element, role) === step.name;
  };
  const search = (scope: Element | Document, step: Step, found: Set<Element>) => {
    for (const child of childrenOf(scope)) {
      if (child.getAttribute('aria-hidden') === 'true' || getComputedStyle(child).display === 'none') continue;
      if (matches(child, step) && !isHidden(child)) found.add(child);
      search(child, step, found);
    }
  };
  let scopes: (Element | Document)[] = [document];
  for (const step of steps) {
    const found = new Set<Element>();
    for (const scope of scopes) search(scope, step, found);
    scopes = step.nth === undefined ? [...found] : [...found].slice(step.nth, step.nth + 1);
  }
  return scopes as Element[];
}

/** What a test asks of the one element that was found; `act` scrolls it into view or gives it the focus first. */
export function look(elements: readonly Element[], act: 'nothing' | 'scroll' | 'focus' | 'select'): Seen | { readonly count: number } {
  const [element] = elements;
  if (!element || elements.length > 1) return { count: elements.length };
  if (act === 'scroll') element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  if (act === 'focus' || act === 'select') (element as HTMLElement).focus();
  if (act === 'select' && 'select' in element) (element as HTMLInputElement).select();
  const box = element.getBoundingClientRect();
  const at = { x: Math.round(box.left + box.width / 2), y: Math.round(box.top + box.height / 2) };
  let top = document.elementFromPoint(at.x, at.y);
  for (let inner = top?.shadowRoot?.elementFromPoint(at.x, at.y); inner && inner !== top; inner = top?.shadowRoot?.elementFromPoint(at.x, at.y)) top = inner;
  const reaches = (node: Node | null): boolean => node !== null && (node === element
    || reaches((node as Element).assignedSlot ?? node.parentNode ?? (node instanceof ShadowRoot ? node.host : null)));
  const control = element as HTMLInputElement;
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return {
    ...at, count: 1, hit: reaches(top), focused: active === element,
    text: (element as HTMLElement).innerText ?? element.textContent ?? '',
    value: typeof control.value === 'string' ? control.value : null,
    name: element.getAttribute('aria-label') ?? '',
    checked: typeof control.checked === 'boolean' ? control.checked : null,
    disabled: control.disabled === true || element.getAttribute('aria-disabled') === 'true',
  };
}

/** Everything that the page says, through open shadow roots, in the order of the page. */
export function words(): string {
  const said: string[] = [];
  const walk = (node: Node) => {
    if (node instanceof Text) said.push(node.data);
    if (node instanceof Element && (/^(STYLE|SCRIPT|TEMPLATE)$/.test(node.tagName) || !node.checkVisibility({ visibilityProperty: true }) && !node.shadowRoot)) return;
    for (const child of (node as Element).shadowRoot?.childNodes ?? []) walk(child);
    for (const child of node.childNodes) walk(child);
  };
  walk(document.body);
  return said.join(' ').replace(/\s+/g, ' ');
}

/** Every `input type=file` of the page, seen or not; those that take folders when `folders`. */
export function fileInputs(folders: boolean): Element[] {
  const found: HTMLInputElement[] = [];
  const search = (root: Document | ShadowRoot) => {
    for (const element of root.querySelectorAll('*')) {
      if (element instanceof HTMLInputElement && element.type === 'file' && element.webkitdirectory === folders) found.push(element);
      if (element.shadowRoot) search(element.shadowRoot);
    }
  };
  search(document);
  return found;
}
