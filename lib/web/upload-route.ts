import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UnauthenticatedError } from '#lib/errors.ts';
import { openArtifactStore } from '#lib/payload/store.ts';
import { createUploadHandler, type UploadHandler } from '#lib/payload/upload-handler.ts';
import { sessionFromHeaders } from './actor.ts';
import type { PlainRoute } from './plain-routes.ts';
import type { WebRuntime } from './runtime.ts';

const PATH = '/api/uploads';

/** Resumable uploads of artifacts into the store, by those who may write the catalog. */
export function uploadRoute({ config, db, auth, log }: WebRuntime): PlainRoute {
  let handler: Promise<UploadHandler> | undefined;
  const open = async (): Promise<UploadHandler> => {
    const directory = join(config.dataDir, 'uploads');
    await mkdir(directory, { recursive: true });
    return createUploadHandler({
      directory,
      store: openArtifactStore(config),
      path: PATH,
      log,
      async contextOf(headers) {
        const session = await sessionFromHeaders(auth, headers);
        if (!session) throw new UnauthenticatedError();
        return { db, actor: session.actor, now: () => new Date() };
      },
    });
  };
  return {
    matches: (path) => path === PATH || path.startsWith(`${PATH}/`),
    async answer(request, response) {
      handler ??= open();
      await (await handler).handle(request, response);
    },
  };
}
