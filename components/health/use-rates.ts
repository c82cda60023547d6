'use client';

import { useEffect, useRef, useState } from 'react';
import type { HealthData } from './health-screen.tsx';

export type Rates = {
  /** Per second, by `instance key`; absent until two samples were seen. */
  of(instance: string, key: string): number | undefined;
  /** Messages a second of all workers, the newest last. */
  history: number[];
};

type Sample = { at: number; values: Map<string, number> };

const KEPT = 90;
const EMPTY: Rates = { of: () => undefined, history: [] };

/** Rates of the processes' counters, from one sample to the next. */
export function useRates(data: HealthData): Rates {
  const last = useRef<Sample>(undefined);
  const [rates, setRates] = useState<Rates>(EMPTY);
  useEffect(() => {
    const at = performance.now();
    const values = new Map<string, number>();
    for (const { name, instance, details } of data.processes) {
      for (const [key, value] of Object.entries(details)) {
        if (typeof value === 'number') values.set(`${name} ${instance} ${key}`, value);
      }
    }
    const before = last.current;
    last.current = { at, values };
    const messages = data.processes
      .filter(({ name }) => name === 'worker')
      .reduce((sum, { details }) => sum + (typeof details.perSecond === 'number' ? details.perSecond : 0), 0);
    setRates(({ history }) => ({
      history: [...history.slice(1 - KEPT), messages],
      of(instance, key) {
        const [now, then] = [values.get(`${instance} ${key}`), before?.values.get(`${instance} ${key}`)];
        if (!before || now === undefined || then === undefined || now < then) return undefined;
        return ((now - then) * 1000) / Math.max(1, at - before.at);
      },
    }));
  }, [data]);
  return rates;
}
