import type { CDPSession, Page } from '@playwright/test';

/** What a page has gone through since it was last asked. */
export type Felt = {
  /** Duration of each interaction that took 16 ms or longer, ms. */
  slow: number[];
  interactions: number;
  /** Frames in which the page changed by itself, the clock's texts left out. */
  paints: number;
};

/** Runs in the page before its own scripts: watches interactions as Event Timing tells them, and changes of the page. */
export function watchPage(): void {
  const longest = new Map<number, number>();
  let paints = 0;
  let counted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const id = Number(Reflect.get(entry, 'interactionId') ?? 0);
      if (id > 0) longest.set(id, Math.max(longest.get(id) ?? 0, entry.duration));
    }
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
  let frame = 0;
  const isClock = ({ target }: MutationRecord) =>
    (target instanceof Element ? target : target.parentElement)?.closest('time') != null;
  new MutationObserver((records) => {
    if (frame !== 0 || records.every(isClock)) return;
    paints += 1;
    frame = requestAnimationFrame(() => {
      frame = 0;
    });
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  Reflect.set(globalThis, 'takeFelt', (): Felt => {
    const all = Number(Reflect.get(performance, 'interactionCount') ?? 0);
    const felt = { slow: [...longest.values()], interactions: all - counted, paints };
    counted = all;
    longest.clear();
    paints = 0;
    return felt;
  });
}

export function takeFelt(page: Page): Promise<Felt> {
  return page.evaluate(() => (Reflect.get(globalThis, 'takeFelt') as () => Felt)());
}

/** As web-vitals reckons it: the longest of few interactions, of many the 98th percentile; the short ones count as 8 ms. */
export function interactionToNextPaint(felt: readonly Felt[]): number {
  const slow = felt.flatMap((one) => one.slow).sort((a, b) => b - a);
  const interactions = felt.reduce((sum, one) => sum + one.interactions, 0);
  return slow[Math.floor(Math.max(interactions, slow.length) / 50)] ?? 8;
}

/** Heap of a page in bytes after a forced collection. */
export async function heapOf(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return usedSize;
}
