import { z } from 'zod';
import { deriveSealKey } from '#lib/keys/sealed-bytes.ts';
import type { ServiceContext } from './context.ts';

export const IMPORT_KIND = 'import_vehicles';

/** What an import was asked to do, and by whom: a process that goes on with it acts in that person's name. */
export const ImportOrder = z.object({
  fileName: z.string(),
  bytes: z.int(),
  by: z.union([
    z.object({ kind: z.literal('user'), id: z.string(), name: z.string(), role: z.string() }),
    z.object({ kind: z.literal('system'), name: z.string() }),
  ]),
});
export type ImportOrder = z.infer<typeof ImportOrder>;

/** How far an import is: lines that are done, and what became of them. */
export const ImportProgress = z.object({
  lines: z.int(),
  /** Parts of the job's files written so far. */
  parts: z.int(),
  registered: z.int(),
  /** Lines whose vehicle was registered before with the same data; nothing was done. */
  unchanged: z.int(),
  faults: z.int(),
});
export type ImportProgress = z.infer<typeof ImportProgress>;

export const NO_PROGRESS: ImportProgress = { lines: 0, parts: 0, registered: 0, unchanged: 0, faults: 0 };

/** The key under which an import's credentials wait to be fetched. Throws where the process has no secret. */
export function credentialSealKey({ sealingSecret }: ServiceContext): Uint8Array {
  if (sealingSecret === undefined) throw new Error('Credentials cannot be sealed without a secret.');
  return deriveSealKey(sealingSecret, 'roadcast-import', 'vehicle-credentials/aes-256-gcm');
}
