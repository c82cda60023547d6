import { stringify } from 'csv-stringify/sync';
import { CampaignQuery, type CampaignRow, walkCampaigns } from '#lib/db/queries/campaigns.ts';
import {
  atTargetOf,
  countsOf,
  erredOf,
  finishedOf,
  openOf,
  sizeOf,
  succeededOf,
} from '#lib/domain/wave-counts.ts';
import { defineService } from './define-service.ts';

const COLUMNS: Readonly<Record<string, (row: CampaignRow) => string | number | Date | null>> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  state: ({ state }) => state,
  releases: ({ releases }) => releases.map(({ ecuType, version }) => `${ecuType} ${version}`).join('|'),
  kind: ({ kind }) => kind,
  delivery: ({ delivery }) => delivery,
  qos: ({ qos }) => qos,
  priority: ({ priority }) => priority,
  createdBy: ({ createdByName }) => createdByName,
  createdAt: ({ createdAt }) => createdAt,
  startAt: ({ startAt }) => startAt,
  startedAt: ({ startedAt }) => startedAt,
  pausedAt: ({ pausedAt }) => pausedAt,
  finishedAt: ({ finishedAt }) => finishedAt,
  endAt: ({ endAt }) => endAt,
  vehicles: ({ counts }) => sizeOf(countsOf(counts)),
  atTarget: ({ counts }) => atTargetOf(countsOf(counts)),
  succeeded: ({ counts }) => succeededOf(countsOf(counts)),
  failed: ({ counts }) => erredOf(countsOf(counts)),
  finished: ({ counts }) => finishedOf(countsOf(counts)),
  expected: ({ counts }) => openOf(countsOf(counts)),
  parentId: ({ parentId }) => parentId,
};

/** The campaigns of a selection with their counts as CSV, in its order, in pieces to be sent as they come. */
export const exportCampaignsCsv = defineService({
  action: 'campaign.read',
  input: CampaignQuery.omit({ cursor: true, limit: true }),
  async run(ctx, query) {
    return pieces();

    async function* pieces(): AsyncGenerator<string> {
      yield stringify([Object.keys(COLUMNS)], { escape_formulas: true });
      for await (const rows of walkCampaigns(ctx.db.pool, query)) {
        yield stringify(
          rows.map((row) => Object.values(COLUMNS).map((read) => cellOf(read(row)))),
          { escape_formulas: true },
        );
      }
    }
  },
});

function cellOf(value: string | number | Date | null): string {
  if (value instanceof Date) return value.toISOString();
  return value === null ? '' : String(value);
}
