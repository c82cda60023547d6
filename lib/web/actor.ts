import type { IncomingHttpHeaders } from 'node:http';
import { fromNodeHeaders } from 'better-auth/node';
import { Role } from '#lib/domain/permissions.ts';
import type { Actor } from '#lib/services/context.ts';
import type { Auth } from './auth.ts';

export type UserActor = Extract<Actor, { kind: 'user' }>;
export type Session = { actor: UserActor; email: string; expiresAt: Date };

/** Who is signed in by these headers, or null. A role that is not known counts as viewer. */
export async function sessionFromHeaders(auth: Auth, headers: Headers): Promise<Session | null> {
  const session = await auth.api.getSession({ headers });
  if (!session || session.user.banned) return null;
  const role = Role.safeParse(session.user.role).data ?? 'viewer';
  return {
    actor: { kind: 'user', id: session.user.id, name: session.user.name, role },
    email: session.user.email,
    expiresAt: session.session.expiresAt,
  };
}

/** The same for a raw request: WebSocket upgrades, uploads, plain API routes. */
export async function actorFromRequest(
  auth: Auth,
  request: { headers: IncomingHttpHeaders },
): Promise<UserActor | null> {
  return (await sessionFromHeaders(auth, fromNodeHeaders(request.headers)))?.actor ?? null;
}

/** True if a browser sent the request from a page of this very site. */
export function isSameOrigin(headers: IncomingHttpHeaders, siteUrl: string): boolean {
  const origin = headers.origin;
  if (!origin || !URL.canParse(origin)) return false;
  return new URL(origin).host === headers.host || origin === new URL(siteUrl).origin;
}
