/**
 * JSON in the one form that both sides hash and sign (RFC 8785): keys sorted by UTF-16 code unit, no white
 * space, members that are `undefined` left out. Lone surrogates are written as `\udxxx`. Throws a `TypeError`
 * on values JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  const copy = sortedCopy(value);
  return copy === UNSORTABLE ? written(value) : JSON.stringify(copy);
}

/** An object that keeps no given order of its keys: JavaScript puts integers first, and one key is no member. */
const UNSORTABLE = Symbol('unsortable');

/** A copy whose members are in order, so that `JSON.stringify` writes them so, which is quicker than by hand. */
function sortedCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return checked(value);
  if (Array.isArray(value)) {
    const copies = value.map(sortedCopy);
    return copies.includes(UNSORTABLE) ? UNSORTABLE : copies;
  }
  const record = value as Record<string, unknown>;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(record).sort()) {
    if ((key >= '0' && key < ':') || key === '__proto__' || key === 'toJSON') return UNSORTABLE;
    if (record[key] === undefined) continue;
    const member = sortedCopy(record[key]);
    if (member === UNSORTABLE) return UNSORTABLE;
    copy[key] = member;
  }
  return copy;
}

function checked(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'number') throw new TypeError(`JSON holds no ${typeof value}`);
  if (!Number.isFinite(value)) throw new TypeError('JSON holds finite numbers only');
  return value;
}

function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(checked(value));
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  const record = value as Record<string, unknown>;
  const members = Object.keys(record)
    .sort()
    .filter((key) => record[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${written(record[key])}`);
  return `{${members.join(',')}}`;
}
