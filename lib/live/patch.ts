import type { PatchStep } from '#lib/protocol/live-frames.ts';

type Json = unknown;

/**
 * Steps that turn `before` into `after` (both plain JSON). Objects are compared key by key, arrays of equal
 * length item by item; an array whose length changed is replaced whole.
 */
export function diff(before: Json, after: Json): PatchStep[] {
  const steps: PatchStep[] = [];
  compare(before, after, [], steps);
  return steps;
}

function compare(before: Json, after: Json, path: (string | number)[], steps: PatchStep[]): void {
  if (Object.is(before, after)) return;
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    after.forEach((item, index) => {
      compare(before[index], item, [...path, index], steps);
    });
    return;
  }
  if (isRecord(before) && isRecord(after)) {
    for (const key of Object.keys(after)) {
      if (Object.hasOwn(before, key)) compare(before[key], after[key], [...path, key], steps);
      else steps.push([[...path, key], after[key]]);
    }
    for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) steps.push([[...path, key]]);
    return;
  }
  steps.push([path, after]);
}

/** The state after the steps. Unchanged parts are shared with the state before, so React can skip them. */
export function applyPatch(state: Json, patch: readonly PatchStep[]): Json {
  return patch.reduce<Json>((current, step) => applyStep(current, step[0], 0, step), state);
}

function applyStep(node: Json, path: (string | number)[], depth: number, step: PatchStep): Json {
  const key = path[depth];
  if (key === undefined) return step[1];
  const removed = depth === path.length - 1 && step.length === 1;
  if (Array.isArray(node)) {
    const copy = [...node];
    copy[Number(key)] = applyStep(copy[Number(key)], path, depth + 1, step);
    return copy;
  }
  const copy: Record<string, Json> = isRecord(node) ? { ...node } : {};
  if (removed) delete copy[key];
  else put(copy, key, applyStep(Object.hasOwn(copy, key) ? copy[key] : undefined, path, depth + 1, step));
  return copy;
}

/** Sets an own member whatever its name: plain assignment to `__proto__` would set none. */
function put(record: Record<string, Json>, key: string | number, value: Json): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}

function isRecord(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
