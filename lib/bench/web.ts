import { existsSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { buildWeb } from '#lib/stack/build-web.ts';
import { root } from '#lib/stack/child.ts';
import type { BenchBackend } from './backend.ts';

export type SignedIn = {
  url: string;
  cookie: string;
  /** Asks for a page over a kept connection, compressed as browsers do, and resolves with its last byte. */
  get(path: string): Promise<void>;
  /** A page's text. */
  read(path: string): Promise<string>;
};

/**
 * Starts the real web process beside the backend, from a build of the present sources; with BENCH_KEEP_BUILD set,
 * from the build that is there.
 */
export async function startWeb({ stack }: BenchBackend): Promise<SignedIn> {
  const keep = process.env.BENCH_KEEP_BUILD !== undefined && existsSync(join(root, '.next/BUILD_ID'));
  if (!keep) await buildWeb({ ...process.env, ...stack.env }, () => undefined);
  await stack.start('web');
  return signIn(stack);
}

/** Signs in as the first admin by the API that the form uses. */
async function signIn({ config }: BenchBackend['stack']): Promise<SignedIn> {
  const { url } = config.web;
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: config.operator.email, password: config.operator.password }),
  });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  // fetch unpacks what comes and pauses for 30 ms every few megabytes, which would be taken for the server's time.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { cookie, 'accept-encoding': 'gzip' };
  return {
    url,
    cookie,
    read: async (path) => (await fetch(`${url}${path}`, { headers: { cookie } })).text(),
    get: (path) =>
      new Promise((resolve, reject) => {
        const answered = (response: IncomingMessage) => {
          if (response.statusCode !== 200) reject(new Error(`GET ${path}: ${response.statusCode}`));
          response.resume().on('end', resolve).on('error', reject);
        };
        get(`${url}${path}`, { agent, headers }, answered).on('error', reject);
      }),
  };
}
