/**
 * Canonical JSON as TUF signs it (the OLPC form): keys sorted by UTF-16 code unit, no white space, in texts
 * only `\` and `"` escaped, whole numbers only. Throws a `TypeError` on anything else, `undefined` included.
 */
export function tufCanonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  if (Number.isInteger(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(tufCanonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${members.map(([key, member]) => `${quote(key)}:${tufCanonicalJson(member)}`).join(',')}}`;
  }
  throw new TypeError(`canonical JSON holds no ${typeof value === 'number' ? 'fractions' : typeof value}`);
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
