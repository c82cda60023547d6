/**
 * Waits for all of them, so that nothing is under way any more when one has failed; then rejects with the first
 * error. Statements of one transaction that are sent together need this before their transaction is undone.
 */
export async function allSettled<const Works extends readonly unknown[]>(
  works: Works,
): Promise<{ -readonly [Place in keyof Works]: Awaited<Works[Place]> }> {
  for (const result of await Promise.allSettled(works)) {
    if (result.status === 'rejected') throw result.reason;
  }
  return Promise.all(works);
}
