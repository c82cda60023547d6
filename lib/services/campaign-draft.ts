import { z } from 'zod';
import type { Prisma } from '#lib/db/generated/client.ts';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { ValidationError } from '#lib/errors.ts';

/** A definition that is still being written: releases and name may be missing, all else has its default. */
export const CampaignDraft = CampaignDefinition.extend({
  name: z
    .string()
    .trim()
    .max(120)
    .default('')
    .transform((name) => name || 'Untitled campaign'),
  releaseIds: z.array(z.string().min(1)).max(50).default([]),
});
export type CampaignDraft = z.infer<typeof CampaignDraft>;

/** The definition of a draft that is to become a campaign; throws a `ValidationError` that names what is missing. */
export function completeDefinition(stored: unknown): CampaignDefinition {
  const parsed = CampaignDefinition.safeParse(stored);
  if (parsed.success) return checkWhole(parsed.data);
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new ValidationError(issues.map(({ path, message }) => `${path}: ${message}`).join('; '), { issues });
}

function checkWhole(definition: CampaignDefinition): CampaignDefinition {
  const { waves, delivery, schedule, releaseIds } = definition;
  const issues: { path: string; message: string }[] = [];
  if (delivery === 'broadcast') {
    const odd = waves.findIndex(
      ({ size }, index) => size.kind !== 'percent' && !(size.kind === 'rest' && index === waves.length - 1),
    );
    if (odd >= 0) {
      issues.push({
        path: `waves.${odd}.size`,
        message: 'a broadcast campaign has waves by percent, and a rest at the end',
      });
    }
  }
  if (new Set(releaseIds).size !== releaseIds.length)
    issues.push({ path: 'releaseIds', message: 'a release is named twice' });
  if (schedule.startAt && schedule.endAt && schedule.startAt >= schedule.endAt) {
    issues.push({ path: 'schedule.endAt', message: 'the end must come after the start' });
  }
  if (issues.length === 0) return definition;
  throw new ValidationError(issues.map(({ path, message }) => `${path}: ${message}`).join('; '), { issues });
}

/** Columns of `campaigns` that repeat parts of the definition, so that lists and the engine need not read it. */
export function columnsOf(definition: CampaignDraft) {
  const { name, kind, delivery, qos, priority, schedule } = definition;
  const json: Prisma.InputJsonObject = JSON.parse(JSON.stringify(definition));
  return {
    name,
    kind,
    delivery,
    qos,
    priority,
    definition: json,
    startAt: schedule.startAt === undefined ? null : new Date(schedule.startAt),
    endAt: schedule.endAt === undefined ? null : new Date(schedule.endAt),
  };
}

/** Rows of `waves` and `campaign_releases` anew, as the definition says; for campaigns that have not begun. */
export async function storeParts(
  tx: Prisma.TransactionClient,
  campaignId: string,
  definition: CampaignDraft,
): Promise<void> {
  await tx.wave.deleteMany({ where: { campaignId } });
  await tx.wave.createMany({
    data: definition.waves.map(({ name }, number) => ({ campaignId, number, name })),
  });
  await tx.campaignRelease.deleteMany({ where: { campaignId } });
  const known = await tx.release.findMany({
    where: { id: { in: definition.releaseIds } },
    select: { id: true },
  });
  const ids = new Set(known.map(({ id }) => id));
  const missing = definition.releaseIds.filter((id) => !ids.has(id));
  if (missing.length > 0)
    throw new ValidationError(`There is no release ${missing.join(', ')}.`, { missing });
  await tx.campaignRelease.createMany({
    data: [...new Set(definition.releaseIds)].map((releaseId, position) => ({
      campaignId,
      releaseId,
      position,
    })),
  });
}
