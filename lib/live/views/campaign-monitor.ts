import { z } from 'zod';
import {
  type CampaignHead,
  type OffersStop,
  readCampaignHead,
  readOffersStop,
} from '#lib/db/queries/campaign-head.ts';
import { readWaves, type WaveRow } from '#lib/db/queries/campaign-monitor.ts';
import { type CampaignRow, readCampaignRow } from '#lib/db/queries/campaigns.ts';
import { readTogether } from '#lib/db/together.ts';
import { CampaignDefinition, type WaveGate } from '#lib/domain/campaign-definition.ts';
import { describeWaveSize, planSentence } from '#lib/domain/plan-sentence.ts';
import { concernsCampaign, defineView } from '../view.ts';

export type MonitoredWave = WaveRow & { size: string | null; gate: WaveGate | null };

export type MonitoredCampaign = Omit<CampaignHead, 'definition'> &
  CampaignRow & {
    /** Whether the definition can be submitted. */
    complete: boolean;
    /** The plan in words; null while nobody has reviewed how many vehicles it means. */
    plan: string | null;
    description: string;
    requiredApprovals: number;
    errorThreshold: { rate: number; minimumSample: number } | null;
    ratePerMinute: number | null;
    waves: MonitoredWave[];
    offersStop: OffersStop;
  };

/** One campaign as it stands: state, plan, waves with their counts, relatives, approvals; null if there is none. */
export const campaignMonitorView = defineView({
  name: 'campaign-monitor',
  params: z.object({ id: z.string().min(1).max(64) }),
  action: 'campaign.read',
  affectedBy: (hint, { id }) => concernsCampaign(hint, id) || hint.subjects.includes('setting'),
  async load({ db: { pool } }, { id }): Promise<MonitoredCampaign | null> {
    const [row, head, waves, offersStop] = await readTogether(pool, (client) => [
      () => readCampaignRow(client, id),
      () => readCampaignHead(client, id),
      () => readWaves(client, id),
      () => readOffersStop(client),
    ]);
    if (!row || !head) return null;
    const { definition: stored, ...rest } = head;
    const parsed = CampaignDefinition.safeParse(stored);
    const definition = parsed.success ? parsed.data : null;
    return {
      ...row,
      ...rest,
      complete: definition !== null,
      plan: definition && planOf(definition, row, head),
      description: definition?.description ?? '',
      requiredApprovals: definition?.requiredApprovals ?? 0,
      errorThreshold: definition?.errorThreshold ?? null,
      ratePerMinute: definition?.rate.maximumPerMinute ?? null,
      waves: waves.map((wave) => {
        const defined = definition?.waves[wave.number];
        return { ...wave, size: defined ? describeWaveSize(defined) : null, gate: defined?.gate ?? null };
      }),
      offersStop,
    };
  },
});

const LEFT_OUT = new Set(['excluded', 'not_applicable']);

/** With the counts of the assignments once planned, before that with those of the review. */
function planOf(
  definition: CampaignDefinition,
  row: CampaignRow,
  { reviewedImpact }: CampaignHead,
): string | null {
  const sum = (leftOut: boolean) =>
    row.counts.reduce((total, { state, count }) => total + (LEFT_OUT.has(state) === leftOut ? count : 0), 0);
  if (row.counts.length > 0)
    return planSentence(definition, { releases: row.releases, eligible: sum(false), excluded: sum(true) });
  const reviewed = z.object({ eligible: z.int() }).safeParse(reviewedImpact);
  if (!reviewed.success) return null;
  return planSentence(definition, { releases: row.releases, eligible: reviewed.data.eligible, excluded: 0 });
}
