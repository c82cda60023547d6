import type { IncomingHttpHeaders } from 'node:http';
import { fromNodeHeaders } from 'better-auth/node';
import type { Database } from '#lib/db/client.ts';
import { Role } from '#lib/domain/permissions.ts';
import type { Actor } from '#lib/services/context.ts';
import type { Auth } from './auth.ts';
import { signedCookie } from './session-token.ts';

export type UserActor = Extract<Actor, { kind: 'user' }>;
export type Session = { actor: UserActor; email: string; expiresAt: Date };

/** What it takes to know who is signed in. */
export type SignIn = { auth: Auth; db: Pick<Database, 'pool'> };

type SessionRow = {
  id: string;
  name: string;
  email: string;
  role: string | null;
  banned: boolean | null;
  expiresAt: Date;
};

/** Who is signed in by these headers, or null. A role that is not known counts as viewer. */
export async function sessionFromHeaders(signIn: SignIn, headers: Headers): Promise<Session | null> {
  const row = (await readSession(signIn, headers.get('cookie'))) ?? (await askAuth(signIn.auth, headers));
  if (!row || row.banned) return null;
  const { id, name, email, expiresAt } = row;
  const role = Role.safeParse(row.role).data ?? 'viewer';
  return { actor: { kind: 'user', id, name, role }, email, expiresAt };
}

/**
 * The session by one statement, where better-auth would do nothing else: its own way there takes two statements and
 * several trips to the thread pool. What it would renew, delete or refuse is left to it.
 */
async function readSession({ auth, db }: SignIn, cookie: string | null): Promise<SessionRow | undefined> {
  const { authCookies, secret, sessionConfig } = await auth.$context;
  const token = signedCookie(cookie, authCookies.sessionToken.name, secret);
  if (token === undefined) return undefined;
  const { rows } = await db.pool.query<SessionRow>({
    name: 'session_of_token',
    text: `SELECT u.id, u.name, u.email, u.role, u.banned, s.expires_at AS "expiresAt"
           FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token = $1`,
    values: [token],
  });
  const renewsAfter = Date.now() + (sessionConfig.expiresIn - sessionConfig.updateAge) * 1_000;
  return rows[0] && rows[0].expiresAt.getTime() > renewsAfter ? rows[0] : undefined;
}

async function askAuth(auth: Auth, headers: Headers): Promise<SessionRow | undefined> {
  const found = await auth.api.getSession({ headers });
  if (!found) return undefined;
  const { id, name, email, role = null, banned = null } = found.user;
  return { id, name, email, role, banned, expiresAt: found.session.expiresAt };
}

/** The same for a raw request: WebSocket upgrades, uploads, plain API routes. */
export async function actorFromRequest(
  signIn: SignIn,
  request: { headers: IncomingHttpHeaders },
): Promise<UserActor | null> {
  return (await sessionFromHeaders(signIn, fromNodeHeaders(request.headers)))?.actor ?? null;
}

/** True if a browser sent the request from a page of this very site. */
export function isSameOrigin(headers: IncomingHttpHeaders, siteUrl: string): boolean {
  const origin = headers.origin;
  if (!origin || !URL.canParse(origin)) return false;
  return new URL(origin).host === headers.host || origin === new URL(siteUrl).origin;
}
