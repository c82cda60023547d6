const escaped = /["\\]/g;

/** An array literal of Postgres (`{"a",NULL}`); every element is quoted. */
export function sqlArrayText(elements: readonly (string | null)[]): string {
  const items = elements.map((element) =>
    element === null ? 'NULL' : `"${element.replace(escaped, '\\$&')}"`,
  );
  return `{${items.join(',')}}`;
}
