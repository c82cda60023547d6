import type { PatchStep } from '#lib/protocol/live-frames.ts';

type Json = unknown;

/**
 * Steps that turn `before` into `after` (both plain JSON), which stand at `path`. Objects are compared key by key, arrays item by item, after
 * what came or went at their front; an array that changed otherwise is replaced whole.
 */
export function diff(before: Json, after: Json, path: (string | number)[] = []): PatchStep[] {
  const steps: PatchStep[] = [];
  compare(before, after, [...path], steps);
  return steps;
}

/** `path` is one and the same array all the way down: most members are equal and need none of their own. */
function compare(before: Json, after: Json, path: (string | number)[], steps: PatchStep[]): void {
  if (Object.is(before, after)) return;
  if (Array.isArray(before) && Array.isArray(after)) {
    compareLists(before, after, path, steps);
    return;
  }
  if (isRecord(before) && isRecord(after)) {
    for (const key of Object.keys(after)) {
      if (Object.hasOwn(before, key)) compareAt(key, before[key], after[key], path, steps);
      else steps.push([[...path, key], after[key]]);
    }
    for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) steps.push([[...path, key]]);
    return;
  }
  steps.push([[...path], after]);
}

function compareAt(
  key: string | number,
  before: Json,
  after: Json,
  path: (string | number)[],
  steps: PatchStep[],
): void {
  if (Object.is(before, after)) return;
  path.push(key);
  compare(before, after, path, steps);
  path.pop();
}

/** A list of the newest moves on by some items: what stays is told from what is new by the item that was first. */
function compareLists(before: Json[], after: Json[], path: (string | number)[], steps: PatchStep[]): void {
  const came = placeOf(before[0], after);
  const went = came > 0 ? 0 : placeOf(after[0], before);
  if (came < 0 && went < 0 && before.length !== after.length) {
    steps.push([[...path], after]);
    return;
  }
  const [first, skipped] = [Math.max(0, came), Math.max(0, went)];
  if (first > 0) steps.push([[...path], after.slice(0, first), 0, 0]);
  if (skipped > 0) steps.push([[...path], [], 0, skipped]);
  const kept = Math.min(before.length - skipped, after.length - first);
  const surplus = before.length - skipped - kept;
  const added = after.slice(first + kept);
  if (surplus > 0 || added.length > 0) steps.push([[...path], added, first + kept, surplus]);
  for (let index = 0; index < kept; index++)
    compareAt(first + index, before[skipped + index], after[first + index], path, steps);
}

/** Where in a list something equal stands; −1 where nothing does. */
function placeOf(item: Json, list: readonly Json[]): number {
  const text = JSON.stringify(item);
  return list.findIndex((candidate) => JSON.stringify(candidate) === text);
}

/** The state after the steps. Unchanged parts are shared with the state before, so React can skip them. */
export function applyPatch(state: Json, patch: readonly PatchStep[]): Json {
  return patch.reduce<Json>((current, step) => applyStep(current, step[0], 0, step), state);
}

function applyStep(node: Json, path: (string | number)[], depth: number, step: PatchStep): Json {
  const key = path[depth];
  if (key === undefined) return step.length === 4 ? splice(node, step) : step[1];
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

function splice(list: Json, [, items, start, count]: PatchStep & { length: 4 }): Json {
  return Array.isArray(list) ? list.toSpliced(start, count, ...items) : list;
}

/** Sets an own member whatever its name: plain assignment to `__proto__` would set none. */
function put(record: Record<string, Json>, key: string | number, value: Json): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}

function isRecord(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
