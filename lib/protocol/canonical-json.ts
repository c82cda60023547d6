/**
 * JSON in the one form that both sides hash and sign (RFC 8785): keys sorted by UTF-16 code unit, no white
 * space, members that are `undefined` left out. Lone surrogates are written as `\udxxx`. Throws a `TypeError`
 * on values JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    let members = '';
    const record = value as Record<string, unknown>;
    for (const key of Object.keys(record).sort()) {
      const member = record[key];
      if (member !== undefined) members += `${members && ','}${quote(key)}:${canonicalJson(member)}`;
    }
    return `{${members}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('JSON holds finite numbers only');
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`JSON holds no ${typeof value}`);
  return text;
}

/** Printable ASCII without quote and backslash needs no escape; looking is cheaper than `JSON.stringify`. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
