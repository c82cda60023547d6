import { createHash } from 'node:crypto';

export type DownloadResult =
  | { kind: 'done' }
  | {
      kind: 'failed';
      code: 'hash_mismatch' | 'length_mismatch' | 'download_failed' | 'urls_expired';
      detail: string;
    };

/** What has arrived of a payload. */
export type PartialPayload = {
  size(): number;
  append(chunk: Uint8Array): void;
  /** SHA-256, hex, of everything appended. */
  digest(): string;
  reset(): void;
};

/** Keeps no bytes, only their hash: enough for a vehicle that is simulated. */
export function hashOnlyPayload(): PartialPayload {
  let hash = createHash('sha256');
  let size = 0;
  return {
    size: () => size,
    append(chunk) {
      hash.update(chunk);
      size += chunk.length;
    },
    digest: () => hash.copy().digest('hex'),
    reset() {
      hash = createHash('sha256');
      size = 0;
    },
  };
}

export type Download = {
  /** The URL to use now; asked again when the server says that one is no longer valid. None: give up. */
  url(): Promise<string | undefined>;
  onUrlExpired(): void;
  length: number;
  sha256: string;
  partial: PartialPayload;
  signal: AbortSignal;
  onProgress(percent: number): void;
  /** Pause before the n-th try in a row without progress. */
  pauseMs(tries: number): number;
};

const triesWithoutProgress = 6;

/** Fetches a payload, resuming by Range where the connection broke, and checks its length and hash. */
export async function download(task: Download): Promise<DownloadResult> {
  const { partial, length, sha256, signal } = task;
  let tries = 0;
  let detail = '';
  while (partial.size() < length && tries < triesWithoutProgress) {
    const before = partial.size();
    try {
      const url = await task.url();
      if (url === undefined) return { kind: 'failed', code: 'urls_expired', detail: 'no fresh URL came' };
      const outcome = await fetchOnce(task, url);
      if (outcome === 'too_long') {
        partial.reset();
        return { kind: 'failed', code: 'length_mismatch', detail: `more than ${length} bytes` };
      }
      detail = outcome;
    } catch (error) {
      signal.throwIfAborted();
      detail = error instanceof Error ? error.message : String(error);
    }
    tries = partial.size() > before ? 0 : tries + 1;
    if (partial.size() < length && tries < triesWithoutProgress) await pause(task.pauseMs(tries), signal);
  }
  if (partial.size() < length) return { kind: 'failed', code: 'download_failed', detail };
  if (partial.digest() !== sha256) {
    partial.reset();
    return { kind: 'failed', code: 'hash_mismatch', detail: `not ${sha256}` };
  }
  return { kind: 'done' };
}

async function fetchOnce(task: Download, url: string): Promise<string> {
  const { partial, length, signal } = task;
  const headers = partial.size() > 0 ? { range: `bytes=${partial.size()}-` } : undefined;
  const response = await fetch(url, { signal, ...(headers ? { headers } : {}) });
  if (response.status === 401 || response.status === 403 || response.status === 410) {
    await response.body?.cancel();
    task.onUrlExpired();
    return 'the URL is no longer valid';
  }
  if (!response.ok || response.body === null) {
    if (response.status === 416) partial.reset();
    await response.body?.cancel();
    return `HTTP ${response.status}`;
  }
  if (response.status !== 206 || !beginsAt(response.headers, partial.size())) {
    const isWhole = response.status !== 206;
    partial.reset();
    if (!isWhole) {
      await response.body.cancel();
      return 'the server sent another range than asked for';
    }
  }
  for await (const chunk of response.body) {
    if (partial.size() + chunk.length > length) return 'too_long';
    partial.append(chunk);
    task.onProgress((partial.size() / length) * 100);
  }
  return 'the connection ended early';
}

function beginsAt(headers: Headers, offset: number): boolean {
  return headers.get('content-range')?.startsWith(`bytes ${offset}-`) ?? false;
}

/** Resolves after the time, rejects at once when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
