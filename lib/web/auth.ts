import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { admin } from 'better-auth/plugins';
import { createAccessControl } from 'better-auth/plugins/access';
import { adminAc, defaultStatements } from 'better-auth/plugins/admin/access';
import type { Config } from '#lib/config.ts';
import type { Database } from '#lib/db/client.ts';

export type Auth = ReturnType<typeof createAuth>;

/** Header in which the server hands the peer's address to better-auth; what a client sends there is dropped. */
export const PEER_HEADER = 'x-roadcast-peer';

/** The only sign-in paths that are reachable by HTTP; people are managed by audited services instead. */
const OPEN_PATHS = new Set(['/sign-in/email', '/sign-out', '/get-session', '/change-password', '/ok']);

export function isOpenAuthPath(pathname: string): boolean {
  return OPEN_PATHS.has(pathname.replace(/^\/api\/auth/, ''));
}

/** Sign-in with e-mail and password, sessions in Postgres, the four roles of lib/domain/permissions.ts. */
export function createAuth(config: Config, db: Database) {
  const access = createAccessControl(defaultStatements);
  const nobody = access.newRole({ user: [], session: [] });
  return betterAuth({
    appName: 'Roadcast',
    baseURL: config.web.url,
    secret: config.secrets.auth,
    database: prismaAdapter(db.prisma, { provider: 'postgresql' }),
    telemetry: { enabled: false },
    trustedOrigins: (request) => [config.web.url, ...(request ? ownOrigins(request) : [])],
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 8 },
    session: { expiresIn: 7 * 86_400, updateAge: 3_600, freshAge: 0 },
    rateLimit: {
      enabled: config.mode !== 'test',
      window: 60,
      max: 300,
      customRules: { '/sign-in/email': { window: 60, max: 60 } },
    },
    advanced: {
      cookiePrefix: 'roadcast',
      useSecureCookies: config.web.url.startsWith('https://'),
      ipAddress: { ipAddressHeaders: [PEER_HEADER] },
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
    },
    plugins: [
      admin({
        defaultRole: 'viewer',
        adminRoles: ['admin'],
        roles: { viewer: nobody, operator: nobody, approver: nobody, admin: adminAc },
      }),
    ],
  });
}

/** A page may be opened by any name of this machine; the browser's Origin must be the name it asked for. */
function ownOrigins(request: Request): string[] {
  const host = request.headers.get('host');
  return host ? [`http://${host}`, `https://${host}`] : [];
}
