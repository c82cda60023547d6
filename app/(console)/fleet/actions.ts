'use server';

import type { z } from 'zod';
import { deleteView } from '#lib/services/delete-view.ts';
import { registerVehicle } from '#lib/services/register-vehicle.ts';
import { saveView } from '#lib/services/save-view.ts';
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
