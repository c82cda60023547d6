'use server';

import type { z } from 'zod';
import { createEcuType } from '#lib/services/create-ecu-type.ts';
import { createRelease } from '#lib/services/create-release.ts';
import { declareBaselines } from '#lib/services/declare-baselines.ts';
import { editRelease } from '#lib/services/edit-release.ts';
import { releaseRelease } from '#lib/services/release-release.ts';
import { withdrawRelease } from '#lib/services/withdraw-release.ts';
import { runAction } from '#lib/web/action.ts';

export async function createEcuTypeAction(input: z.input<typeof createEcuType.input>) {
  return runAction(createEcuType, input);
}

export async function declareBaselinesAction(input: z.input<typeof declareBaselines.input>) {
  return runAction(declareBaselines, input);
}

export async function createReleaseAction(input: z.input<typeof createRelease.input>) {
  return runAction(createRelease, input);
}

export async function editReleaseAction(input: z.input<typeof editRelease.input>) {
  return runAction(editRelease, input);
}

export async function releaseReleaseAction(input: z.input<typeof releaseRelease.input>) {
  return runAction(releaseRelease, input);
}

export async function withdrawReleaseAction(input: z.input<typeof withdrawRelease.input>) {
  return runAction(withdrawRelease, input);
}
