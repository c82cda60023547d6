let made = 0;

/** A key for a row that was just added to a form; unique in this tab. */
export function newKey(): string {
  made += 1;
  return `new-${made}`;
}
