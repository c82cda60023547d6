'use server';

import type { z } from 'zod';
import { clearBlock } from '#lib/services/clear-block.ts';
import { confirmEcuSwap } from '#lib/services/confirm-ecu-swap.ts';
import { confirmTcu } from '#lib/services/confirm-tcu.ts';
import { editVehicle } from '#lib/services/edit-vehicle.ts';
import { eraseVehicle } from '#lib/services/erase-vehicle.ts';
import { offerAgain } from '#lib/services/offer-again.ts';
import { retireVehicle } from '#lib/services/retire-vehicle.ts';
import { rotateCredential } from '#lib/services/rotate-credential.ts';
import { runAction } from '#lib/web/action.ts';

export async function editVehicleAction(input: z.input<typeof editVehicle.input>) {
  return runAction(editVehicle, input);
}

export async function retireVehicleAction(input: z.input<typeof retireVehicle.input>) {
  return runAction(retireVehicle, input);
}

export async function eraseVehicleAction(input: z.input<typeof eraseVehicle.input>) {
  return runAction(eraseVehicle, input);
}

export async function rotateCredentialAction(input: z.input<typeof rotateCredential.input>) {
  return runAction(rotateCredential, input);
}

export async function confirmTcuAction(input: z.input<typeof confirmTcu.input>) {
  return runAction(confirmTcu, input);
}

export async function confirmEcuSwapAction(input: z.input<typeof confirmEcuSwap.input>) {
  return runAction(confirmEcuSwap, input);
}

export async function clearBlockAction(input: z.input<typeof clearBlock.input>) {
  return runAction(clearBlock, input);
}

export async function offerAgainAction(input: z.input<typeof offerAgain.input>) {
  return runAction(offerAgain, input);
}
