import { z } from 'zod';
import { defineService } from './define-service.ts';
import { readImportFaults } from './read-job-files.ts';
import type { CsvFault } from './vehicle-csv.ts';

/** The first faults of an import, by line. */
export const listImportFaults = defineService({
  action: 'vehicle.register',
  input: z.object({ jobId: z.string().min(1), limit: z.int().min(1).max(1000).default(200) }),
  async run(ctx, { jobId, limit }) {
    const faults: CsvFault[] = [];
    for await (const part of readImportFaults(ctx, jobId)) {
      faults.push(...part.slice(0, limit - faults.length));
      if (faults.length >= limit) break;
    }
    return { faults };
  },
});
