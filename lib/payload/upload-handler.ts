import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import { z } from 'zod';
import { AppError, ForbiddenError, ValidationError } from '../errors.ts';
import type { Log } from '../log.ts';
import { Sha256 } from '../protocol/primitives.ts';
import { attachArtifact } from '../services/attach-artifact.ts';
import type { ServiceContext } from '../services/context.ts';
import { authorise } from '../services/define-service.ts';
import { recordArtifact } from '../services/record-artifact.ts';
import type { ArtifactStore } from './store.ts';

export type UploadHandlerOptions = {
  /** Where unfinished uploads lie, e.g. `DATA_DIR/uploads`. */
  directory: string;
  store: ArtifactStore;
  /** Who asks, by the request's cookies or token; throws an `UnauthenticatedError` for strangers. */
  contextOf(headers: Headers): Promise<ServiceContext>;
  log: Log;
  path?: string;
  maxBytes?: number;
};

export type UploadHandler = {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  stop(): void;
};

/** Header of the answer that finishes an upload: the SHA-256 under which the file is in the catalog. */
export const ARTIFACT_HEADER = 'X-Artifact-Sha256';

const GIBIBYTE = 1024 ** 3;

/** Looked at before the first byte comes, so that no long upload ends in a refusal. An empty text is absent. */
const Metadata = z.looseObject({
  filename: z
    .string()
    .max(255)
    .regex(/^\P{Cc}*$/u, 'a file name has no control characters')
    .nullish(),
  sha256: z.union([z.literal(''), z.string().toLowerCase().pipe(Sha256)]).nullish(),
});
const unfinishedKeptMs = 7 * 24 * 3_600_000;
const sweepMs = 3_600_000;

/**
 * Resumable uploads (tus 1.0). Metadata: `filename`, and optionally `sha256`, which must fit, and `releaseId`,
 * a draft to which the file is attached. A finished upload is in the store and in the catalog before its
 * last answer leaves; an upload is continued by the one who began it.
 */
export function createUploadHandler(options: UploadHandlerOptions): UploadHandler {
  const { directory, store, contextOf, log } = options;
  const datastore = new FileStore({ directory, expirationPeriodInMilliseconds: unfinishedKeptMs });
  const permitted = async (headers: Headers) => {
    const ctx = await contextOf(headers);
    authorise(ctx.actor, 'catalog.write');
    return ctx;
  };
  const server = new Server({
    path: options.path ?? '/api/uploads',
    datastore,
    maxSize: options.maxBytes ?? 16 * GIBIBYTE,
    relativeLocation: true,
    exposedHeaders: [ARTIFACT_HEADER],
    async onIncomingRequest(request, id) {
      const ctx = await permitted(request.headers).catch(rethrow);
      if (request.method === 'POST' || request.method === 'OPTIONS') return;
      const upload = await datastore.getUpload(id);
      if (upload.metadata?.owner !== ownerOf(ctx)) {
        rethrow(new ForbiddenError('This upload was begun by someone else.'));
      }
    },
    async onUploadCreate(request, upload) {
      const ctx = await permitted(request.headers).catch(rethrow);
      const checked = Metadata.safeParse(upload.metadata ?? {});
      if (!checked.success) {
        const [issue] = checked.error.issues;
        rethrow(new ValidationError(`${issue?.path.join('.')}: ${issue?.message}`));
      }
      return { metadata: { ...upload.metadata, owner: ownerOf(ctx) } };
    },
    async onUploadFinish(request, upload) {
      try {
        const ctx = await permitted(request.headers);
        const stored = await store.adopt(join(directory, upload.id));
        await rm(join(directory, `${upload.id}.json`), { force: true });
        const { filename, sha256, releaseId } = upload.metadata ?? {};
        if (sha256 && Sha256.parse(sha256.toLowerCase()) !== stored.sha256) {
          throw new ValidationError(
            'The file is not the one whose SHA-256 was given.',
            { ...stored },
            'hash_mismatch',
          );
        }
        await recordArtifact(ctx, { ...stored, fileName: filename || stored.sha256 });
        if (releaseId) await attachArtifact(ctx, { id: releaseId, sha256: stored.sha256 });
        return { headers: { [ARTIFACT_HEADER]: stored.sha256 } };
      } catch (error) {
        log.warn({ err: error, upload: upload.id }, 'an upload could not be finished');
        return rethrow(error);
      }
    },
  });
  const sweep = setInterval(() => {
    server
      .cleanUpExpiredUploads()
      .catch((error: unknown) => log.warn({ err: error }, 'sweeping uploads failed'));
  }, sweepMs);
  sweep.unref();
  return {
    handle: (request, response) => server.handle(request, response),
    stop: () => clearInterval(sweep),
  };
}

function ownerOf({ actor }: ServiceContext): string {
  return actor.kind === 'user' ? actor.id : `system:${actor.name}`;
}

/** Throws what the tus server turns into an answer. */
function rethrow(error: unknown): never {
  const { httpStatus, code, message } =
    error instanceof AppError ? error : new AppError('internal', 'The upload could not be finished.');
  throw { status_code: httpStatus, body: JSON.stringify({ error: { code, message } }) };
}
