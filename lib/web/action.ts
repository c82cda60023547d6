import type { z } from 'zod';
import type { ActionError, ActionResult } from '#lib/protocol/action-result.ts';
import type { Service } from '#lib/services/define-service.ts';
import { errorOf } from './error-of.ts';
import { getRuntime } from './runtime.ts';
import { getContext } from './session.ts';

/** Calls a service as the signed-in person; an expected refusal becomes a value that the form can show. */
export async function runAction<Input extends z.ZodType, Output>(
  service: Service<Input, Output>,
  input: z.input<Input>,
): Promise<ActionResult<Output>> {
  const context = await getContext();
  try {
    return { ok: true, data: await service(context, input) };
  } catch (error) {
    const known = errorOf(error);
    if (known) return { ok: false, error: known };
    getRuntime().log.error({ err: error, action: service.action }, 'an action failed');
    return { ok: false, error: UNEXPECTED };
  }
}

const UNEXPECTED: ActionError = {
  code: 'unexpected',
  message: 'This failed on the server; nothing was changed. Try again, and look at Health if it fails again.',
  details: {},
};
