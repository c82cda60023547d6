'use server';

import type { z } from 'zod';
import { abortCampaign } from '#lib/services/abort-campaign.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { deleteDraft } from '#lib/services/delete-draft.ts';
import { duplicateCampaign } from '#lib/services/duplicate-campaign.ts';
import { editCampaign } from '#lib/services/edit-campaign.ts';
import { pauseCampaign } from '#lib/services/pause-campaign.ts';
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

export async function submitCampaignAction(input: z.input<typeof submitCampaign.input>) {
  return runAction(submitCampaign, input);
}

export async function startCampaignAction(input: z.input<typeof startCampaign.input>) {
  return runAction(startCampaign, input);
}

export async function pauseCampaignAction(input: z.input<typeof pauseCampaign.input>) {
  return runAction(pauseCampaign, input);
}

export async function abortCampaignAction(input: z.input<typeof abortCampaign.input>) {
  return runAction(abortCampaign, input);
}
