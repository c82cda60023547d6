import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { type Action, isPermitted } from '#lib/domain/permissions.ts';
import { ForbiddenError } from '#lib/errors.ts';
import { FORBIDDEN_DIGEST } from '#lib/protocol/action-result.ts';
import type { ServiceContext } from '#lib/services/context.ts';
import { type Session, sessionFromHeaders, type UserActor } from './actor.ts';
import { getRuntime } from './runtime.ts';

/** The session of this request, asked once per render. */
export const getSession = cache(
  async (): Promise<Session | null> => sessionFromHeaders(getRuntime(), await headers()),
);

/** Who acts, in server components and actions; sends to the sign-in page where nobody is signed in. */
export async function getActor(): Promise<UserActor> {
  const session = await getSession();
  if (session) return session.actor;
  const path = (await headers()).get('x-roadcast-path');
  redirect(path && path !== '/' ? `/sign-in?next=${encodeURIComponent(path)}` : '/sign-in');
}

/** What services and queries of this request are given. */
export async function getContext(): Promise<ServiceContext & { actor: UserActor }> {
  const actor = await getActor();
  const { db, config } = getRuntime();
  return { db, actor, now: () => new Date(), topics: config.topics };
}

/** For pages: the context of someone who may do this; otherwise the page's error boundary says so. */
export async function requirePermission(action: Action): Promise<ServiceContext & { actor: UserActor }> {
  const context = await getContext();
  if (!isPermitted(context.actor.role, action)) {
    const refusal = new ForbiddenError(`The role ${context.actor.role} may not do this (${action}).`);
    // Of an error on the server the browser learns the digest alone.
    throw Object.assign(refusal, { digest: FORBIDDEN_DIGEST });
  }
  return context;
}
