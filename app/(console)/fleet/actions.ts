'use server';

import type { z } from 'zod';
import { deleteView } from '#lib/services/delete-view.ts';
import { matchVins } from '#lib/services/match-vins.ts';
import { registerVehicle } from '#lib/services/register-vehicle.ts';
import { saveView } from '#lib/services/save-view.ts';
import { tagVehicles } from '#lib/services/tag-vehicles.ts';
import { runAction } from '#lib/web/action.ts';

export async function registerVehicleAction(input: z.input<typeof registerVehicle.input>) {
  return runAction(registerVehicle, input);
}

export async function saveViewAction(input: z.input<typeof saveView.input>) {
  return runAction(saveView, input);
}

export async function deleteViewAction(input: z.input<typeof deleteView.input>) {
  return runAction(deleteView, input);
}

export async function tagVehiclesAction(input: z.input<typeof tagVehicles.input>) {
  return runAction(tagVehicles, input);
}

export async function matchVinsAction(input: z.input<typeof matchVins.input>) {
  return runAction(matchVins, input);
}
