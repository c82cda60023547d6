/** SQLSTATE classes that speak of the database's condition, not of the data (PostgreSQL appendix A). */
const CONDITION = /^(?:08|25|40|42|53|55|57|58|XX)/;

/** True where the same batch may pass later: no connection, a deadlock, no space, a missing migration. */
export function isDatabaseFailure(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string')
    return code.length === 5 && /^[0-9A-Z]{5}$/.test(code) ? CONDITION.test(code) : true;
  return /connection|timeout|terminated/i.test(error.message);
}
