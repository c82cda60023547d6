import { z } from 'zod';

/** Why a campaign is paused, with the figures that decided it. */
export const PauseCause = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), name: z.string(), comment: z.string().optional() }),
  z.object({
    kind: z.literal('error_threshold'),
    failed: z.int(),
    finished: z.int(),
    rate: z.number(),
    threshold: z.number(),
    /** The wave whose failures decided; absent where the whole campaign was judged. */
    wave: z.string().optional(),
  }),
  z.object({ kind: z.literal('release_withdrawn'), ecuType: z.string(), version: z.string() }),
  z.object({ kind: z.literal('drift'), reasons: z.array(z.string()) }),
]);
export type PauseCause = z.infer<typeof PauseCause>;

/** Tells whether the machine paused, so that resuming asks to acknowledge what made it pause. */
export function isAutomatic(cause: PauseCause): boolean {
  return cause.kind !== 'person';
}

/** A ratio as a whole percentage, with a decimal where rounding would hide the difference to `other`. */
export function percent(ratio: number, other = Number.NaN): string {
  const whole = Math.round(ratio * 100);
  const hides = ratio !== other && whole === Math.round(other * 100);
  return `${hides || (whole === 0 && ratio > 0) ? Number((ratio * 100).toFixed(2)) : whole} %`;
}

/**
 * The cause as one sentence with its figures, e.g. "Paused 14:02 by the error threshold: 12 of 80 finished
 * failed, 15 % > 10 %". `time` is the instant as the reader's screen shows it.
 */
export function describeCause(cause: PauseCause, time?: string): string {
  const paused = time === undefined ? 'Paused' : `Paused ${time}`;
  switch (cause.kind) {
    case 'person':
      return `${paused} by ${cause.name}${cause.comment ? `: ${cause.comment}` : ''}`;
    case 'error_threshold': {
      const where = cause.wave === undefined ? '' : ` in wave ${cause.wave}`;
      const figures = `${percent(cause.rate, cause.threshold)} > ${percent(cause.threshold, cause.rate)}`;
      return `${paused} by the error threshold${where}: ${cause.failed} of ${cause.finished} finished failed, ${figures}`;
    }
    case 'release_withdrawn':
      return `${paused} because ${cause.ecuType} ${cause.version} was withdrawn`;
    case 'drift':
      return `${paused} because the impact changed since the review: ${cause.reasons.join('; ')}`;
  }
}
