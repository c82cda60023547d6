/**
 * JSON in the one form that both sides hash and sign (RFC 8785): keys sorted by UTF-16 code unit, no white
 * space, members that are `undefined` left out. Lone surrogates are written as `\udxxx`. Throws a `TypeError`
 * on values JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members: string[] = [];
    const record = value as Record<string, unknown>;
    for (const key of Object.keys(record).sort()) {
      if (record[key] !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(record[key])}`);
    }
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('JSON holds finite numbers only');
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`JSON holds no ${typeof value}`);
  return text;
}
