/** An expected refusal as forms show it; `details.issues` names the fields where known. */
export type ActionError = { code: string; message: string; details: Record<string, unknown> };

/** How the error page recognises a page that the role may not open. */
export const FORBIDDEN_DIGEST = 'forbidden';

/** What every server action answers. */
export type ActionResult<T> = { ok: true; data: T } | { ok: false; error: ActionError };
