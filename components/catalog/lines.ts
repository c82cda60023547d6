/** The entries of a text with one a line; empty lines fall away, as do repeated entries. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
  return [...new Set(lines.filter((line) => line.trim() !== ''))];
}
