'use server';

import type { z } from 'zod';
import { dismissQuarantine } from '#lib/services/dismiss-quarantine.ts';
import { registerAndReplay } from '#lib/services/register-and-replay.ts';
import { replayQuarantine } from '#lib/services/replay-quarantine.ts';
import { runAction } from '#lib/web/action.ts';

export async function dismissQuarantineAction(input: z.input<typeof dismissQuarantine.input>) {
  return runAction(dismissQuarantine, input);
}

export async function replayQuarantineAction(input: z.input<typeof replayQuarantine.input>) {
  return runAction(replayQuarantine, input);
}

export async function registerAndReplayAction(input: z.input<typeof registerAndReplay.input>) {
  return runAction(registerAndReplay, input);
}
