'use server';

import type { z } from 'zod';
import { approveCampaign } from '#lib/services/approve-campaign.ts';
import { denyCampaign } from '#lib/services/deny-campaign.ts';
import { runAction } from '#lib/web/action.ts';

export async function approveCampaignAction(input: z.input<typeof approveCampaign.input>) {
  return runAction(approveCampaign, input);
}

export async function denyCampaignAction(input: z.input<typeof denyCampaign.input>) {
  return runAction(denyCampaign, input);
}
