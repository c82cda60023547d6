import type { PatchStep } from '#lib/protocol/live-frames.ts';
import { diff } from './patch.ts';

type Part = { text: string; value: unknown };

/**
 * The newest state of a view as plain JSON, kept by the members of its value: what a read found as it was is neither
 * written nor parsed nor compared again. A value without members is one part.
 */
export class ViewState {
  /** As JSON brings it to the page; undefined before the first. */
  value: unknown;
  #parts = new Map<string, Part>();
  #isRecord = false;

  /** Takes what was read; returns the steps to it from the state before, or undefined where nothing has changed. */
  take(read: unknown): PatchStep[] | undefined {
    const isFirst = this.#parts.size === 0;
    const isRecord = hasMembers(read);
    if (isFirst || isRecord !== this.#isRecord) {
      this.#isRecord = isRecord;
      this.#parts = partsOf(read, isRecord);
      this.value = this.#join();
      return [[[], this.value]];
    }
    const steps = isRecord ? this.#takeMembers(read) : this.#takeWhole(read);
    if (steps.length === 0) return undefined;
    this.value = this.#join();
    return steps;
  }

  /** The state as JSON text. */
  text(): string {
    if (!this.#isRecord) return this.#parts.get('')?.text ?? 'null';
    const members = [...this.#parts].map(([name, { text }]) => `${JSON.stringify(name)}:${text}`);
    return `{${members.join(',')}}`;
  }

  /** About as long as the text is. */
  get length(): number {
    let length = 0;
    for (const [name, { text }] of this.#parts) length += name.length + text.length + 4;
    return length;
  }

  #takeMembers(read: Record<string, unknown>): PatchStep[] {
    const steps: PatchStep[] = [];
    for (const [name, member] of Object.entries(read)) {
      const before = this.#parts.get(name);
      if (before && member === before.value) continue;
      const text = JSON.stringify(member);
      if (text === undefined || text === before?.text) continue;
      const value: unknown = JSON.parse(text);
      this.#parts.set(name, { text, value });
      if (before) steps.push(...diff(before.value, value, [name]));
      else steps.push([[name], value]);
    }
    for (const name of this.#parts.keys()) {
      if (Object.hasOwn(read, name) && read[name] !== undefined) continue;
      this.#parts.delete(name);
      steps.push([[name]]);
    }
    return steps;
  }

  #takeWhole(read: unknown): PatchStep[] {
    const before = this.#parts.get('');
    const parts = partsOf(read, false);
    const after = parts.get('');
    if (before?.text === after?.text) return [];
    this.#parts = parts;
    return diff(before?.value, after?.value);
  }

  #join(): unknown {
    if (!this.#isRecord) return this.#parts.get('')?.value;
    return Object.fromEntries([...this.#parts].map(([name, { value }]) => [name, value]));
  }
}

function partsOf(read: unknown, isRecord: boolean): Map<string, Part> {
  const members: [string, unknown][] =
    isRecord && hasMembers(read) ? Object.entries(read) : [['', read ?? null]];
  const parts = new Map<string, Part>();
  for (const [name, member] of members) {
    const text = JSON.stringify(member);
    if (text !== undefined) parts.set(name, { text, value: JSON.parse(text) });
  }
  return parts;
}

function hasMembers(read: unknown): read is Record<string, unknown> {
  return (
    typeof read === 'object' &&
    read !== null &&
    !Array.isArray(read) &&
    typeof Reflect.get(read, 'toJSON') !== 'function'
  );
}
