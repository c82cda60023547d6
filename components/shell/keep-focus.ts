type Place = { element: HTMLElement; around: Element[] };

/** So long others, a closing dialog above all, may give the focus back themselves. */
const GRACE_MS = 80;
const KEPT_PLACES = 6;
const HOMES = '[role="dialog"], [role="alertdialog"], section, main';

/**
 * Keeps the keyboard's place. What has the focus may vanish under it: a button whose action came about, a row that
 * left its list, a page that was left. Browsers then start again from the top; here the focus goes to the nearest
 * surviving dialog or section instead, or to the page's heading. Never to a control, as a second Enter would work it.
 * Returns what ends it.
 */
export function keepFocus(): () => void {
  const places: Place[] = [];
  /** The newest place cannot be used now, but may come back, as a button does whose action was refused. */
  let isAway = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const settle = () => {
    timer = undefined;
    const [newest] = places;
    if (!newest || document.activeElement !== document.body) return;
    if (isUsable(newest.element)) {
      if (isAway) newest.element.focus();
      // Whoever had the focus gave it away: that was meant.
      else places.length = 0;
    } else if (!newest.element.isConnected || !newest.element.matches(':disabled')) findHome(places)?.focus();
  };
  const settleSoon = () => {
    if (document.activeElement === document.body) timer ??= setTimeout(settle, GRACE_MS);
  };
  const remember = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return;
    isAway = false;
    places.unshift({ element: target, around: ancestorsOf(target) });
    places.length = Math.min(places.length, KEPT_PLACES);
  };
  const forget = () => {
    if (document.activeElement === document.body) places.length = 0;
  };

  const observer = new MutationObserver(() => {
    isAway ||= places[0]?.element.matches(':disabled') ?? false;
    settleSoon();
  });
  observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ['disabled'] });
  document.addEventListener('focusin', remember);
  document.addEventListener('focusout', settleSoon);
  document.addEventListener('pointerdown', forget);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
    document.removeEventListener('focusin', remember);
    document.removeEventListener('focusout', settleSoon);
    document.removeEventListener('pointerdown', forget);
  };
}

function ancestorsOf(element: Element): Element[] {
  const around: Element[] = [];
  for (let above = element.parentElement; above; above = above.parentElement) around.push(above);
  return around;
}

function isUsable(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility();
}

/**
 * Where the newest place stood that still stands, the page's heading where only the page does. Of a dialog that has
 * closed nothing stands: then what had the focus before it.
 */
function findHome(places: readonly Place[]): HTMLElement | undefined {
  for (const { element, around } of places) {
    if (isUsable(element)) return element;
    const home = around.find((one) => one.isConnected && one.matches(HOMES));
    if (home instanceof HTMLElement && !home.closest('[inert]'))
      return focusable(home.matches('main') ? (home.querySelector('h1') ?? home) : home);
  }
  return document.querySelector('main') ?? undefined;
}

function focusable(element: HTMLElement): HTMLElement {
  if (element.tabIndex < 0 && !element.hasAttribute('tabindex')) element.setAttribute('tabindex', '-1');
  return element;
}
