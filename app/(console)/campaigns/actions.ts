'use server';

import type { z } from 'zod';
import { abortCampaign } from '#lib/services/abort-campaign.ts';
import { acknowledgeFailures } from '#lib/services/acknowledge-failures.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { deleteDraft } from '#lib/services/delete-draft.ts';
import { duplicateCampaign } from '#lib/services/duplicate-campaign.ts';
import { editCampaign } from '#lib/services/edit-campaign.ts';
import { excludeVehicles } from '#lib/services/exclude-vehicles.ts';
import { openNextWave } from '#lib/services/open-next-wave.ts';
import { pauseCampaign } from '#lib/services/pause-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { resumeCampaign } from '#lib/services/resume-campaign.ts';
import { retryCluster } from '#lib/services/retry-cluster.ts';
import { startCampaign } from '#lib/services/start-campaign.ts';
import { submitCampaign } from '#lib/services/submit-campaign.ts';
import { runAction } from '#lib/web/action.ts';

export async function createCampaignAction(input: z.input<typeof createCampaign.input>) {
  return runAction(createCampaign, input);
}

export async function editCampaignAction(input: z.input<typeof editCampaign.input>) {
  return runAction(editCampaign, input);
}

export async function duplicateCampaignAction(input: z.input<typeof duplicateCampaign.input>) {
  return runAction(duplicateCampaign, input);
}

export async function deleteDraftAction(input: z.input<typeof deleteDraft.input>) {
  return runAction(deleteDraft, input);
}

export async function previewCampaignAction(input: z.input<typeof previewCampaign.input>) {
  return runAction(previewCampaign, input);
}

export async function submitCampaignAction(input: z.input<typeof submitCampaign.input>) {
  return runAction(submitCampaign, input);
}

export async function startCampaignAction(input: z.input<typeof startCampaign.input>) {
  return runAction(startCampaign, input);
}

export async function pauseCampaignAction(input: z.input<typeof pauseCampaign.input>) {
  return runAction(pauseCampaign, input);
}

export async function resumeCampaignAction(input: z.input<typeof resumeCampaign.input>) {
  return runAction(resumeCampaign, input);
}

export async function abortCampaignAction(input: z.input<typeof abortCampaign.input>) {
  return runAction(abortCampaign, input);
}

export async function openNextWaveAction(input: z.input<typeof openNextWave.input>) {
  return runAction(openNextWave, input);
}

export async function acknowledgeFailuresAction(input: z.input<typeof acknowledgeFailures.input>) {
  return runAction(acknowledgeFailures, input);
}

export async function retryClusterAction(input: z.input<typeof retryCluster.input>) {
  return runAction(retryCluster, input);
}

export async function excludeVehiclesAction(input: z.input<typeof excludeVehicles.input>) {
  return runAction(excludeVehicles, input);
}
