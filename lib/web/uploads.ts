import { join } from 'node:path';
import { UnauthenticatedError } from '#lib/errors.ts';
import { openArtifactStore } from '#lib/payload/store.ts';
import { createUploadHandler, type UploadHandler } from '#lib/payload/upload-handler.ts';
import { sessionFromHeaders } from './actor.ts';
import type { WebRuntime } from './runtime.ts';

export const UPLOAD_PATH = '/api/uploads';

/** Resumable uploads of artifacts for whoever is signed in with the right to write the catalog. */
export function webUploads({ config, log, auth, db }: WebRuntime): UploadHandler {
  return createUploadHandler({
    directory: join(config.dataDir, 'uploads'),
    store: openArtifactStore(config),
    log,
    path: UPLOAD_PATH,
    async contextOf(headers) {
      const session = await sessionFromHeaders({ auth, db }, headers);
      if (!session) throw new UnauthenticatedError();
      return { db, actor: session.actor, now: () => new Date() };
    },
  });
}
