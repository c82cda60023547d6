import { type Action, isPermitted } from '#lib/domain/permissions.ts';
import { ForbiddenError, UnauthenticatedError } from '#lib/errors.ts';
import type { ServiceContext } from '#lib/services/context.ts';
import { isSameOrigin, sessionFromHeaders } from './actor.ts';
import { refuseNul } from './body.ts';
import { errorOf } from './error-of.ts';
import { getRuntime } from './runtime.ts';

type Handler<Params> = (request: Request, context: ServiceContext, params: Params) => Promise<Response>;

/** A route handler for those whose role allows the action; refusals become JSON with the right status. */
export function withActor<Params = Record<string, never>>(action: Action, handle: Handler<Params>) {
  return async (request: Request, route: { params: Promise<Params> }): Promise<Response> => {
    const runtime = getRuntime();
    const { config, db, log } = runtime;
    try {
      refuseNul(request.url);
      const session = await sessionFromHeaders(runtime, request.headers);
      if (!session) throw new UnauthenticatedError();
      if (!isSafe(request) && !isSameOrigin(Object.fromEntries(request.headers), config.web.url)) {
        throw new ForbiddenError('This request did not come from a page of this console.');
      }
      if (!isPermitted(session.actor.role, action)) {
        throw new ForbiddenError(`The role ${session.actor.role} may not do this (${action}).`);
      }
      const context = { db, actor: session.actor, now: () => new Date(), sealingSecret: config.secrets.auth };
      return await handle(request, context, await route.params);
    } catch (error) {
      const known = errorOf(error);
      if (known) {
        const { httpStatus, ...body } = known;
        return answerJson({ error: body }, httpStatus);
      }
      log.error({ err: error, url: request.url }, 'a route failed');
      return answerJson({ error: { code: 'unexpected', message: 'This failed on the server.' } }, 500);
    }
  };
}

/** Reading changes nothing, so it needs no proof of origin. */
function isSafe(request: Request): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}

export function answerJson(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}
