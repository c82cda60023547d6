/** Reads JSON of this console's API; a refusal is thrown with the server's sentence. */
export async function fetchJson<T>(url: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(url, init);
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return body as T;
  const error: unknown = Reflect.get(Object(body), 'error');
  const message: unknown = Reflect.get(Object(error), 'message');
  throw new Error(typeof message === 'string' ? message : `The server answered with ${answer.status}.`);
}
