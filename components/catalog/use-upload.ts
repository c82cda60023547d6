'use client';

import { useEffect, useRef, useState } from 'react';
import { DetailedError, Upload } from 'tus-js-client';

export type UploadState =
  | { kind: 'idle' }
  | { kind: 'hashing'; file: File }
  | { kind: 'sending'; file: File; sent: number; interrupted: boolean }
  | { kind: 'paused'; file: File; sent: number }
  | { kind: 'failed'; file: File; message: string }
  | { kind: 'done'; file: File; sha256: string | null };

/** Above this a file is not hashed in the browser, which must hold it in memory for that; the server hashes. */
const HASHED_IN_BROWSER = 512 * 1024 * 1024;
const RETRY_MS = [0, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 60_000, 60_000];
const CHUNK_BYTES = 8 * 1024 * 1024;

/**
 * One resumable upload to a draft release. It goes on by itself after a cut network, and after a reload when
 * the same file is chosen again. The file's SHA-256 is sent ahead, so that the server refuses a damaged one.
 */
export function useUpload(releaseId: string) {
  const [state, setState] = useState<UploadState>({ kind: 'idle' });
  const current = useRef<Upload | undefined>(undefined);
  useEffect(() => () => void current.current?.abort(), []);

  const begin = async (file: File) => {
    setState({ kind: 'hashing', file });
    const sha256 = await hashOf(file);
    const result: { sha256: string | null } = { sha256: sha256 ?? null };
    const upload = new Upload(file, {
      endpoint: '/api/uploads',
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_MS,
      metadata: { filename: file.name, releaseId, ...(sha256 ? { sha256 } : {}) },
      removeFingerprintOnSuccess: true,
      fingerprint: async () => ['roadcast', releaseId, file.name, file.size, file.lastModified].join('|'),
      onProgress: (sent) => setState({ kind: 'sending', file, sent, interrupted: false }),
      onShouldRetry(error, _attempt, _options) {
        const status = error.originalResponse?.getStatus() ?? 0;
        const temporary = status === 0 || status === 423 || status === 429 || status >= 500;
        if (temporary) setState((now) => (now.kind === 'sending' ? { ...now, interrupted: true } : now));
        return temporary;
      },
      onAfterResponse(_request, response) {
        result.sha256 = response.getHeader('X-Artifact-Sha256') ?? result.sha256;
      },
      onError: (error) => setState({ kind: 'failed', file, message: messageOf(error) }),
      onSuccess: () => setState({ kind: 'done', file, sha256: result.sha256 }),
    });
    current.current = upload;
    const [previous] = await upload.findPreviousUploads();
    if (previous) upload.resumeFromPreviousUpload(previous);
    setState({ kind: 'sending', file, sent: 0, interrupted: false });
    upload.start();
  };

  return {
    state,
    begin,
    async pause() {
      await current.current?.abort();
      setState((now) => (now.kind === 'sending' ? { kind: 'paused', file: now.file, sent: now.sent } : now));
    },
    resume() {
      setState((now) =>
        now.kind === 'paused' ? { kind: 'sending', file: now.file, sent: now.sent, interrupted: false } : now,
      );
      current.current?.start();
    },
    async cancel() {
      await current.current?.abort(true).catch(() => undefined);
      setState({ kind: 'idle' });
    },
  };
}

/** Lower-case hex SHA-256, where the browser can (a secure page, a file that fits into memory). */
async function hashOf(file: File): Promise<string | undefined> {
  if (!globalThis.isSecureContext || file.size > HASHED_IN_BROWSER) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function messageOf(error: Error): string {
  if (!(error instanceof DetailedError)) return error.message;
  const body = error.originalResponse?.getBody() ?? '';
  try {
    const parsed: unknown = JSON.parse(body);
    const message = (parsed as { error?: { message?: unknown } }).error?.message;
    if (typeof message === 'string') return message;
  } catch {
    // The answer was not ours; what the client says about it is all there is.
  }
  return error.originalResponse
    ? `The server answered ${error.originalResponse.getStatus()}.`
    : 'The server did not answer. What was sent is kept; choose the same file again to go on.';
}
