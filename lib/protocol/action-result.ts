/** An expected refusal as forms show it; `details.issues` names the fields where known. */
export type ActionError = { code: string; message: string; details: Record<string, unknown> };

/** What every server action answers. */
export type ActionResult<T> = { ok: true; data: T } | { ok: false; error: ActionError };
